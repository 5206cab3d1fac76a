"""Runs the supervisor as a container would, `python3 -I -S -u -c TEXT ...`, and reads its frames with a small decoder of its own.

PYTHON=/path/to/python3 python3 src/test/python/test_supervisor.py     which interpreter runs supervisor and program
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
with open(ROOT + "/templates/python/supervisor.py") as file:
    SUPERVISOR = file.read()


def own_status(status):
    """The supervisor's: 121 and 137 say that it broke or was killed itself, so a program that ends with them makes it 123."""
    return 123 if status in (121, 137) else status


PIDNS = ["unshare", "--fork", "--pid", "--mount-proc"]
CAN_PIDNS = shutil.which("unshare") and subprocess.call(PIDNS + ["true"], stderr=subprocess.DEVNULL) == 0
NOBODY = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]
BUDGET = int(9.5 * 1024 * 1024)
LINE = re.compile(rb"@cupel1 (0|[1-9][0-9]*) ([koetur]) ([bz][A-Za-z0-9+/=]+) ([0-9a-f]{32})")

Frame = collections.namedtuple("Frame", "seq kind data raw")


def decode(log):
    """The frames that verify, in order, and the count of lines that do not; AssertionError if commitment, order or digests fail."""
    lines = [line for line in log.split(b"\n") if line]
    parsed, foreign, chains = [], 0, collections.defaultdict(hashlib.sha256)
    for line in lines:
        match = LINE.fullmatch(line)
        if not match:
            foreign += 1
            continue
        seq, kind, payload, seal = match.groups()
        data = packed = base64.b64decode(payload[1:], validate=True)
        try:
            data = zlib.decompress(packed) if payload[:1] == b"z" else data
        except zlib.error:
            data = b""
        parsed.append((Frame(int(seq), kind.decode(), data, line), b" ".join([seq, kind, payload[:1]]), packed, seal))
    commitment = parsed[0][0].data.decode()
    assert parsed[0][0].kind == "k" and parsed[0][0].seq == 0, "no commitment first"
    key = None
    for frame, _, _, _ in parsed:
        if frame.kind == "r":
            candidate = bytes.fromhex(json.loads(frame.data)["key"])
            if hashlib.sha256(candidate).hexdigest() == commitment:
                key = candidate
    assert key is not None, "no last frame"
    good = []
    for frame, head, packed, seal in parsed:
        chain = chains[frame.kind].copy()
        chain.update(packed)
        if hmac.new(key, head + chain.digest(), "sha256").hexdigest()[:32].encode() == seal:
            good.append(frame)
            chains[frame.kind] = chain
        else:
            foreign += 1
    assert [frame.seq for frame in good] == list(range(len(good))), "order"
    assert good[-1].kind == "r"
    return good, foreign


class Result:
    def __init__(self, status, log, message):
        self.status, self.log = status, log
        self.frames, self.foreign = decode(log)
        self.line = self.frames[-1].raw
        self.message = message
        self.r = json.loads(self.frames[-1].data)
        self.out = self.join("o")
        self.err = self.join("e")
        self.out_tail = self.join("t")
        self.err_tail = self.join("u")
        for name, kept, tail in (("stdout", self.out, self.out_tail), ("stderr", self.err, self.err_tail)):
            said = self.r[name]
            assert len(kept) == said["kept"], (name, len(kept), said)
            if said["kept"] == said["bytes"]:
                assert hashlib.sha256(kept).hexdigest() == said["sha256"] and tail == b"", name
            else:
                assert said["kept"] < said["bytes"] and len(tail) == min(16384, said["bytes"]), (name, said, len(tail))
        assert all(len(frame.data) <= 12288 for frame in self.frames[:-1])

    def join(self, kind):
        return b"".join(frame.data for frame in self.frames if frame.kind == kind)

    @property
    def end(self):
        return self.r["ended"], self.r["exit"], self.r["signal"], self.status


def arguments(code, args=(), timeout=60, limit=1 << 20, stdin=None, files=None, chunk=100000, encoding=None):
    if isinstance(code, bytes) or stdin is not None or files or encoding == "zip":
        records = [(b"code", b"", code if isinstance(code, bytes) else code.encode())]
        records += [(b"file", name.encode(), data) for name, data in (files or {}).items()]
        if stdin is not None:
            records.append((b"stdin", b"", stdin))
        packed = b"".join(b"%s %d %d\n%s%s" % (k, len(n), len(d), n, d) for k, n, d in records)
        text = base64.b64encode(zlib.compress(packed)).decode()
        chunks = [text[at : at + chunk] for at in range(0, len(text), chunk)]
        return [str(timeout), str(limit), "zip", str(len(chunks))] + chunks + list(args)
    return [str(timeout), str(limit), "text", "1", code] + list(args)


def command(*args, **options):
    return [PYTHON, "-I", "-S", "-u", "-c", SUPERVISOR] + arguments(*args, **options)


class Case(unittest.TestCase):
    maxDiff = 4000

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="cupel-test-")
        os.chmod(self.folder, 0o777)
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
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
        log, errors = process.communicate(timeout=60)
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


class TextOfTheSupervisor(Case):
    def test_fits_its_place(self):
        self.assertLessEqual(len(SUPERVISOR.encode()), 24 * 1024)  # every manifest holds it
        self.assertNotIn("$", SUPERVISOR)
        self.assertTrue(SUPERVISOR.isascii())


class Streams(Case):
    def exact(self, out, err=b"", **options):
        code = "import os\nfor fd, data in ((1, %r), (2, %r)):\n    while data: data = data[os.write(fd, data):]" % (out, err)
        result = self.run_program(code.encode(), **options)
        self.assertEqual((result.out, result.err), (out, err))
        self.assertEqual(result.end, ("exited", 0, None, 0))
        self.assertEqual(result.foreign, 0)
        return result

    def test_bytes_come_back_as_they_were(self):
        for data in (b"a\r\nb\0\xff\rno-nl", b"\r", b"\r\n", b"\0", b"\xff\xfe\x80", b"\n\n\n", b"no newline", b"", b"x" * 12287,
                     b"x" * 12288, b"x" * 12289, bytes(range(256)) * 10):
            with self.subTest(data=data[:20]):
                self.exact(data, data[::-1])

    def test_random_bytes_on_both_streams(self):
        seed = int(os.environ.get("CUPEL_SEED", time.time()))
        draw = random.Random(seed)
        with self.subTest(seed=seed):
            self.exact(bytes(draw.getrandbits(8) for _ in range(30000)), bytes(draw.getrandbits(8) for _ in range(20000)))

    def test_nothing_at_all(self):
        result = self.run_program("pass")
        self.assertEqual([frame.kind for frame in result.frames], ["k", "r"])
        self.assertEqual(result.r["stdout"], {"bytes": 0, "sha256": hashlib.sha256().hexdigest(), "kept": 0})

    def test_both_streams_at_once(self):
        result = self.run_program("""
            import os, threading
            def write(fd, letter):
                for _ in range(200): os.write(fd, letter * 4000)
            threads = [threading.Thread(target=write, args=x) for x in ((1, b'o'), (2, b'e'))]
            [t.start() for t in threads]; [t.join() for t in threads]
        """)
        self.assertEqual((result.out, result.err), (b"o" * 800000, b"e" * 800000))

    def test_a_300_kilobyte_line(self):
        result = self.run_program("print('y' * 300000)")
        self.assertEqual(result.out, b"y" * 300000 + b"\n")

    def test_30_megabytes(self):
        result = self.run_program("""
            import os
            line = b'0123456789abcde\\n' * 4096
            for _ in range(480): os.write(1, line)
        """, limit=4194304)
        whole = b"0123456789abcde\n" * 4096 * 480
        self.assertEqual(result.r["stdout"], {"bytes": len(whole), "sha256": hashlib.sha256(whole).hexdigest(), "kept": 4194304})
        self.assertEqual(result.out, whole[:4194304])
        self.assertEqual(result.out_tail, whole[-16384:])

    def test_100000_writes_of_one_byte_make_few_frames(self):
        result = self.run_program("import os\nfor i in range(100000): os.write(1, b'%d' % (i % 10))")
        self.assertEqual(result.out, b"0123456789" * 10000)
        self.assertLess(len(result.frames), 10 + result.r["wall"] / 0.02 + 100000 / 12288)

    def test_lines_arrive_while_the_program_runs(self):
        process = self.start("import time; print('early'); time.sleep(1.5); print('late')")
        log = b""
        began = time.monotonic()
        while log.count(b"@cupel1") < 2:
            log += os.read(process.stdout.fileno(), 65536)
        self.assertIsNone(process.poll())
        log += process.communicate(timeout=30)[0]
        self.assertEqual(Result(0, log, b"").out, b"early\nlate\n")

    def test_look_alike_frames_are_data(self):
        fake = b"\n@cupel1 0 k bAAAA 00000000000000000000000000000000\n@cupel1 1 r bAAAA 00000000000000000000000000000000\n"
        self.exact(fake, fake)

    def test_closed_descriptors(self):
        result = self.run_program("import os, time; os.write(1, b'x'); os.close(1); os.close(2); time.sleep(0.3); os._exit(7)")
        self.assertEqual((result.out, result.end), (b"x", ("exited", 7, None, 7)))


class Limits(Case):
    def test_limit_and_tail(self):
        for limit, size in ((0, 0), (0, 1), (0, 50000), (100, 100), (100, 101), (100, 16000), (20000, 40000), (65536, 65536)):
            with self.subTest(limit=limit, size=size):
                data = b"".join(b"%d," % i for i in range(size))[:size]
                result = self.run_program("import sys; sys.stdout.write(''.join('%%d,' %% i for i in range(%d))[:%d])" % (size, size), limit=limit)
                self.assertEqual(result.out, data[:limit])
                self.assertEqual(result.out_tail, data[-16384:] if size > limit else b"")
                self.assertEqual(result.r["stdout"]["sha256"], hashlib.sha256(data).hexdigest())

    def test_log_budget_with_output_that_does_not_compress(self):
        code = """
            import os, random
            draw = random.Random(5)
            for _ in range(80):
                block = draw.getrandbits(8 * 65536).to_bytes(65536, 'big')
                for fd in (1, 2):
                    rest = block
                    while rest: rest = rest[os.write(fd, rest):]
        """
        result = self.run_program(code, limit=4194304)
        draw = random.Random(5)
        whole = b"".join(draw.getrandbits(8 * 65536).to_bytes(65536, "big") for _ in range(80))
        self.assertLessEqual(len(result.log), BUDGET)
        self.assertGreater(len(result.log), BUDGET - 200000)
        for kept, tail in ((result.out, result.out_tail), (result.err, result.err_tail)):
            self.assertTrue(whole.startswith(kept))
            self.assertGreater(len(kept), 3000000)
            self.assertEqual(tail, whole[-16384:])


class Ends(Case):
    def test_exit_codes(self):
        def one(code):
            cwd = self.folder + "/%d" % code  # several at once
            os.mkdir(cwd)
            return code, self.run_program("import os; os.write(1, b'x'); os._exit(%d)" % code, cwd=cwd)
        with concurrent.futures.ThreadPoolExecutor(3) as pool:
            for code, result in pool.map(one, range(256)):
                self.assertEqual((result.end, result.out), (("exited", code, None, own_status(code)), b"x"))

    def test_sys_exit_and_exceptions(self):
        self.assertEqual(self.run_program("raise SystemExit(9)").end, ("exited", 9, None, 9))
        result = self.run_program("1/0")
        self.assertEqual(result.end, ("exited", 1, None, 1))
        self.assertIn(b"ZeroDivisionError", result.err)

    def test_signals_by_the_program_itself(self):
        for name in ("SIGSEGV", "SIGKILL", "SIGTERM", "SIGABRT", "SIGINT", "SIGIO", "SIGPIPE", "SIGRTMIN"):
            number = int(getattr(signal, name))
            with self.subTest(name=name):
                result = self.run_program("import os, signal; signal.signal(signal.SIGINT, signal.SIG_DFL); signal.signal(signal.SIGPIPE, signal.SIG_DFL); print(1); os.kill(os.getpid(), %d)" % number)
                self.assertEqual((result.end, result.out), (("signalled", None, name, own_status(128 + number)), b"1\n"))

    def test_abort(self):
        self.assertEqual(self.run_program("import os; os.abort()").end, ("signalled", None, "SIGABRT", 134))

    def test_deadline_with_partial_output(self):
        result = self.run_program("import time; print('partial'); time.sleep(60)", timeout=1)
        self.assertEqual((result.end, result.out), (("deadline", None, "SIGTERM", 124), b"partial\n"))
        self.assertTrue(1 <= result.r["wall"] < 2.5, result.r)

    def test_deadline_of_a_program_that_cleans_up(self):
        result = self.run_program("""
            import signal, sys, time
            signal.signal(signal.SIGTERM, lambda *_: (print('bye'), sys.exit(5)))
            time.sleep(60)
        """, timeout=1)
        self.assertEqual((result.end, result.out), (("deadline", 5, None, 124), b"bye\n"))

    def test_deadline_of_a_program_that_ignores_sigterm(self):
        result = self.run_program("""
            import signal, time
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            print('ignoring'); time.sleep(60)
        """, timeout=1)
        self.assertEqual((result.end, result.out), (("deadline", None, "SIGKILL", 124), b"ignoring\n"))
        self.assertTrue(3 <= result.r["wall"] < 5, result.r)

    def test_deadline_of_a_program_that_stops_itself(self):
        result = self.run_program("import os, signal; print('stopping'); os.kill(os.getpid(), signal.SIGSTOP)", timeout=1)
        self.assertEqual((result.end, result.out), (("deadline", None, "SIGTERM", 124), b"stopping\n"))

    def test_deadline_while_nobody_reads_the_log(self):
        process = self.start("""
            import os
            while True: os.write(1, os.urandom(65536))
        """, timeout=1, limit=4194304)
        time.sleep(2)
        result = self.finish(process)
        self.assertEqual(result.r["ended"], "deadline")
        self.assertLess(result.r["wall"], 1.9)

    def test_sigterm_from_the_parent(self):
        process = self.start("import time; print('up', flush=True); time.sleep(60)")
        log = b""
        while log.count(b"@cupel1") < 2:
            log += os.read(process.stdout.fileno(), 65536)
        for number in (signal.SIGINT, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2, signal.SIGALRM, signal.SIGTSTP):
            process.send_signal(number)
        time.sleep(0.2)
        self.assertIsNone(process.poll())
        process.terminate()
        log += process.communicate(timeout=30)[0]
        result = Result(process.returncode, log, b"")
        self.assertEqual((result.end, result.out), (("stopped", None, "SIGTERM", 143), b"up\n"))

    def test_sigterm_from_inside_is_ignored(self):
        result = self.run_program("""
            import ctypes, os, signal, time
            boss = os.getppid()
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1, signal.SIGALRM, signal.SIGPIPE):
                os.kill(boss, number)
            # sigqueue lets the sender choose si_pid: 0 and the supervisor's parent are what the supervisor obeys
            for pid in (0, int(open('/proc/%d/stat' % boss).read().rpartition(')')[2].split()[1])):
                info = (ctypes.c_int * 32)(signal.SIGTERM, 0, -1, 0, pid)
                assert ctypes.CDLL(None).syscall(129, boss, signal.SIGTERM, info) == 0   # rt_sigqueueinfo on x86_64
                time.sleep(0.2)
            print('alive')
        """)
        self.assertEqual((result.end, result.out), (("exited", 0, None, 0), b"alive\n"), result.err)

    def test_broken_log(self):
        process = self.start("import time\nfor i in range(5): print(i, flush=True); time.sleep(0.1)\nopen('done', 'w')\nraise SystemExit(3)")
        process.stdout.close()
        process.wait(30)
        self.assertEqual(process.stderr.read(), b"")
        process.stderr.close()
        self.assertEqual(process.returncode, 3)
        self.assertTrue(os.path.exists(self.folder + "/work/done"))


class LeftBehind(Case):
    def test_daemon_that_keeps_stdout_open_is_killed(self):
        result = self.run_program("""
            import os, sys, time
            read, write = os.pipe()
            if os.fork() == 0:
                os.setsid()
                if os.fork(): os._exit(0)
                os.write(write, b'%d' % os.getpid())
                while True: print('noise', flush=True); time.sleep(0.01)
            os.write(1, b'pid %s ' % os.read(read, 20))
            time.sleep(0.2)
            sys.exit(4)
        """)
        self.assertEqual(result.end, ("exited", 4, None, 4))
        self.assertLess(result.r["wall"], 5)
        pid = int(re.search(rb"pid (\d+)", result.out).group(1))
        self.assertTrue(self.dead(pid), "daemon %d is left" % pid)
        self.assertIn(b"noise", result.out)

    def test_every_child_left_behind_is_killed(self):
        result = self.run_program("""
            import os, signal, subprocess, sys, time
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            for depth in range(30):
                pid = os.fork()
                if pid: 
                    if depth: time.sleep(60)
                    break
                if depth % 3 == 0: os.setsid()
                print(os.getpid(), flush=True)
            else:
                os.kill(os.getpid(), signal.SIGSTOP)
            time.sleep(0.5)
        """)
        pids = [int(line) for line in result.out.split()]
        self.assertEqual(len(pids), 30)
        self.assertEqual([pid for pid in pids if not self.dead(pid)], [])
        self.assertEqual(result.end, ("exited", 0, None, 0))

    def test_deadline_reaches_grandchildren(self):
        result = self.run_program("""
            import subprocess, sys
            subprocess.run([sys.executable, '-c', 'import os, time; print(os.getpid(), flush=True); time.sleep(60)'])
        """, timeout=1)
        self.assertEqual(result.r["ended"], "deadline")
        self.assertTrue(self.dead(int(result.out)))

    def test_program_ends_with_a_supervisor_that_is_killed(self):
        process = self.start("import os, time; print(os.getpid(), flush=True); time.sleep(60)")
        log = b""
        while log.count(b"@cupel1") < 2:
            log += os.read(process.stdout.fileno(), 65536)
        with open("/proc/%d/task/%d/children" % (process.pid, process.pid)) as file:
            program = int(file.read())
        process.kill()
        process.communicate(timeout=30)
        self.assertTrue(self.dead(program))

    def test_orphans_are_reaped_while_the_program_runs(self):
        result = self.run_program("""
            import os, time
            for _ in range(50):
                if os.fork() == 0:
                    if os.fork() == 0: os._exit(0)
                    os._exit(0)
                os.wait()
            time.sleep(0.3)
            boss = os.getppid()
            children = open('/proc/%d/task/%d/children' % (boss, boss)).read().split()
            print(children == [str(os.getpid())])
        """)
        self.assertEqual(result.out, b"True\n")


class Program(Case):
    """It runs as `python3 main.py ARG...` would run it."""

    FACTS = """
        import os, sys, signal, json
        here = dict(globals())
        print(json.dumps([
            sys.argv, sys.path, sys.flags[:], __name__, sorted(k for k in here if k != 'here'), __spec__ is None,
            sys.modules['__main__'].__dict__ is globals(), sys.stdin.read(), os.getcwd(),
            sorted(item for item in os.environ.items() if item[0] != 'PYTHONPATH'), __file__, sys.orig_argv if hasattr(sys, 'orig_argv') else '',
            sys.executable, sys.excepthook is sys.__excepthook__, sys.stdout is sys.__stdout__, 'sitecustomize' in sys.modules,
            [[repr(x), type(x).__name__, type(x).__module__, repr(type(x.buffer)), x.encoding, x.errors, x.name, x.mode, x.closed, x.readable(), x.writable(),
              x.seekable(), x.isatty(), x.fileno(), repr(x.buffer), repr(x.buffer.raw), x.newlines, x.write_through]
             for x in (sys.stdout, sys.stderr)],
            [signal.getsignal(n).__repr__() for n in sorted(signal.valid_signals())], sorted(signal.pthread_sigmask(0, [])),
            [fd for fd in range(50) if os.path.exists('/proc/self/fd/%d' % fd)]], default=str, indent=1))
    """

    def facts(self, code, **options):
        return self.run_program(code, args=["a b", "$(X) $$ ü", "", "-c"], env={"X": "y z", "UMLAUT": "ü", "PYTHONDONTWRITEBYTECODE": "1"}, **options)

    def test_is_the_same_as_under_plain_python(self):
        code = textwrap.dedent(self.FACTS)
        plain = self.plain(code, ["a b", "$(X) $$ ü", "", "-c"], {"X": "y z", "UMLAUT": "ü", "PYTHONDONTWRITEBYTECODE": "1"})
        self.assertEqual(plain.stderr, b"")
        for encoding in ("text", "zip"):
            self.assertEqual(self.facts(code, encoding=encoding).out.decode(), plain.stdout.decode())
        # code that does not fit an argument: no difference
        large = self.facts((code + "#" * 200000).encode())
        self.assertEqual(large.err, b"")
        self.assertEqual(large.out.decode(), plain.stdout.decode())

    def test_inherited_descriptors_do_not_reach_it(self):
        with open("/dev/zero") as file:
            os.set_inheritable(file.fileno(), True)
            process = subprocess.Popen(command("import os; print(os.listdir('/proc/self/fd'))"), cwd=self.folder, stdout=subprocess.PIPE,
                                       close_fds=False, env=self.environment(None))
            self.assertEqual(Result(0, process.communicate(timeout=30)[0], b"").out, b"['0', '1', '2', '3']\n")

    TRACEBACKS = (
        "def f(x):\n    return 1 / x\n\n\nf(0)\n",
        "import os\n\n  x = 1\n",
        "def f():\n    try:\n        {}['k']\n    except KeyError:\n        raise ValueError('v\u00fc')\nf()\n",
        "import sys\nsys.exit('message')\n",
        "import traceback\ntry:\n    1/0\nexcept ZeroDivisionError:\n    traceback.print_exc()\n",
        "# coding: utf-8\nprint('\u00fc')\nassert False, '\u00fc'\n",
        "def f(n):\n    f(n+1)\nf(0)\n",
        "class A:\n    def __del__(self): 1/0\na = A()\ndel a\n",
        "import threading\nt = threading.Thread(target=lambda: 1/0)\nt.start(); t.join()\n",
        "raise KeyboardInterrupt\n",
    )

    def test_tracebacks_are_the_same(self):
        pad = "\n" + "#" * 140000
        for code in self.TRACEBACKS:
            plain = self.plain(code)
            expected = (plain.returncode if plain.returncode >= 0 else 128 - plain.returncode, plain.stdout, plain.stderr)
            for text in (code, code + pad):
                with self.subTest(code=code, size=len(text)):
                    result = self.run_program(text.encode())
                    strip = lambda data: re.sub(rb"0x[0-9a-f]+|Thread-\d+[^:]*|repeated 99\d", b"X", data)
                    self.assertEqual(strip(result.err).decode(), strip(expected[2]).decode())
                    self.assertEqual((result.status, result.out), expected[:2])

    def test_long_code(self):
        for size in (131071, 131072, 1 << 20):
            body = "import sys\nprint(len(sys.argv), __name__)\n"
            with self.subTest(size=size):
                result = self.run_program((body + "#" * (size - len(body))).encode(), args=["x"])
                self.assertEqual((result.out, result.err), (b"2 __main__\n", b""))

    def test_long_code_that_does_not_compress_comes_in_several_arguments(self):
        noise = random.Random(1).getrandbits(8 * 500000).to_bytes(500000, "big").hex()
        parts = arguments(("x = '%s'\nprint(len(x))" % noise).encode(), chunk=131071)
        self.assertGreater(int(parts[3]), 3)
        result = self.run_program(("x = '%s'\nprint(len(x))" % noise).encode(), chunk=131071)
        self.assertEqual(result.out, b"1000000\n")

    def test_code_with_nul_is_pythons_own_error(self):
        result = self.run_program(b"print(1)\0\n")
        self.assertEqual((result.end, result.out), (("exited", 1, None, 1), b""))
        self.assertIn(b"null bytes", result.err)

    def test_stdin(self):
        for data in (b"", b"one\ntwo\r\n\0\xff", b"x" * 1000000):
            result = self.run_program("import sys, hashlib; print(hashlib.sha256(sys.stdin.buffer.read()).hexdigest())", stdin=data)
            self.assertEqual(result.out.decode().strip(), hashlib.sha256(data).hexdigest())

    def test_files(self):
        result = self.run_program("print(open('a/b/c.txt', 'rb').read(), open('d').read(), open('e', 'rb').read())",
                                  files={"a/b/c.txt": b"\r\n\0\xff", "d": b"D", "e": b"", "a/b/ü": b"1"})
        self.assertEqual((result.out, result.err), (b"b'\\r\\n\\x00\\xff' D b''\n", b""))
        self.assertTrue(os.path.exists(self.folder + "/work/a/b/ü"))

    def test_files_follow_no_symlink(self):
        outside = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, outside)
        os.mkdir(self.folder + "/work")
        os.symlink(outside, self.folder + "/work/dir")
        os.symlink(outside + "/target", self.folder + "/work/file")
        for name in ("dir/x", "file", "../x", "a/../../x"):
            result = self.run_program("print(1)", files={name: b"x"})
            self.assertEqual(result.end, ("notstarted", None, None, 125))
            self.assertEqual(os.listdir(outside), [])
            self.assertTrue(result.r["error"].isascii())

    def test_oom_score(self):
        self.assertEqual(self.run_program("print(open('/proc/self/oom_score_adj').read().strip())").out, b"1000\n")


class Result_(Case):
    def test_every_field(self):
        before = time.time()
        r = self.run_program("import time; x = bytearray(50000000); t = time.process_time()\nwhile time.process_time() - t < 0.3: pass").r
        self.assertEqual(list(r), ["key", "exit", "signal", "ended", "stdout", "stderr", "wall", "cpu", "rss", "started", "finished"])
        self.assertTrue(before <= r["started"] <= r["finished"] <= time.time() + 0.1)
        self.assertTrue(0.3 <= r["cpu"] < 3 and 50000000 < r["rss"] < 200000000 and 0.3 <= r["wall"] < 20, r)
        self.assertAlmostEqual(r["wall"], r["finished"] - r["started"], delta=0.01)

    def test_termination_message_is_the_last_line(self):
        result = self.run_program("import os; open(os.environ['CUPEL_TERMINATION_LOG'], 'w').write('forged' * 1000)")
        self.assertEqual(result.message, result.line)
        self.assertLess(len(result.message), 4096)

    def test_termination_message_is_no_trap(self):
        for trap in ("os.remove(p)", "os.remove(p); os.mkfifo(p)", "os.remove(p); os.symlink('victim', p); open('victim', 'w').write('v')"):
            with self.subTest(trap=trap):
                process = self.start("import os; p = os.environ['CUPEL_TERMINATION_LOG']; " + trap + "; print(1)", env={"CUPEL_TERMINATION_LOG": self.folder + "/m"},)
                with open(self.folder + "/m", "w"):
                    pass
                log = process.communicate(timeout=20)[0]
                self.assertEqual(Result(process.returncode, log, b"").end, ("exited", 0, None, 0))
                os.path.lexists(self.folder + "/m") and os.remove(self.folder + "/m")
        with open(self.folder + "/work/victim") as file:
            self.assertEqual(file.read(), "v")


class NotStarted(Case):
    def refused(self, result):
        self.assertEqual(result.end, ("notstarted", None, None, 125))
        self.assertEqual(result.message, result.line)
        self.assertEqual(result.out + result.err, b"")
        return result.r["error"]

    def test_bad_requests(self):
        for words in (["x"], [], ["5", "5", "zip", "1", "AAAA"], ["5", "5", "zip", "0"], ["5", "5", "text", "x", "y"], ["x", "5", "text", "1", "pass"]):
            with self.subTest(words=words):
                process = subprocess.Popen([PYTHON, "-I", "-S", "-u", "-c", SUPERVISOR] + words, cwd=self.folder, stdout=subprocess.PIPE,
                                           stderr=subprocess.PIPE, env=self.environment(None))
                self.assertTrue(self.refused(self.finish(process)))

    def test_no_process_left(self):
        if os.getuid() != 0 or not shutil.which("setpriv") or not readable_for_nobody():
            self.skipTest("needs root, to become a user whose process limit is reached")
        process = self.start("print(1)", prefix=NOBODY + ["prlimit", "--nproc=1"])
        self.assertIn("Resource temporarily unavailable", self.refused(self.finish(process)))

    def test_no_space_for_files(self):
        limited = ["sh", "-c", "ulimit -f 2; exec \"$@\"", "sh"]
        process = self.start("print(1)", prefix=limited, files={"f": b"x" * 5000})
        self.assertIn("File too large", self.refused(self.finish(process)))

    def test_arguments_too_long(self):
        process = self.start("print(1)", prefix=["sh", "-c", "ulimit -s 1024; exec \"$@\"", "sh"], encoding="zip", args=["a" * 100000, "b" * 100000])
        self.finish(process)


def readable_for_nobody():
    return subprocess.call(NOBODY + ["env", PYTHON, "-c", "pass"], stderr=subprocess.DEVNULL) == 0


@unittest.skipUnless(CAN_PIDNS, "unshare --pid is not possible here")
class AsPid1(Case):
    """As in a container: the supervisor is PID 1 of a pid namespace."""

    def test_program_cannot_hurt_pid_1(self):
        result = self.run_program("""
            import os, signal, time
            assert os.getppid() == 1, os.getppid()
            for number in range(1, 65):
                try: os.kill(1, number)
                except OSError: pass
            time.sleep(0.3)
            print('alive')
        """, prefix=PIDNS)
        self.assertEqual((result.end, result.out), (("exited", 0, None, 0), b"alive\n"))

    def test_signals_and_codes(self):
        result = self.run_program("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", prefix=PIDNS)
        self.assertEqual(result.end, ("signalled", None, "SIGSEGV", 139))
        self.assertEqual(self.run_program("raise SystemExit(77)", prefix=PIDNS).end, ("exited", 77, None, 77))

    def test_daemons_are_killed_and_orphans_reaped(self):
        result = self.run_program("""
            import os, signal, time
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            for _ in range(20):
                if os.fork() == 0:
                    os.setsid()
                    if os.fork(): os._exit(0)
                    while True: time.sleep(1)
            time.sleep(0.3)
            print(sum(name.isdigit() for name in os.listdir('/proc')))
        """, prefix=PIDNS)
        self.assertEqual(result.end, ("exited", 0, None, 0))
        self.assertEqual(result.out, b"42\n")  # PID 1, the program, its 20 zombies and 20 daemons
        self.assertLess(result.r["wall"], 5)

    def test_fork_bomb(self):
        result = self.run_program("""
            import os, resource, time
            until = time.time() + 60
            if os.fork() == 0:
                while time.time() < until:
                    try: os.fork()
                    except OSError: time.sleep(0.1)
                    if len(os.listdir('/proc')) > 110: time.sleep(0.2)
            print('left'); time.sleep(0.3)
        """, prefix=PIDNS, timeout=10)
        self.assertIn(b"left\n", result.out)
        self.assertIn(result.r["ended"], ("exited", "deadline"))

    def test_sigterm_from_outside(self):
        process = self.start("import time; print('up', flush=True); time.sleep(60)", prefix=PIDNS)
        log = b""
        while log.count(b"@cupel1") < 2:
            log += os.read(process.stdout.fileno(), 65536)
        with open("/proc/%d/task/%d/children" % (process.pid, process.pid)) as file:
            os.kill(int(file.read()), signal.SIGTERM)
        log += process.communicate(timeout=30)[0]
        self.assertEqual(Result(process.returncode, log, b"").end, ("stopped", None, "SIGTERM", 143))

    def test_as_another_user_the_log_and_the_key_are_out_of_reach(self):
        if not shutil.which("setpriv") or not readable_for_nobody():
            self.skipTest("nobody cannot run %s" % PYTHON)
        result = self.run_program("""
            import os
            for path in ('/proc/1/fd/1', '/proc/1/mem', '/proc/1/environ', '/proc/1/maps'):
                try: open(path, 'rb').close(); print('open', path)
                except OSError as error: print(error.errno)
            print(open('/proc/self/oom_score_adj').read().strip(), os.getuid())
        """, prefix=PIDNS + NOBODY)
        self.assertEqual((result.out, result.err), (b"13\n13\n13\n13\n1000 65534\n", b""))


if __name__ == "__main__":
    unittest.main()
