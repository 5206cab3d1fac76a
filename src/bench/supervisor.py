"""What the supervisor costs, as ratios within one run: interleaved rounds, medians.

    python3 src/bench/supervisor.py [PYTHON ...]      default: $PYTHON, else the interpreter that runs this

start: (supervised `pass` - plain `python -u -c pass`) / bare `python -I -c pass`         must be at most 1.5
flood: a program that writes 256 MB, supervised with a limit of 1 MiB / a plain pipe reader with SHA-256    at most 3
"""
import hashlib
import os
import statistics
import subprocess
import sys
import tempfile
import time

START_ROUNDS, FLOOD_ROUNDS = 41, 5
ROOT = os.path.dirname(os.path.abspath(__file__)) + "/../.."
FLOOD = "import os\nblock = b'0123456789abcde\\n' * 4096\nfor _ in range(4096): os.write(1, block)"

FOLDER = tempfile.TemporaryDirectory()  # where the supervisor makes the program's own
with open(ROOT + "/src/main/supervisor/supervisor.py") as file:
    SUPERVISOR = file.read()


def supervised(python, code):
    words = ["timeout=60", "output_limit=1048576", "main=main.py", "run=" + python, "run=main.py", "code=" + code]
    return [python, "-I", "-S", "-u", "-c", SUPERVISOR] + words


def seconds(command, digest=False):
    began = time.perf_counter()
    process = subprocess.Popen(command, cwd=FOLDER.name, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    if digest:
        sha = hashlib.sha256()
        while True:
            data = os.read(process.stdout.fileno(), 65536)
            if not data:
                break
            sha.update(data)
    else:
        process.stdout.read()
    process.stdout.close()
    assert process.wait() == 0
    return time.perf_counter() - began


def interleaved(rounds, **runs):
    """The median of each run's seconds; a round does every run once, so a busy machine slows all alike."""
    taken = {name: [] for name in runs}
    for _ in range(rounds):
        for name, run in runs.items():
            taken[name].append(run())
    return {name: statistics.median(times) for name, times in taken.items()}


def measure(python):
    start = interleaved(
        START_ROUNDS,
        bare=lambda: seconds([python, "-I", "-c", "pass"]),
        plain=lambda: seconds([python, "-u", "-c", "pass"]),
        supervised=lambda: seconds(supervised(python, "pass")),
    )
    flood = interleaved(
        FLOOD_ROUNDS,
        plain=lambda: seconds([python, "-u", "-c", FLOOD], digest=True),
        supervised=lambda: seconds(supervised(python, FLOOD)),
    )
    added = (start["supervised"] - start["plain"]) / start["bare"]
    ratio = flood["supervised"] / flood["plain"]
    version = subprocess.check_output([python, "-c", "import platform; print(platform.python_version())"]).decode().strip()
    print("python %-8s start: added %.2f of a bare run (bare %.1f ms, plain %.1f ms, supervised %.1f ms)   flood: %.2f (%.2f s, plain %.2f s)" % (
        version, added, start["bare"] * 1e3, start["plain"] * 1e3, start["supervised"] * 1e3, ratio, flood["supervised"], flood["plain"]), flush=True)
    return added <= 1.5 and ratio <= 3


if __name__ == "__main__":
    results = [measure(python) for python in sys.argv[1:] or [os.environ.get("PYTHON", sys.executable)]]
    sys.exit(0 if all(results) else 1)
