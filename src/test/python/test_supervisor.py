"""What the supervisor does with a single program.

PYTHON=/path/to/python3 python3 src/test/python/test_supervisor.py     which interpreter runs supervisor and program
"""
import base64
import builtins
import concurrent.futures
import hashlib
import os
import random
import re
import shutil
import signal
import subprocess
import symtable
import tempfile
import textwrap
import time
import unittest

from harness import (BUDGET, CAN_PIDNS, LINE, NOBODY, PIDNS, PYTHON, SUPERVISOR, Case, Result, arguments, command, own_status, packed,
                     readable_for_nobody, supervisor, version)


class TextOfTheSupervisor(Case):
    def test_fits_its_place(self):
        self.assertLessEqual(len(SUPERVISOR.encode()), 80 * 1024)  # every manifest holds it, and an argument has 128 KiB
        self.assertNotIn("$", SUPERVISOR)
        self.assertTrue(SUPERVISOR.isascii())

    def test_its_parts_know_all_names_they_use(self):
        """Two of them are text, which is compiled late: a wrong name would show late, too."""
        parts = re.findall(r"(?sm)^[A-Z]+ = r'''\n(.*?)^'''$", SUPERVISOR)
        self.assertEqual(len(parts), 2)
        whole = symtable.symtable("\n".join([SUPERVISOR] + parts), "supervisor", "exec")
        known = {one.get_name() for one in whole.get_symbols() if one.is_assigned() or one.is_imported() or one.is_namespace()} | set(dir(builtins))

        def unknown(table):
            for child in table.get_children():
                known.update(one.get_name() for one in child.get_symbols() if one.is_declared_global())
                yield from ((child.get_name(), one.get_name()) for one in child.get_symbols() if one.is_global() and one.get_name() not in known)
                yield from unknown(child)

        self.assertEqual(list(unknown(whole)), [])


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
        self.assertEqual(result.r["stdout"], {"bytes": 0, "sha256": hashlib.sha256().hexdigest(), "kept": 0, "tail": 0})

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
        self.assertEqual(result.r["stdout"], {"bytes": len(whole), "sha256": hashlib.sha256(whole).hexdigest(), "kept": 4194304, "tail": 16384})
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
            time.sleep(2)  # till all 30 are there, on a busy machine too
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
        parts = arguments(("x = '%s'\nprint(len(x))" % noise).encode(), chunk=131067)
        self.assertGreater(sum(part.startswith("zip=") for part in parts), 3)
        result = self.run_program(("x = '%s'\nprint(len(x))" % noise).encode(), chunk=131067)
        self.assertEqual(result.out, b"1000000\n")

    def test_code_with_nul_is_pythons_own_error(self):
        result = self.run_program(b"print(1)\0\n")
        plain = self.plain(b"print(1)\0\n")  # up to 3.11 it is read line by line, and the rest of a line is lost on Python
        self.assertEqual((result.status, result.out, result.err), (plain.returncode, plain.stdout, plain.stderr))

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
        for name in ("dir/x", "file", "../x", "a/../../x", "/x", outside + "/x"):
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
        fit = ["timeout=5", "output_limit=5", "main=main.py", "run=" + PYTHON, "run=main.py", "code=print(1)"]
        bad = [["x"], [], ["5", "5", "text", "1", "print(1)"], fit + ["x"], fit + ["unknown=1"], fit + ["code=pass"], fit + ["zip=AAAA"], fit + ["=1"], fit + ["Main=x"],
               fit + ["stop=0"], fit + ["parallel=0"], fit + ["parallel=65"], fit + ["parallel=x"], fit + ["compile=cc"], fit[:3] + fit[5:], fit[:5], fit[:5] + ["zip=AAAA"]]
        bad += [[word] + fit[1:] for word in ("timeout=0", "timeout=-1", "timeout=1e3", "timeout=", "timeout=.5", "timeout=5.", "timeout=nan", "timeout=٥", "timeout=5 ")]
        bad += [fit[:5] + packed(records) for records in (
            [], [(b"stdin", b"", b"")], [(b"code", b"", b""), (b"other", b"", b"")], [(b"code", b"", b""), (b"env", b"A", b"1")], [(b"arg", b"", b"x"), (b"code", b"", b"")])]
        for words in bad:
            with self.subTest(words=words):
                process = subprocess.Popen(supervisor() + words, cwd=self.folder, stdout=subprocess.PIPE,
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
        process = self.start("print(1)", prefix=["sh", "-c", "ulimit -s 1024; exec \"$@\"", "sh"], encoding="zip", args=["a" * 80000, "b" * 80000])
        self.finish(process)


class Whole(Case):
    """Nothing that Python's own streams took is lost: not by signals, not by O_NONBLOCK, not by an end without warning."""

    BIG = 500000
    TIMER = """import atexit, signal
signal.signal(signal.SIGALRM, lambda *_: None)
signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
atexit.register(signal.setitimer, signal.ITIMER_REAL, 0)
"""
    FREE = "import os\nfor fd in 1, 2: os.set_blocking(fd, False)\n"
    WAYS = {
        "print": "print('x' * BIG, file=S)",
        "write": "assert S.write('x' * BIG + '\\n') == BIG + 1",
        "writelines": "S.writelines(['x' * (BIG // 2), 'x' * (BIG // 2), '\\n'])",
        "buffer": "assert S.buffer.write(b'x' * BIG) == BIG; S.buffer.write(b'\\n')",
        "bytearray": "import array; S.buffer.write(array.array('H', b'x' * BIG)); S.buffer.writelines([bytearray(b'\\n')])",
        "json": "import json; json.dump(json.loads('[' + '1,' * 200 + '1]'), S); json.dump('x' * (BIG - 605), S); print(file=S)",
        "lines": "for _ in range(BIG // 50): print('x' * 49, file=S)",
        "logging": "import logging; logging.basicConfig(stream=S, format='%(message)s'); logging.error('x' * BIG)",
        "another wrapper": "import io; S = io.TextIOWrapper(S.buffer, 'utf-8'); print('x' * BIG, file=S); S.flush()",
    }

    def streams(self, before):
        for name, way in self.WAYS.items():
            for stream in "stdout", "stderr":
                with self.subTest(way=name, stream=stream):
                    code = before + "\nimport sys\nBIG, S = %d, sys.%s\n%s\n" % (self.BIG, stream, way)
                    result = self.run_program(code)
                    got, other = (result.out, result.err) if stream == "stdout" else (result.err, result.out)
                    self.assertEqual((other, result.end), (b"", ("exited", 0, None, 0)))
                    self.assertEqual(len(got), self.BIG + (name != "lines"), got[:300])
                    self.assertEqual(set(got) - set(b"x\n[1, ]\""), set())

    def test_under_an_interval_timer(self):
        self.streams(self.TIMER)

    def test_made_non_blocking(self):
        self.streams(self.FREE)

    def test_both(self):
        self.streams(self.TIMER + self.FREE)

    def test_in_order_and_once_whatever_is_mixed(self):
        result = self.run_program(self.TIMER + self.FREE + """
import os, sys
def all(data):
    while data:
        try: data = data[os.write(1, data):]
        except BlockingIOError: pass
for i in range(1200):
    print(i, end=' '); sys.stdout.write('a'); sys.stdout.buffer.write(b'b'); print('c', 'd'); all(b'e' * i + b'\\n')
""")
        self.assertEqual(result.out, b"".join(b"%d abc d\n%s\n" % (i, b"e" * i) for i in range(1200)))

    def test_what_was_printed_before_the_end_is_there(self):
        ends = {
            "os._exit(3)": ("exited", 3, None, 3), "os.abort()": ("signalled", None, "SIGABRT", 134),
            "os.kill(os.getpid(), signal.SIGKILL)": ("signalled", None, "SIGKILL", 123),
            "os.kill(os.getpid(), signal.SIGSEGV)": ("signalled", None, "SIGSEGV", 139),
            "import ctypes; ctypes.string_at(0)": ("signalled", None, "SIGSEGV", 139),
            "os.execv('/bin/true', ['true'])": ("exited", 0, None, 0), "time.sleep(60)": ("deadline", None, "SIGTERM", 124),
            "signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)": ("deadline", None, "SIGKILL", 124),
            "import threading; threading.Thread(target=os._exit, args=(4,)).start(); time.sleep(60)": ("exited", 4, None, 4)}
        writes = {
            "print('no newline', end='')": b"no newline", "sys.stdout.write('x')": b"x", "sys.stdout.buffer.write(b'y')": b"y",
            "print(*range(3000), sep='\\n', end='.')": "\n".join(map(str, range(3000))).encode() + b".",
            "print('a\\nb', end='')": b"a\nb", "list(map(sys.stdout.write, 'many'))": b"many",
            "[print(c, end='') for c in 'comprehended']": b"comprehended"}
        for end, expected in ends.items():
            for write, out in writes.items():
                if expected[0] == "deadline" and write != "print('no newline', end='')":
                    continue  # a second or more each
                with self.subTest(end=end, write=write):
                    code = "import os, signal, sys, time\n%s\nprint('e', end='', file=sys.stderr)\n%s" % (write, end)
                    result = self.run_program(code, timeout=1)
                    self.assertEqual((result.end, result.out, result.err[:1]), (expected, out, b"e"))

    def test_of_a_thread_while_the_main_one_waits(self):
        for wait in "t.join()", "time.sleep(60)", "lock.acquire()":
            with self.subTest(wait=wait):
                result = self.run_program("""
                    import sys, threading, time
                    lock = threading.Lock(); lock.acquire()
                    def run():
                        print('line'); print('no newline', end=''); sys.stderr.buffer.write(b'e'); time.sleep(60)
                    t = threading.Thread(target=run, daemon=True); t.start()
                    %s
                """ % wait, timeout=1)
                self.assertEqual((result.end[0], result.out, result.err), ("deadline", b"line\nno newline", b"e"))

    def test_children_too(self):
        for start in ("subprocess.run([sys.executable, '-c', CODE])", "os.system(sys.executable + ' -c \"' + CODE + '\"')",
                      "os.fork() or exec(CODE)", "os.execv(sys.executable, [sys.executable, '-c', CODE])"):
            with self.subTest(start=start):
                code = """
                    import os, subprocess, sys
                    CODE = "import os; print('child', end=''); os.abort()"
                    %s
                    if 'fork' in %r: os.wait()
                """ % (start, start)
                self.assertEqual(self.run_program(code).out, b"child")

    def test_fork_duplicates_nothing(self):
        result = self.run_program("""
            import os, sys
            print('once', end=' ')
            sys.stderr.write('one')
            for _ in range(5):
                if os.fork() == 0: sys.exit()
                os.wait()
        """)
        self.assertEqual((result.out, result.err), (b"once ", b"one"))

    def test_lines_of_many_processes_and_threads_are_whole(self):
        result = self.run_program("""
            import os, threading
            def run(name):
                for i in range(300): print(name * 20, i)
            for name in 'abcd':
                if os.fork() == 0:
                    threads = [threading.Thread(target=run, args=(name + str(n),)) for n in range(3)]
                    [t.start() for t in threads]; [t.join() for t in threads]
                    os._exit(0)
            for _ in range(4): os.wait()
        """)
        if version() < (3, 9):  # a line and its end are two writes there
            self.assertEqual(sorted(result.out), sorted(b"".join(b"%s %d\n" % ((name + n).encode() * 20, i) for name in "abcd" for n in "012" for i in range(300))))
            return
        wanted = sorted(b"%s %d" % ((name + n).encode() * 20, i) for name in "abcd" for n in "012" for i in range(300))
        self.assertEqual(sorted(result.out.splitlines()), wanted)

    def test_prints_of_signal_handlers(self):
        result = self.run_program("""
            import itertools, signal
            numbers = itertools.count(1)
            def handler(*_):
                number = next(numbers)
                print('<%d>' % number, end='' if number % 2 else '\\n')
            signal.signal(signal.SIGALRM, handler)
            signal.setitimer(signal.ITIMER_REAL, 0.003, 0.003)
            for _ in range(150): print('x' * 20000)
            signal.setitimer(signal.ITIMER_REAL, 0)
            print('end', next(numbers))
        """, limit=4194304)
        self.assertEqual(result.r["stdout"]["kept"], result.r["stdout"]["bytes"], "raise the limit")
        self.assertEqual(result.err, b"")
        last = int(result.out.rsplit(b" ", 1)[1])
        self.assertGreater(last, 5)
        self.assertEqual(result.out.count(b"x"), 150 * 20000)
        self.assertEqual(sorted(int(n) for n in re.findall(rb"<(\d+)>", result.out)), list(range(1, last)))  # a handler may interrupt another

    def test_a_handler_that_raises_duplicates_nothing(self):
        result = self.run_program("""
            import signal, sys
            class Stop(Exception): pass
            def handler(*_): raise Stop
            signal.signal(signal.SIGALRM, handler)
            i = caught = 0
            while caught < 30:
                try:
                    signal.setitimer(signal.ITIMER_REAL, 0.002)
                    while True:
                        i += 1
                        print('%07d' % i)
                except Stop: caught += 1
            print('%07d' % (i + 1))
        """)
        numbers = [int(part) for part in re.findall(rb"\d{7}", result.out)]  # a newline may be missing where it was raised, as ever
        self.assertEqual(result.end, ("exited", 0, None, 0))
        self.assertEqual(numbers, sorted(set(numbers)))
        self.assertLessEqual(numbers[-1] - len(numbers), 30)

    def test_a_broken_stdout_is_told_as_ever(self):
        for code in ("import os; os.close(1); print('x')", "import sys; sys.stdout.close(); print('x')", "import sys; sys.stdout.close()",
                     "import sys; sys.stdout.detach(); print(1)", "import sys; sys.stdout = None; print(1)", "import sys; print('x', end=''); sys.stdout.close()",
                     "import sys; sys.stdout.write(5)", "import sys; sys.stdout.buffer.write('x')", "print('\\ud800')",
                     "import sys; sys.stdout.seek(1)"):
            with self.subTest(code=code):
                plain, result = self.plain(code, env={"PYTHONIOENCODING": "utf-8:strict"}), self.run_program(code, env={"PYTHONIOENCODING": "utf-8:strict"})
                strip = lambda data: data.strip().split(b"\n")[-1:]
                self.assertEqual((result.out, strip(result.err)), (plain.stdout, strip(plain.stderr)))
                self.assertEqual(result.status != 0, plain.returncode != 0)

    def test_recursion_and_stacks_show_nothing_of_ours(self):
        for code in ("d = 0\ndef f():\n    global d\n    d += 1\n    f()\ntry: f()\nexcept RecursionError: print(d)",
                     "import sys, traceback\nsys.excepthook = lambda k, e, t: print(''.join(traceback.format_exception(k, e, t)))\ntraceback.print_stack()\n1/0",
                     "import inspect, warnings\nprint(len(inspect.stack()))\nwarnings.warn('w', stacklevel=2)\nwarnings.warn('v')",
                     "import faulthandler; faulthandler.dump_traceback()", "import sys\nsys.stdout.write(5)", "print('a', file=5)",
                     "import inspect\ndef f(): pass\nprint(inspect.getsource(f), __file__)", "import argparse; argparse.ArgumentParser().parse_args(['x'])"):
            for pad in "", "\n" + "#" * 140000:
                with self.subTest(code=code, pad=len(pad)):
                    plain, result = self.plain(code + pad), self.run_program((code + pad).encode())
                    strip = lambda data: re.sub(rb"0x[0-9a-f]+", b"X", data).decode()
                    self.assertEqual((strip(result.out), strip(result.err)), (strip(plain.stdout), strip(plain.stderr)))

    def test_what_programs_do_to_their_streams(self):
        result = self.run_program("""
            import contextlib, io, os, sys
            sys.stdout.reconfigure(encoding='utf-16-le'); print('a'); sys.stdout.reconfigure(encoding='utf-8', errors='replace')
            print('b\\ud800', end=''); sys.stdout.reconfigure(newline='\\r\\n'); print('c'); sys.stdout.reconfigure(newline='\\n', line_buffering=False)
            with contextlib.redirect_stdout(io.StringIO()) as text: print('hidden')
            print(text.getvalue(), end='')
            old, sys.stdout = sys.stdout, io.TextIOWrapper(os.fdopen(os.dup(1), 'wb'), 'latin-1'); print('\\xfc'); sys.stdout.close(); sys.stdout = old
            print('d', end='', flush=True); print(*'xyz', sep='', end='')
            os._exit(0)
        """)
        self.assertEqual((result.out, result.err), (b"a\0\n\0b?c\r\nhidden\n\xfc\ndxyz", b""))

    def test_a_sitecustomize_of_the_program_s_own_path_runs(self):
        os.makedirs(self.folder + "/own")
        with open(self.folder + "/own/sitecustomize.py", "w") as file:
            file.write("import sys; sys.mine = __file__; print('custom', end=' ')\n")
        result = self.run_program("import sys; print(sys.mine, sys.modules['sitecustomize'].__file__ == sys.mine, [p for p in sys.path if 'cupel' in p][1:])",
                                  env={"PYTHONPATH": self.folder + "/own"})
        own = self.folder + "/own"
        self.assertEqual((result.out.decode(), result.err), ("custom %s/sitecustomize.py True ['%s']\n" % (own, own), b""))
        with open(self.folder + "/own/sitecustomize.py", "w") as file:
            file.write("import nothing_of_that_name\n")
        plain = self.plain("print(1)", env={"PYTHONPATH": own})
        result = self.run_program("print(1)", env={"PYTHONPATH": own})
        self.assertEqual((result.out, result.err), (plain.stdout, plain.stderr))

    def test_isolated_children_and_virtual_environments(self):
        result = self.run_program("""
            import subprocess, sys, venv
            for flag in '-I', '-E', '-S', '-s', '-u': print(subprocess.run([sys.executable, flag, '-c', 'print(1, end="")'], capture_output=True))
            venv.create('v', symlinks=True)
            print(subprocess.run(['v/bin/python', '-c', 'import sys; print(sys.prefix != sys.base_prefix)'], capture_output=True).stdout)
            sys.stdout.flush()
            subprocess.run(['v/bin/python', '-c', 'import os; print("in v", end=""); os.abort()'])
        """)
        self.assertEqual(result.err, b"")
        self.assertEqual(result.out.count(b"returncode=0, stdout=b'1', stderr=b''"), 5, result.out)
        self.assertTrue(result.out.endswith(b"b'True\\n'\nin v"), result.out)

    def test_without_ctypes_in_the_program(self):
        code = "import sys\nsys.modules['_ctypes'] = None\n"
        os.makedirs(self.folder + "/early")
        result = self.run_program("""
            import subprocess, sys, os
            open('usercustomize.py', 'w')
            hook = open(os.environ['PYTHONPATH'] + '/sitecustomize.py').read()
            subprocess.run([sys.executable, '-c', 'import sys; sys.modules["_ctypes"] = None\\n' + 'sys.modules["sitecustomize"] = sys\\n'
                            + hook.replace('\\nimport sitecustomize', '\\n') + '\\nprint("whole", 1); print("part", end=""); import os; os.abort()'])
        """)
        self.assertEqual((result.out, result.err), (b"whole 1\npart", b""))

    def test_prints_while_python_ends(self):
        code = """
import atexit, sys, threading, weakref
class Last:
    def __del__(self): print('del', end=' '); sys.stderr.write('e')
last = Last()
atexit.register(lambda: (print('atexit', end=' '), print('line')))
weakref.finalize(last, print, 'finalized', end=' ')
def run(): print('thread', end=' ')
threading.Thread(target=run).start()
print('main', end=' ')
"""
        self.assertEqual(self.run_program(code).err, b"e")
        self.assertEqual(sorted(self.run_program(code).out.split()), sorted(self.plain(code).stdout.split()))
        for end in "1/0", "sys.exit('why')", "raise KeyboardInterrupt", "sys.stdout.close()":
            with self.subTest(end=end):
                plain, result = self.plain("import atexit, sys, threading\natexit.register(print, 'x', end='')\n" + end), self.run_program(
                    "import atexit, sys, threading\natexit.register(print, 'x', end='')\n" + end)
                self.assertEqual((result.out, result.err), (plain.stdout, plain.stderr))

    def test_other_interpreters_in_the_process(self):
        result = self.run_program("""
            try: import _interpreters as interpreters
            except ImportError: import _xxsubinterpreters as interpreters
            print('a', end='')
            one = interpreters.create()
            interpreters.run_string(one, "print('b', end='')")
            interpreters.destroy(one)
            print('c', end=''); import os; os.abort()
        """)
        self.assertEqual((result.out, result.err[:0]), (b"abc", b""))

    def test_a_python_whose_streams_call_no_reset(self):
        hook = "info.incrementaldecoder = lambda *_: hook"
        text = SUPERVISOR.replace(hook, "info.incrementaldecoder = lambda *_: codecs.lookup('latin-1').incrementaldecoder()")
        self.assertNotEqual(text, SUPERVISOR)
        process = subprocess.Popen(supervisor(text) + arguments("print('line'); print('part', end=''); import os; os.abort()"),
                                   cwd=self.folder, env=self.environment(None), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.assertEqual(self.finish(process).out, b"line\npart")


class AsFile(Case):
    """The code is a file, main.py, in the program's own folder."""

    def same(self, code, **options):
        """As plain python3 main.py has it; code alone or padded."""
        for text in (code, code + b"\n" + b"#" * 140000):
            plain, result = self.plain(text, **options), self.run_program(text, **options)
            self.assertEqual((result.out, result.err.replace(b"\r", b"")), (plain.stdout, plain.stderr.replace(b"\r", b"")))
        return result

    def test_its_name_and_folder(self):
        result = self.run_program("import os, sys; print(os.path.abspath(__file__) == os.getcwd() + '/main.py', sys.argv, sorted(os.listdir()))",
                                  args=["x"], files={"data/in.txt": b"7"})
        self.assertEqual(result.out, b"True ['main.py', 'x'] ['data', 'main.py']\n")

    def test_its_bytes(self):
        for code in (b"\xef\xbb\xbfprint('\xc3\xbc')", b"# coding: latin-1\nprint(ascii('\xfc'))", b"# -*- coding: cp1252 -*-\nprint(ascii('\x80'))",
                     b"print('\xff')", b"# coding: nosuch\nprint(1)", b"print(1)\r\nprint(2)\rprint(3)", b"print('a\0b')", b"\0", b"print(1)\x1a", b"print(1)\n\x0c\nprint(2)",
                     b"#!/usr/bin/python\nprint(__doc__)", b"'''doc'''\nprint(__doc__)"):
            with self.subTest(code=code):
                self.same(code)

    def test_a_file_main_py_is_not_the_request_s(self):
        result = self.run_program("print(1)", files={"main.py": b"print(2)"})
        self.assertEqual(result.end, ("notstarted", None, None, 125))
        self.assertIn("main.py", result.r["error"])

    def test_modules_beside_it(self):
        result = self.run_program("import beside, json; print(beside.x, json.own)", files={"beside.py": b"x = 1", "json.py": b"own = 2"})
        self.assertEqual((result.out, result.err), (b"1 2\n", b""))

    def test_multiprocessing(self):
        for method in "fork", "spawn", "forkserver":
            with self.subTest(method=method):
                result = self.run_program("""
                    import multiprocessing as mp, sys
                    from concurrent.futures import ProcessPoolExecutor
                    def square(x):
                        print('in', x); print('p', end='', file=sys.stderr)
                        return x * x
                    if __name__ == '__main__':
                        with ProcessPoolExecutor(2, mp_context=mp.get_context('%s')) as pool: print(list(pool.map(square, range(5))))
                """ % method)
                self.assertEqual(sorted(result.out.splitlines()), [b"[0, 1, 4, 9, 16]", b"in 0", b"in 1", b"in 2", b"in 3", b"in 4"])
                self.assertEqual((result.err, result.end), (b"ppppp", ("exited", 0, None, 0)))

    def test_home(self):
        show = "import os, pathlib; p = pathlib.Path.home() / '.cache' / 'x'; p.mkdir(parents=True, exist_ok=True); print(os.environ['HOME'], os.listdir())"
        own = self.folder + "/home"
        for env in ({}, {"HOME": "/"}, {"HOME": self.folder}, {"HOME": self.folder + "/not/yet"}):
            with self.subTest(env=env):
                home = own if env.get("HOME", "/") == "/" else env["HOME"]
                self.assertEqual(self.run_program(show, env=env).out.decode(), "%s ['main.py']\n" % home)
        if os.getuid() == 0 and readable_for_nobody():
            result = self.run_program(show, env={"HOME": "/usr"}, prefix=NOBODY, cwd=self.fresh())
            self.assertIn(b"/home ['main.py']", result.out)

    def fresh(self):
        folder = self.folder + "/fresh"
        os.mkdir(folder)
        os.chmod(folder, 0o777)
        return folder

    def test_stdin_is_a_pipe(self):
        code = """
            import asyncio, os, stat, sys
            async def main():
                reader = asyncio.StreamReader()
                await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
                print(len(await reader.read()))
            print(stat.S_ISFIFO(os.fstat(0).st_mode))
            asyncio.run(main())
        """
        for stdin in (None, b"", b"x", b"y" * 1000000):
            with self.subTest(size=stdin and len(stdin)):
                result = self.run_program(code, stdin=stdin)
                self.assertEqual((result.out.decode(), result.err), ("True\n%d\n" % len(stdin or b""), b""))

    def test_stdin_that_nobody_reads_or_not_all(self):
        for code in ("print(1)", "import sys; sys.stdin.close(); print(1)", "import os; os.close(0); print(1)", "import os; os.read(0, 1); print(1)",
                     "import time; time.sleep(0.5); print(1)", "import os; os.read(0, 100000); os.close(0); import time; time.sleep(.3); print(1)"):
            with self.subTest(code=code):
                result = self.run_program(code, stdin=b"x" * 1000000)
                self.assertEqual((result.out, result.end), (b"1\n", ("exited", 0, None, 0)))
                self.assertLess(result.r["wall"], 5)

    def test_stdin_and_stdout_at_once(self):
        result = self.run_program("import sys\nfor line in sys.stdin: print(line, end='')", stdin=b"0123456789\n" * 90000)
        self.assertEqual(result.out, b"0123456789\n" * 90000)

    def test_stdin_of_a_child(self):
        result = self.run_program("import subprocess; subprocess.run(['sh', '-c', 'sleep 0.2; wc -c'])", stdin=b"x" * 500000)
        self.assertEqual(result.out.strip(), b"500000")


class Protection(Case):
    """Fails closed."""

    def supervised(self, text, *args, **options):
        process = subprocess.Popen(list(options.pop("prefix", ())) + supervisor(text) + arguments(*args, **options), cwd=self.folder,
                                   env=self.environment(None), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        return process

    def test_no_ctypes(self):
        result = self.finish(self.supervised("import sys; sys.modules['_ctypes'] = None\n" + SUPERVISOR, "print(1)"))
        self.assertEqual((result.end, result.out), (("notstarted", None, None, 125), b""))
        self.assertIn("_ctypes", result.r["error"])

    def test_a_prctl_that_does_nothing(self):
        fake = "import sys, types; sys.modules['_ctypes'] = types.SimpleNamespace(dlopen=min, dlsym=min, call_function=lambda f, a: %d)\n"
        for answer in 1, -1:
            result = self.finish(self.supervised((fake % answer).replace("min", "lambda *_: 0") + SUPERVISOR, "print(1)"))
            self.assertEqual((result.end, result.out), (("notstarted", None, None, 125), b""))
            self.assertRegex(result.r["error"], "DUMPABLE|prctl")

    def test_what_fails_before_the_first_frame_says_so_in_a_line(self):
        log, errors = self.supervised("import sys; sys.modules['select'] = None\n" + SUPERVISOR, "print(1)").communicate(timeout=30)
        self.assertEqual(errors, b"")
        self.assertRegex(log.decode(), r"\Acupel: ModuleNotFoundError: .*select.*\n\Z")

    def test_an_old_python_is_told(self):
        for version in (2, 7), (3, 6), (3, 7):
            process = self.supervised("import sys; sys.version_info = %r + (1,)\n" % (version,) + SUPERVISOR, "print(1)")
            log, errors = process.communicate(timeout=30)
            self.assertEqual((log.decode(), errors, process.returncode),
                             ("cupel: needs Python 3.8 or later, this image has %d.%d\n" % version, b"", 125))

    def test_a_pid_that_comes_again_does_not_change_the_status(self):
        again = """
import posix
real, given = posix.wait4, []
def wait4(pid, options):
    got = real(pid, options)
    if got[0] and not given:
        given.append(got)
    elif not got[0] and len(given) == 1:
        given.append(got)
        return given[0][0], 9, got[2]
    return got
"""
        text = SUPERVISOR.replace("import select\n", again + "posix.wait4 = wait4\nimport select\n", 1)
        self.assertEqual(self.finish(self.supervised(text, """
import os, time
if os.fork() == 0: time.sleep(60)
os._exit(5)""")).end, ("exited", 5, None, 5))


class Pace(Case):
    """What the log holds when supervisor and program are killed at once, as memory.oom.group does."""

    @staticmethod
    def descendants(pid):
        for task in os.listdir("/proc/%d/task" % pid):
            with open("/proc/%d/task/%s/children" % (pid, task)) as children:
                for child in map(int, children.read().split()):
                    yield child
                    yield from Pace.descendants(child)

    def killed(self, code, after, text=SUPERVISOR, timeout=60):
        process = subprocess.Popen(supervisor(text) + arguments(textwrap.dedent(code), timeout=timeout), cwd=self.folder,
                                   env=self.environment(None), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
        time.sleep(after)
        process.send_signal(signal.SIGSTOP)  # it writes nothing more while the others die
        for pid in [process.pid, *self.descendants(process.pid)]:
            os.kill(pid, signal.SIGKILL)
        log = process.communicate(timeout=30)[0]
        frames = [LINE.fullmatch(line) for line in log.split(b"\n") if line]
        return b"".join(base64.b64decode(m.group(3)[1:]) for m in frames if m and m.group(2) == b"o")

    def test_what_was_printed_a_moment_before_is_there(self):
        out = self.killed("import time\nfor i in range(5): print(i); time.sleep(0.2)\nprint('last', end=''); time.sleep(60)", 2.5)
        self.assertEqual(out, b"0\n1\n2\n3\n4\nlast")

    def test_the_pace_follows_frames_not_hours(self):
        paced = SUPERVISOR.replace("EARLY = 10000", "EARLY = 100")
        self.assertNotEqual(paced, SUPERVISOR)
        # few frames: each at once, however much time is left
        out = self.killed("import time\nfor i in range(5): print(i); time.sleep(0.2)\nprint('last', end=''); time.sleep(60)", 2.5, paced, 86400)
        self.assertEqual(out, b"0\n1\n2\n3\n4\nlast")
        process = subprocess.Popen([PYTHON, "-I", "-S", "-u", "-c", paced] + arguments(
            "import time\nuntil = time.time() + 4\nwhile time.time() < until: print('x'); time.sleep(0.001)", timeout=6), cwd=self.folder,
            env=self.environment(None), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        result = self.finish(process)
        self.assertLess(len(result.frames), 110)
        self.assertGreater(len(result.frames), 60)

    def test_at_once_when_memory_is_short(self):
        with open(self.folder + "/memory.max", "w") as file:
            file.write("1000\n")
        text = SUPERVISOR.replace("/sys/fs/cgroup/", self.folder + "/").replace("flushed + pace", "flushed + 9")
        self.assertEqual(text.count(self.folder), 4)
        code = "import time\nprint(1); time.sleep(0.3)\nprint(2); time.sleep(0.3)\nprint(3); time.sleep(60)"
        for used, wanted in ("900", b"1\n2\n3\n"), ("100", b""):
            with open(self.folder + "/memory.current", "w") as file:
                file.write(used + "\n")
            with self.subTest(used=used):
                self.assertEqual(self.killed(code, 2, text), wanted)


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

    FLOOD = """
        import os, signal, time
        print('up', end='')
        for _ in range(2):
            if os.fork() == 0:
                while True: os.kill(1, signal.SIGTERM)
        time.sleep(60)
    """

    def test_a_flood_of_sigterm_gets_what_it_asks_for(self):
        result = self.run_program(self.FLOOD, prefix=PIDNS)
        self.assertEqual((result.end, result.out), (("stopped", None, "SIGTERM", 143), b"up"))
        self.assertLess(result.r["wall"], 5)

    def stopped(self, process):
        """What comes of it when it has printed and the supervisor, process 1 in there, gets SIGTERM."""
        log = b""
        while log.count(b"@cupel1") < 2:
            log += os.read(process.stdout.fileno(), 65536)
        with open("/proc/%d/task/%d/children" % (process.pid, process.pid)) as file:
            os.kill(int(file.read()), signal.SIGTERM)
        log += process.communicate(timeout=30)[0]
        return Result(process.returncode, log, b"")

    def test_a_flood_does_not_spoil_a_stop(self):
        process = self.start(self.FLOOD, prefix=PIDNS)
        result = self.stopped(process)
        self.assertEqual(result.end, ("stopped", None, "SIGTERM", 143))
        self.assertLess(result.r["wall"], 5)

    def test_a_sender_that_the_kernel_forgot_is_not_outside(self):
        for limit in "resource.prlimit(1, resource.RLIMIT_SIGPENDING, (0, 0))", "fill()":
            with self.subTest(limit=limit):
                result = self.run_program("""
                    import ctypes, os, resource, signal, time
                    libc = ctypes.CDLL(None)
                    def fill():  # what the kernel queues for one user
                        resource.setrlimit(resource.RLIMIT_SIGPENDING, (100, 100)); resource.prlimit(1, resource.RLIMIT_SIGPENDING, (100, 100))
                        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGRTMAX])
                        for _ in range(200): libc.sigqueue(os.getpid(), signal.SIGRTMAX, None)
                    %s
                    info = (ctypes.c_int * 32)(signal.SIGTERM, 0, -1, 0, 0, 0)
                    for _ in range(3):
                        libc.syscall(129, 1, signal.SIGTERM, info)
                        time.sleep(0.2)
                    print('alive')
                """ % limit, prefix=PIDNS)
                self.assertEqual((result.end, result.out, result.err), (("exited", 0, None, 0), b"alive\n", b""))

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
        self.assertEqual(self.stopped(process).end, ("stopped", None, "SIGTERM", 143))

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
