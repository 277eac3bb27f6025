"""What fleet.yml says, for pyinfra."""

import os
from io import StringIO

from pyinfra.operations import files

account = "intchain-bench"
state = f"{os.environ['FLEET_ROOT']}/state"

files.directory(name="Create a directory", path=state, user=account, group=account, mode="755")
files.put(
    name="Write a file", src=StringIO("one line\n"), dest=f"{state}/file", user=account, group=account, mode="644")
files.link(name="Make a link", path=f"{state}/link", target=f"{state}/file")
