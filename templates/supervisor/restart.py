# Restarts Supervisor's programs one at a time: SIGTERM, time to finish, start. The first one passes requests on to the
# others: it stops before them and starts after them.
# Speaks to Supervisor as supervisorctl does, but asks every 50 ms: its own `stop` and `start` take a second and more for
# each program, since supervisord looks at its children only once a second unless it is asked something, and `start` waits
# until a program has run for `startsecs`. Whether a program is well is for the health gate to tell.
# Arguments: how long a program may take to stop, in seconds; the programs.
import sys
import time
from xmlrpc.client import Fault

from supervisor.options import ClientOptions

NOT_RUNNING, ALREADY_STARTED = 70, 60


def fail(text):
    print(text, file=sys.stderr)
    sys.exit(1)


def update(server):
    """Takes new, changed and removed programs in, as `supervisorctl update` does."""
    added, changed, removed = server.reloadConfig()[0]
    for group in removed + changed:
        server.stopProcessGroup(group)
        server.removeProcessGroup(group)
    for group in changed + added:
        server.addProcessGroup(group)


def stop(server, program, patience):
    started = time.monotonic()
    try:
        server.stopProcess(program, False)
    except Fault as fault:
        if fault.faultCode != NOT_RUNNING:
            raise
    while server.getProcessInfo(program)["statename"] not in ("STOPPED", "EXITED", "FATAL"):
        if time.monotonic() - started > patience:
            fail("%s did not stop within %d s" % (program, patience))
        time.sleep(0.05)
    print("%s stopped after %.1f s" % (program, time.monotonic() - started), flush=True)


def start(server, program):
    try:
        server.startProcess(program, False)
    except Fault as fault:
        if fault.faultCode != ALREADY_STARTED:
            raise
    print("%s started" % program, flush=True)


def restart(server, programs, patience):
    first, others = programs[0], programs[1:]
    stop(server, first, patience)
    for program in others:
        stop(server, program, patience)
        start(server, program)
    start(server, first)


options = ClientOptions()
options.realize([], doc="")
supervisor = options.getServerProxy().supervisor
try:
    update(supervisor)
    # Supervisor kills what has not stopped in time; after that it is gone within a moment.
    restart(supervisor, sys.argv[2:], int(sys.argv[1]) + 10)
except Fault as fault:
    fail("supervisor: " + fault.faultString)
except OSError as error:
    fail("supervisor cannot be asked: %s" % error)
