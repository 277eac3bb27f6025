"""Prints the median wall time of a command in seconds; `%n` in its words is another number in each run.

usage: median.py RUNS COMMAND…
"""

import statistics
import subprocess
import sys
import time

walls = []
for number in range(int(sys.argv[1]) + 1):
    words = [word.replace("%n", f"{time.monotonic_ns()}") for word in sys.argv[2:]]
    start = time.monotonic()
    run = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    walls.append(time.monotonic() - start)
    if run.returncode != 0:
        sys.exit(f"{' '.join(words)}: exit status {run.returncode}\n{run.stdout[-2000:]}{run.stderr[-2000:]}")
print(statistics.median(walls[1:]))
