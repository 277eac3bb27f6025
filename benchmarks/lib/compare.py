"""Times commands in turn, A B C A B C …, and prints a table of medians and of ratios to the first one.

usage: compare.py [--runs N] [--out FILE] [--logs FOLDER] NAME=COMMAND…

Wall time is from the start to the end of a command; CPU is what the kernel counts for it and the children it waited
for; memory is its largest single process. A ratio is the median of the ratios within each round, so it holds when the
machine's speed drifts. A command that fails ends the comparison. With --out, the figures are kept beside the table.
"""

import argparse
import json
import os
import shlex
import statistics
import subprocess
import sys
import time


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--warmup", type=int, help="rounds that are not counted, first (1; none with --add)")
    parser.add_argument("--out", help="the table is written there too")
    parser.add_argument("--add", action="store_true", help="count the rounds of earlier calls with the same --out")
    parser.add_argument("--only", default="", help="run only these, with commas between")
    parser.add_argument("--logs", default=".", help="where each command's last output goes")
    parser.add_argument("contenders", nargs="+", metavar="NAME=COMMAND")
    options = parser.parse_args()
    if options.warmup is None:
        options.warmup = 0 if options.add else 1
    return options


def measure(name, command, logs):
    """Wall seconds, CPU seconds, MiB."""
    path = os.path.join(logs, name.replace(" ", "-") + ".log")
    with open(path, "wb") as log:
        start = time.monotonic()
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - start
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        with open(path, encoding="utf-8", errors="replace") as log:
            tail = "".join(log.readlines()[-15:])
        sys.exit(f"{name}: exit status {process.returncode}\n{tail}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def row(name, figures, first):
    walls, cpus, memory = zip(*figures)
    ratios = [mine[0] / other[0] for mine, other in zip(figures, first)]
    ratio = f"{statistics.median(ratios):.2f}" if ratios else ""
    return (
        f"| {name} | {len(figures)} | {statistics.median(walls):.3f} | {min(walls):.3f}–{max(walls):.3f} | "
        f"{ratio} | {statistics.median(cpus):.2f} | {statistics.median(memory):.0f} |"
    )


def earlier(options, contenders):
    """What was measured before, a list a contender."""
    figures = {name: [] for name, _ in contenders}
    if options.add and options.out and os.path.exists(options.out + ".json"):
        with open(options.out + ".json", encoding="utf-8") as file:
            figures |= json.load(file)
    return figures


def main():
    options = arguments()
    contenders = [text.split("=", 1) for text in options.contenders]
    contenders = [(name, shlex.split(command)) for name, command in contenders]
    figures = earlier(options, contenders)
    wanted = options.only.split(",") if options.only else list(figures)
    for number in range(-options.warmup, options.runs):
        for name, command in (contender for contender in contenders if contender[0] in wanted):
            figure = measure(name, command, options.logs)
            print(f"{name}: {figure[0]:.2f} s{'' if number >= 0 else ' (warm-up)'}", file=sys.stderr, flush=True)
            if number >= 0:
                figures[name].append(figure)
    first = figures[contenders[0][0]]
    table = [
        f"| | runs | wall s, median | min–max | × {contenders[0][0]} | CPU s | MiB |",
        "|---|---|---|---|---|---|---|",
        *(row(name, figures[name], first) for name, _ in contenders if figures[name]),
    ]
    print("\n".join(table), flush=True)
    if options.out:
        with open(options.out, "w", encoding="utf-8") as file:
            file.write("\n".join(table) + "\n")
        with open(options.out + ".json", "w", encoding="utf-8") as file:
            json.dump(figures, file)


main()
