"""Runs the supervisor as a container would, `python3 -I -S -u -c TEXT ...`, and reads its frames with a small decoder of its own.

PYTHON=/path/to/python3 says which interpreter runs supervisor and program; SUPERVISOR="/path/to/python3 -I -S -u /path/to/supervisor.py" what
runs the supervisor alone, if that is another.
"""
import base64
import collections
import concurrent.futures
import hashlib
import hmac
import json
import os
import random
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
import unittest
import zlib

ROOT = os.path.dirname(os.path.abspath(__file__)) + "/../../.."
PYTHON = os.environ.get("PYTHON", sys.executable)
with open(ROOT + "/src/main/supervisor/supervisor.py") as file:
    SUPERVISOR = file.read()


def own_status(status):
    """The supervisor's: 121 and 137 say that it broke or was killed itself, so a program that ends with them makes it 123."""
    return 123 if status in (121, 137) else status


PIDNS = ["unshare", "--fork", "--pid", "--mount-proc"]
CAN_PIDNS = shutil.which("unshare") and subprocess.call(PIDNS + ["true"], stderr=subprocess.DEVNULL) == 0


def prefix_of(python):
    """Where an interpreter's files are, if that is not among the system's."""
    command = [python, "-I", "-c", "import sys; print(sys.base_prefix)"]
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout.strip()


def bwrap(*more):
    """A sandbox of which the command is PID 1. It shows no more than it must: another's mounts may go while it is made."""
    shown = {"/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/etc", "/opt", "/cupel", prefix_of(PYTHON)}
    words = ["bwrap", "--unshare-all", "--unshare-user", "--as-pid-1", "--die-with-parent", "--new-session", "--cap-drop", "ALL",
             "--uid", "1000", "--gid", "1000"]
    for folder in sorted(filter(os.path.exists, shown)):
        words += ["--ro-bind", folder, folder]
    words += ["--proc", "/proc", "--dev", "/dev", "--perms", "1777", "--tmpfs", "/dev/shm", "--perms", "1777", "--tmpfs", "/tmp"]
    return words + [*more, "--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/tmp", "--"]


BWRAP = bwrap()
CAN_BWRAP = shutil.which("bwrap") is not None and subprocess.call(BWRAP + ["true"], stderr=subprocess.DEVNULL) == 0
NOBODY = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]
BUDGET = int(9.5 * 1024 * 1024)
LINE = re.compile(rb"@cupel1 (0|[1-9][0-9]*) ((?:[koeturdfgq])(?:c|0|[1-9][0-9]{0,3})?) ([bz][A-Za-z0-9+/=]+) ([0-9a-f]{32})")

Frame = collections.namedtuple("Frame", "seq kind data raw")


def candidates(log):
    """The lines that look like frames, and the count of those that do not."""
    found, foreign = [], 0
    for line in log.split(b"\n"):
        match = LINE.fullmatch(line)
        if not match:
            foreign += bool(line)
            continue
        seq, kind, payload, seal = match.groups()
        try:
            data = packed = base64.b64decode(payload[1:], validate=True)
            data = zlib.decompress(packed) if payload[:1] == b"z" else data
        except (ValueError, zlib.error):
            foreign += 1
            continue
        found.append((Frame(int(seq), kind.decode(), data, line), b" ".join([seq, kind, payload[:1]]), packed, seal))
    return found, foreign


def read_frames(log):
    """The frames that are proven, in order, the count of all other lines, and whether the log ends with its last frame."""
    lines, foreign = candidates(log)
    assert lines and lines[0][0].kind == "k" and lines[0][0].seq == 0, "no commitment first"
    commitment, good, chains, at = lines[0][0].data.decode(), [], collections.defaultdict(hashlib.sha256), 0

    def sealed(key, line):
        frame, head, payload, seal = line
        chain = chains[frame.kind].copy()
        chain.update(payload)
        if hmac.new(key, head + chain.digest(), "sha256").hexdigest()[:32].encode() != seal:
            return False
        chains[frame.kind] = chain
        return True

    while True:
        for end in range(at, len(lines)):  # the first frame that reveals the key is the supervisor's: nobody else had it
            frame = lines[end][0]
            if frame.kind in "qr":
                try:
                    key = bytes.fromhex(frame.data.decode().split()[0] if frame.kind == "q" else json.loads(frame.data)["key"])
                except (ValueError, KeyError, IndexError):
                    continue
                if hashlib.sha256(key).hexdigest() == commitment:
                    break
        else:
            return good, foreign + len(lines) - at, False
        for line in lines[at : end + 1]:
            if line[0].seq == len(good) and sealed(key, line):
                good.append(line[0])
            else:
                foreign += 1
        assert good[-1] is frame, "the frame that reveals the key is not sealed"
        at = end + 1
        if frame.kind == "r":
            seals = hashlib.sha256(b"".join(one.raw[-32:] for one in good[:-1])).hexdigest()
            whole = json.loads(frame.data).get("seals", seals) == seals  # else who knew the old keys wrote the past anew
            return good, foreign + len(lines) - at, whole
        commitment = frame.data.decode().split()[1]


class Outcome:
    """One run: what its frames hold, checked against what its end says."""

    def __init__(self, frames, said, name=""):
        self.said = said
        out, err, tail_out, tail_err = (b"".join(frame.data for frame in frames if frame.kind == kind + name) for kind in "oetu")
        self.out, self.err, self.out_tail, self.err_tail = out, err, tail_out, tail_err
        for stream, kept, tail in (("stdout", out, tail_out), ("stderr", err, tail_err)):
            told = said[stream]
            assert len(kept) == told["kept"] and told["tail"] == len(tail), (name, stream, len(kept), len(tail), told)
            if told["kept"] == told["bytes"]:
                assert hashlib.sha256(kept).hexdigest() == told["sha256"] and tail == b"", (name, stream)
            else:
                assert told["kept"] < told["bytes"] and len(tail) <= min(16384, told["bytes"]), (name, stream, told, len(tail))

    @property
    def end(self):
        return self.said["ended"], self.said["exit"], self.said["signal"]


class Result(Outcome):
    def __init__(self, status, log, message):
        self.status, self.log, self.message = status, log, message
        self.frames, self.foreign, whole = read_frames(log)
        assert whole, "no last frame"
        self.line, self.r = self.frames[-1].raw, json.loads(self.frames[-1].data)
        super().__init__(self.frames, self.r)
        if "cases" not in self.r and self.r["stdout"]["kept"] < self.r["stdout"]["bytes"] and "files" not in self.r:
            assert len(self.out_tail) == min(16384, self.r["stdout"]["bytes"])
        assert all(len(frame.data) <= 12288 for frame in self.frames[:-1])
        assert len(log) <= BUDGET and len(self.line) <= 3072
        self.cases = {frame.kind[1:]: Outcome(self.frames, json.loads(frame.data), frame.kind[1:]) for frame in self.frames if frame.kind[0] == "d"}
        self.compile = self.cases.pop("c", None)
        self.cases = [self.cases[str(index)] if str(index) in self.cases else None for index in range(max(map(int, self.cases), default=-1) + 1)]
        self.files, self.told_files = {}, []
        for frame in self.frames:
            if frame.kind[0] == "g":
                said = json.loads(frame.data)
                content = b"".join(f.data for f in self.frames if f.kind == "f" + frame.kind[1:])
                assert len(content) == said["kept"] and said["kept"] in (0, said["bytes"]), said
                assert not content or hashlib.sha256(content).hexdigest() == said["sha256"], said
                assert frame.kind == "g%d" % len(self.told_files)
                self.told_files.append(said)
                self.files[said["path"] if "case" not in said else (said["case"], said["path"])] = content if said["kept"] == said["bytes"] else said
        assert self.r.get("files", 0) == len(self.told_files) and self.r.get("cases", 0) == sum(case is not None for case in self.cases), self.r

    @property
    def end(self):
        return self.r["ended"], self.r["exit"], self.r["signal"], self.status


def record(kind, name, data):
    return b"%s %d %d\n%s%s" % (kind, len(name), len(data), name, data)


def case(args=None, stdin=None, files=(), env=(), timeout=None, name="x"):
    """The records of one."""
    records = [(b"case", name.encode(), b"")]
    if args is not None:
        records += [(b"arg", b"", os.fsencode(arg)) for arg in args] or [(b"noargs", b"", b"")]
    records += [(b"stdin", b"", stdin)] if stdin is not None else []
    records += [(b"file", os.fsencode(path), data) for path, data in dict(files).items()]
    records += [(b"env", os.fsencode(key), os.fsencode(value)) for key, value in dict(env).items()]
    return records + ([(b"timeout", b"", str(timeout).encode())] if timeout else [])


def packed(records, chunk=100000):
    text = base64.b64encode(zlib.compress(b"".join(record(*one) for one in records))).decode()
    return ["zip=" + text[at : at + chunk] for at in range(0, len(text), chunk)]


def arguments(code, args=(), timeout=60, limit=1 << 20, stdin=None, files=None, chunk=100000, encoding=None, run=(PYTHON, "main.py"), main="main.py",
              compile=(), compile_timeout=60, more=(), cases=()):
    words = ["timeout=%s" % timeout, "output_limit=%d" % limit, *more, "main=" + main]
    if compile:
        words += ["compile_timeout=%s" % compile_timeout] + ["compile=" + word for word in compile]
    words += ["run=" + word for word in run]
    if isinstance(code, bytes) or stdin is not None or files or cases or encoding == "zip":
        records = [(b"code", b"", code if isinstance(code, bytes) else code.encode())]
        records += [(b"file", name.encode(), data) for name, data in (files or {}).items()]
        if stdin is not None:
            records.append((b"stdin", b"", stdin))
        records += [one for each in cases for one in each]
        words += packed(records, chunk)
    else:
        words.append("code=" + code)
    return words + ["arg=" + word for word in args]


def supervisor(text=SUPERVISOR):
    """The words that run it; those of the variable SUPERVISOR, but for a test that changes its text."""
    given = shlex.split(os.environ.get("SUPERVISOR", "")) if text == SUPERVISOR else []
    return given or [PYTHON, "-I", "-S", "-u", "-c", text]


def command(*args, text=SUPERVISOR, **options):
    return supervisor(text) + arguments(*args, **options)


def version():
    return tuple(map(int, subprocess.check_output([PYTHON, "-c", "import sys; print(*sys.version_info[:2])"]).split()))


def readable_for_nobody():
    return subprocess.call(NOBODY + ["env", PYTHON, "-c", "pass"], stderr=subprocess.DEVNULL) == 0


class Case(unittest.TestCase):
    maxDiff = 4000

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="cupel-test-")
        os.chmod(self.folder, 0o777)
        self.addCleanup(subprocess.call, ["rm", "-rf", self.folder], stderr=subprocess.DEVNULL)  # however deep it is
        self.message = self.folder + "-message"
        with open(self.message, "w") as file:
            file.write("what stood here before, longer than nothing")
        os.chmod(self.message, 0o666)
        self.addCleanup(lambda: os.path.exists(self.message) and os.remove(self.message))

    def environment(self, env):
        library = {"LD_LIBRARY_PATH": os.environ["LD_LIBRARY_PATH"]} if "LD_LIBRARY_PATH" in os.environ else {}
        return dict(library, **{"PATH": os.environ["PATH"], "CUPEL_TERMINATION_LOG": self.message, **(env or {})})

    def start(self, code, *args, prefix=(), env=None, cwd=None, **options):
        shutil.rmtree(self.folder + "/.cupel", ignore_errors=True)  # of a run before; a container's is empty
        code = textwrap.dedent(code) if isinstance(code, str) else code
        return subprocess.Popen(
            list(prefix) + command(code, *args, **options),
            cwd=cwd or self.folder, env=self.environment(env), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def finish(self, process):
        log, errors = process.communicate(timeout=300)
        self.assertEqual(errors, b"", "the supervisor itself writes nothing to fd 2")
        with open(self.message, "rb") as file:
            return Result(process.returncode, log, file.read())

    def run_program(self, code, *args, **options):
        return self.finish(self.start(code, *args, **options))

    def plain(self, code, args=(), env=None, stdin=b""):
        def as_in_a_container():  # whoever started these tests may ignore SIGINT and SIGHUP, as nohup does
            for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
                signal.signal(number, signal.SIG_DFL)

        os.makedirs(self.folder + "/work", exist_ok=True)
        with open(self.folder + "/work/main.py", "wb") as file:
            file.write(code if isinstance(code, bytes) else code.encode())
        env = dict({"HOME": self.folder + "/home"}, **(env or {}))
        return subprocess.run([PYTHON, "main.py"] + list(args), cwd=self.folder + "/work", env=self.environment(env), input=stdin,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60, preexec_fn=as_in_a_container)

    def dead(self, pid, within=3):
        until = time.monotonic() + within
        while time.monotonic() < until:
            try:
                with open("/proc/%d/stat" % pid) as file:
                    if file.read().rpartition(")")[2].split()[0] == "Z":
                        return True
            except OSError:
                return True
            time.sleep(0.02)
        return False
