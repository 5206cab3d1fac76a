"""What the supervisor does with many cases of one program, and with a compiler before them."""
import json
import os
import signal
import time
import unittest

from harness import BUDGET, BWRAP, CAN_BWRAP, SUPERVISOR, Case, Outcome, Result, bwrap, case, read_frames

SHELL = {"run": ("sh", "main.sh"), "main": "main.sh"}


class Sets(Case):
    def shell(self, code, cases, **options):
        return self.run_program(code, cases=cases, **{**SHELL, **options})

    def outs(self, result):
        return [one.out for one in result.cases]


class WhatEachIsGiven(Sets):
    def test_arguments_stdin_files_and_variables(self):
        result = self.shell(
            'echo "$# $1"; cat; cat f g 2>/dev/null; echo "[$A$B]"',
            [case(), case(["a b"]), case([]), case(stdin=b"own"), case(files={"g": b"G"}), case(files={"f": b"own"}), case(env={"A": "own", "B": "="})],
            args=["req"], stdin=b"req", files={"f": b"F"}, env={"A": "a"})
        self.assertEqual(self.outs(result), [b"1 req\nreqF[a]\n", b"1 a b\nreqF[a]\n", b"0 \nreqF[a]\n", b"1 req\nownF[a]\n", b"1 req\nreqFG[a]\n",
                                             b"1 req\nreqown[a]\n", b"1 req\nreqF[own=]\n"])
        self.assertEqual((result.end, result.r["cases"], result.foreign), (("exited", 0, None, 0), 7, 0))

    def test_a_fresh_folder_each(self):
        result = self.shell("ls -A; touch a; mkdir -p b/c; chmod 0 b; rm main.sh; echo x > f; ln -s / l", [case()] * 3, files={"f": b"F"})
        self.assertEqual(self.outs(result), [b"f\nmain.sh\n"] * 3)

    def test_python_each(self):
        result = self.run_program("import os, sys; print(sys.argv[1], sorted(os.listdir())); os._exit(int(sys.argv[1]))", cases=[case(["0"]), case(["7"])])
        self.assertEqual(self.outs(result), [b"0 ['main.py']\n", b"7 ['main.py']\n"])
        self.assertEqual([one.end for one in result.cases], [("exited", 0, None), ("exited", 7, None)])
        self.assertEqual(result.end, ("exited", 1, None, 1))

    def test_what_cannot_be_started_is_told_of_that_case(self):
        result = self.shell("echo 1", [case(), case(files={"main.sh": b""}), case(files={"f/g": b""}), case()], files={"f": b""})
        self.assertEqual([one.end[0] for one in result.cases], ["exited", "notstarted", "notstarted", "exited"])
        self.assertIn("main.sh", result.cases[1].said["error"])
        result = self.shell("echo 1", [case()] * 2, run=("no-such-program",))
        self.assertEqual([one.end[0] for one in result.cases], ["notstarted"] * 2)
        self.assertIn("no-such-program", result.cases[0].said["error"])

    def test_malformed_cases_start_nothing(self):
        for records in ([(b"case", b"", b""), (b"code", b"", b"x")], [(b"case", b"", b""), (b"timeout", b"", b"0")],
                        [(b"case", b"", b""), (b"timeout", b"", b"x")], [(b"case", b"x", b"")] * 1001):
            result = self.shell("echo 1", [records])
            self.assertEqual((result.end, result.cases), (("notstarted", None, None, 125), []))
            self.assertTrue(result.r["error"])


class Ends(Sets):
    def test_signals_exit_codes_and_stop_at_the_first_failure(self):
        cases = [case(["exit 0"]), case(["kill -9 $$"]), case(["exit 137"]), case(["sleep 60"], timeout=0.3)]
        result = self.shell('eval "$1"', cases)
        self.assertEqual([one.end for one in result.cases], [("exited", 0, None), ("signalled", None, "SIGKILL"), ("exited", 137, None), ("deadline", None, "SIGTERM")])
        self.assertEqual(result.end, ("exited", 1, None, 1))
        result = self.shell('eval "$1"', cases, more=["stop=1"])
        self.assertEqual(([one.end for one in result.cases], result.end), ([("exited", 0, None), ("signalled", None, "SIGKILL")], ("exited", 1, None, 1)))

    def test_the_deadline_of_all(self):
        result = self.shell('echo $1; sleep $1', [case(["0"]), case(["0.1"]), case(["60"]), case(["0"])], timeout=1.5)
        self.assertEqual([one.end[0] for one in result.cases], ["exited", "exited", "deadline"])
        self.assertEqual((self.outs(result), result.end), ([b"0\n", b"0.1\n", b"60\n"], ("deadline", None, None, 124)))
        self.assertTrue(1.4 <= result.r["wall"] < 4, result.r)

    def test_a_case_that_ignores_sigterm(self):
        result = self.shell("[ $1 = 0 ] || trap '' TERM; echo $1; while [ $1 = 1 ]; do sleep 1; done", [case(["0"]), case(["1"], timeout=0.2), case(["0"])])
        self.assertEqual([one.end for one in result.cases], [("exited", 0, None), ("deadline", None, "SIGKILL"), ("exited", 0, None)])

    def test_stopped_in_the_middle(self):
        process = self.start('echo up $1; [ $1 = 0 ] || sleep 60', cases=[case(["0"]), case(["1"]), case(["0"])], **SHELL)
        log = b""
        while log.count(b" o1 ") < 1:
            log += os.read(process.stdout.fileno(), 65536)
        process.terminate()
        result = Result(0, log + process.communicate(timeout=30)[0], b"")
        self.assertEqual([one.end[0] for one in result.cases], ["exited", "stopped"])
        self.assertEqual(result.end[0], "stopped")
        self.assertEqual(process.returncode, 143)

    def test_stopped_just_as_a_run_ends(self):
        """Both wait for the supervisor, which sees them at once: the stop is for what would follow."""
        compiling = {"main": "main.src", "run": ("sleep", "60"), "compile": ("sh", "-c", "echo up; sleep 0.3")}
        for options in {"cases": [case()] * 2, **SHELL}, {"cases": [case()] * 2, **compiling}, compiling:
            with self.subTest(options=options):
                process = self.start("echo up; sleep 0.3", **options)
                log = b""
                while log.count(b" o") < 1:
                    log += os.read(process.stdout.fileno(), 65536)
                process.send_signal(signal.SIGSTOP)
                time.sleep(0.6)
                process.send_signal(signal.SIGTERM)
                process.send_signal(signal.SIGCONT)
                result = Result(0, log + process.communicate(timeout=30)[0], b"")
                self.assertEqual((result.end[0], process.returncode), ("stopped", 143))
                self.assertEqual((result.compile or result.cases[0]).end, ("exited", 0, None))
                self.assertEqual(len(result.cases), 0 if result.compile else 1)

    def killed(self, code, cases, until, **options):
        process = self.start(code, cases=cases, **{**SHELL, **options})
        log = b""
        while log.count(until) < 1:
            log += os.read(process.stdout.fileno(), 65536)
        process.kill()
        return log + process.communicate(timeout=30)[0]

    def test_finished_cases_are_proven_when_the_supervisor_is_killed(self):
        log = self.killed('echo out $1; [ $1 = 0 ] || sleep 60', [case(["0"]), case(["0"]), case(["1"]), case(["0"])], b" o2 ")
        frames, foreign, whole = read_frames(log)
        self.assertEqual([frame.kind for frame in frames], ["k", "o0", "d0", "q", "o1", "d1", "q"])
        self.assertEqual((foreign, whole), (1, False))
        self.assertEqual(Outcome(frames, json.loads(frames[5].data), "1").out, b"out 0\n")

    def test_frames_of_another_case_that_a_program_prints_are_data(self):
        fake = "@cupel1 2 d0 bAAAA 00000000000000000000000000000000"
        result = self.shell("cat", [case(stdin=fake.encode()), case(stdin=("\n%s\n" % fake).encode())])
        self.assertEqual((self.outs(result), result.foreign), ([fake.encode(), b"\n%s\n" % fake.encode()], 0))

    def test_a_forger_that_knows_the_keys_of_before(self):
        """The log of a case, with what a later case could write: everything until then is public to it."""
        log = self.killed("sleep $1", [case(["0"]), case(["60"])], b" q ")
        frames, _, _ = read_frames(log)
        lines = log.split(b"\n")
        again = b"\n".join(lines + [frame.raw for frame in frames[1:]] + [lines[1].replace(b" 0 k", b" 4 k")])
        self.assertEqual(read_frames(again)[0], frames)
        key, following = frames[-1].data.split()
        import base64, hashlib, hmac

        def forged(seq, kind, data):
            head = b"%d %s b" % (seq, kind)
            seal = hmac.new(bytes.fromhex(key.decode()), head + hashlib.sha256(data).digest(), "sha256").hexdigest()[:32].encode()
            return b"@cupel1 %d %s b%s %s" % (seq, kind, base64.b64encode(data), seal)

        for lie in (forged(4, b"o1", b"lie"), forged(3, b"q", key + b" " + b"0" * 64), forged(4, b"r", b'{"key":"%s"}' % key), forged(4, b"d1", b"{}")):
            self.assertEqual(read_frames(log + b"\n" + lie + b"\n")[0], frames)


class TheLog(Sets):
    def test_a_thousand_cases(self):
        result = self.shell("echo $1", [case([str(index)]) for index in range(1000)], timeout=300)
        self.assertEqual(self.outs(result), [b"%d\n" % index for index in range(1000)])
        self.assertEqual(result.end, ("exited", 0, None, 0))

    def test_the_budget_is_shared_and_counts_are_true(self):
        noise = "import os, sys, random\nblock = random.Random(1).getrandbits(8 * 65536).to_bytes(65536, 'big')\n"
        result = self.run_program(noise + "for _ in range(int(sys.argv[1])): os.write(1, block); os.write(2, block)", limit=4194304,
                                  cases=[case(["1"]), case(["100"]), case(["100"]), case(["0"]), case(["100"])])
        sizes = [one.said["stdout"]["kept"] for one in result.cases]
        self.assertEqual([one.said["stdout"]["bytes"] for one in result.cases], [65536, 6553600, 6553600, 0, 6553600])
        self.assertEqual(sizes[0], 65536)
        self.assertTrue(all(600000 < sizes[index] for index in (1, 2, 4)), sizes)
        self.assertGreater(sizes[4], sizes[2])  # what the fourth left is the last one's
        self.assertLessEqual(len(result.log), BUDGET)

    def test_a_thousand_that_print_much(self):
        result = self.shell("i=0; while [ $i -lt 60 ]; do echo $1 012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789 "
                            "012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789$i$$; i=$((i+1)); done",
                            [case([str(index)]) for index in range(1000)], timeout=300)
        self.assertTrue(all(one.end == ("exited", 0, None) for one in result.cases))
        self.assertEqual(len(result.cases), 1000)
        self.assertTrue(all(one.said["stdout"]["kept"] > 2500 and one.said["stdout"]["bytes"] > 10000 for one in result.cases))
        self.assertLessEqual(len(result.log), BUDGET)

    NOISE = ("import os, random, sys\nfor fd, size in enumerate(map(int, sys.argv[1:]), 1):\n"
             "    rest = random.Random(size).getrandbits(8 * size).to_bytes(size, 'big') if size else b''\n"
             "    while rest: rest = rest[os.write(fd, rest):]")

    def test_a_stream_beside_one_that_takes_the_share_is_whole_if_a_tail_would_hold_it(self):
        """What is reserved for its tail: 16 KiB, or an eighth of the share."""
        for sizes, whole in ((("8000000", "4"), (False, True)), (("4", "8000000"), (True, False)), (("8000000", "16384"), (False, True)),
                             (("8000000", "16385"), (False, False)), (("8000000", "8000000"), (False, False))):
            with self.subTest(sizes=sizes):
                result = self.run_program(self.NOISE, limit=8 << 20, cases=[case(sizes)] * 2)
                for one in result.cases:
                    self.assertEqual(tuple(one.said[name]["kept"] == one.said[name]["bytes"] for name in ("stdout", "stderr")), whole)
                    self.assertEqual([one.said[name]["tail"] for name in ("stdout", "stderr")], [0 if all_is_there else 16384 for all_is_there in whole])
                self.assertLessEqual(len(result.log), BUDGET)

    def test_past_its_own_limit_a_stream_has_a_tail_however_short(self):
        result = self.run_program(self.NOISE, limit=100, cases=[case(["101", "100"])])
        self.assertEqual([(one["kept"], one["tail"]) for one in (result.cases[0].said["stdout"], result.cases[0].said["stderr"])], [(100, 101), (100, 0)])

    def test_a_thousand_that_fill_their_share_on_both_streams(self):
        """Random bytes, which nothing packs; every fourth has a short stderr, which is whole."""
        code = "head -c 20000 /dev/urandom; head -c $1 /dev/urandom >&2"
        cases = [case([str(size)]) for size in (20000, 90000, 1000000, 300)] * 250
        result = self.shell(code, cases, timeout=500, limit=4 << 20, more=["collect=*"])  # of main.sh
        self.assertEqual(([one.end for one in result.cases], result.end), ([("exited", 0, None)] * 1000, ("exited", 0, None, 0)))
        self.assertEqual([one.said["stderr"]["bytes"] for one in result.cases], [20000, 90000, 1000000, 300] * 250)
        self.assertEqual({one.said["stderr"]["kept"] for one in result.cases[3::4]}, {300})
        for one in result.cases[:900]:  # the last have what the others left
            self.assertTrue(one.said["stdout"]["kept"] < 20000 and one.said["stdout"]["tail"] > 500, one.said)
        self.assertLessEqual(len(result.log), BUDGET)
        self.assertLess(len(result.frames), 10000)  # ten or fewer each

    def test_many_writes_of_one_byte(self):
        result = self.run_program("import os, time\nuntil = time.time() + 0.4\nwhile time.time() < until: os.write(1, b'x'); time.sleep(0.001)", cases=[case()] * 5)
        self.assertTrue(all(one.said["stdout"]["kept"] == one.said["stdout"]["bytes"] for one in result.cases))


class Compiling(Sets):
    COMPILER = 'cp main.src prog; chmod 755 prog; echo compiled; echo warned >&2; mkdir -p d/e; echo lib > d/e/lib; chmod 500 d/e; ln -s d/e/lib link; touch /tmp/x 2>/dev/null; pwd'

    def built(self, code="#!/bin/sh\necho run $1; cat link", compiler=None, **options):
        options = {"main": "main.src", "run": ("./prog",), "compile": ("sh", "-c", compiler or self.COMPILER), **options}
        return self.run_program(code, **options)

    def test_then_runs_what_was_built(self):
        result = self.built(args=["x"])
        self.assertEqual((result.compile.out.split(b"\n")[0], result.compile.err), (b"compiled", b"warned\n"))
        self.assertEqual((result.compile.end, result.out, result.end), (("exited", 0, None), b"run x\nlib\n", ("exited", 0, None, 0)))

    def test_its_stdin_is_empty_and_it_gets_no_arguments(self):
        result = self.built(compiler="cat; echo $#; cp main.src prog; chmod 755 prog", args=["x"], stdin=b"in")
        self.assertEqual(result.compile.out, b"0\n")

    def test_its_failures(self):
        for compiler, end in (("echo no >&2; exit 3", ("exited", 3, None)), ("kill -11 $$", ("signalled", None, "SIGSEGV")), ("sleep 60", ("deadline", None, "SIGTERM"))):
            for cases in [], [case()] * 2:
                with self.subTest(compiler=compiler, cases=len(cases)):
                    result = self.built(compiler=compiler, compile_timeout=0.5, cases=cases)
                    self.assertEqual((result.compile.end, result.end, result.cases), (end, ("notcompiled", None, None, 122), []))
                    self.assertEqual(result.r.get("cases"), 0 if cases else None)

    def test_one_that_is_not_there(self):
        result = self.built(compile=("no-such-compiler", "x"))
        self.assertEqual(result.end, ("notstarted", None, None, 125))
        self.assertIn("no-such-compiler", result.r["error"])

    def test_100_megabytes_and_daemons(self):
        result = self.built(compiler="head -c 100000000 /dev/zero; (setsid sleep 100 >/dev/null 2>&1 &) ; cp main.src prog; chmod 755 prog", cases=[case()] * 2)
        self.assertEqual((result.compile.said["stdout"]["bytes"], result.compile.end), (100000000, ("exited", 0, None)))
        self.assertEqual([one.end[0] for one in result.cases], ["exited"] * 2)

    def test_each_case_gets_what_it_left(self):
        code = "#!/bin/sh\nls -Rl . | wc -l; cat d/e/lib; cat d/own; readlink link; rm -rf prog link; chmod -R 700 d; rm -r d; echo bad > main.src"
        result = self.built(code, cases=[case(), case(files={"d/own": b"O"}), case(files={"d/e/lib": b"L"}), case()])
        self.assertEqual([one.out.split(b"\n", 1)[1] for one in result.cases], [b"lib\nd/e/lib\n", b"lib\nOd/e/lib\n", b"Ld/e/lib\n", b"lib\nd/e/lib\n"])

    def test_its_log_is_proven_before_the_first_case(self):
        process = self.start("#!/bin/sh\nsleep 60", main="main.src", run=("./prog",), compile=("sh", "-c", self.COMPILER), cases=[case()] * 2)
        log = b""
        while log.count(b" q ") < 1:
            log += os.read(process.stdout.fileno(), 65536)
        process.kill()
        frames, _, _ = read_frames(log + process.communicate(timeout=30)[0])
        self.assertEqual([frame.kind for frame in frames if frame.kind[0] not in "oe"], ["k", "dc", "q"])

    def test_too_much_to_keep(self):
        result = self.built(compiler="head -c 70000000 /dev/zero > big", cases=[case()])
        self.assertEqual((result.end, result.r["cases"]), (("exited", 1, None, 1), 0))
        self.assertIn("more than can be kept", result.r["error"])


    def test_stopped_while_it_compiles(self):
        process = self.start("x", main="main.src", run=("./prog",), compile=("sh", "-c", "echo up; sleep 60"), cases=[case()])
        log = b""
        while log.count(b" oc ") < 1:
            log += os.read(process.stdout.fileno(), 65536)
        process.terminate()
        result = Result(0, log + process.communicate(timeout=30)[0], b"")
        self.assertEqual((result.compile.end[0], result.end[0], process.returncode), ("stopped", "stopped", 143))

    def test_a_working_folder_that_is_a_link_now(self):
        result = self.built(compiler="cd ..; rm -rf work; ln -s /proc/self work", cases=[case()])
        self.assertEqual((result.end, result.r["cases"]), (("exited", 1, None, 1), 0))
        self.assertTrue(result.r["error"])


class Parallel(Sets):
    def test_as_many_at_once(self):
        result = self.shell("pwd; date +%s%N; sleep 0.6; date +%s%N; echo $HOME >&2", [case()] * 6, more=["parallel=3"], env={"HOME": "/"})
        self.assertEqual(result.r["cases"], 6)
        times = [tuple(map(int, one.out.split()[1:])) for one in result.cases]
        self.assertEqual(max(sum(begin <= at < end for begin, end in times) for at, _ in times), 3)
        self.assertEqual(len({one.out.split()[0] for one in result.cases}), 3)
        self.assertEqual(len({one.err for one in result.cases}), 3)

    def test_the_end_of_one_is_not_that_of_the_others(self):
        code = """[ $1 = long ] && { (sleep 1; echo child) & sleep 1.5; wait; echo done; exit 0; }
                  setsid sleep 100 & sleep 100 & (setsid sh -c 'sleep 100 & sleep 100' &); exit 3"""
        result = self.shell(code, [case(["long"]), case(["short"]), case(["short"]), case(["long"])], more=["parallel=2"])
        self.assertEqual([one.out for one in result.cases], [b"child\ndone\n", b"", b"", b"child\ndone\n"])
        self.assertEqual([one.end[1] for one in result.cases], [0, 3, 3, 0])
        self.assertLess(result.r["wall"], 15)

    def test_case_timeouts_and_the_deadline_of_all(self):
        result = self.shell("sleep $1", [case(["60"], timeout=0.3), case(["0.5"]), case(["60"])], more=["parallel=2"], timeout=2)
        self.assertEqual([one.end[0] for one in result.cases], ["deadline", "exited", "deadline"])
        self.assertEqual(result.end[0], "deadline")

    def test_a_hundred(self):
        result = self.shell("echo $1; mkdir -p a/b; chmod 0 a", [case([str(index)]) for index in range(100)], more=["parallel=4"])
        self.assertEqual(self.outs(result), [b"%d\n" % index for index in range(100)])
        self.assertEqual(result.end, ("exited", 0, None, 0))


@unittest.skipUnless(CAN_BWRAP, "bubblewrap does not work here")
class Hostile(Sets):
    """In a sandbox of its own, where the supervisor is PID 1: nothing of a case is left for the next."""

    CHECK = """
import glob, os, subprocess
def tree(top):
    return sorted(os.path.join(folder, name) for folder, folders, files in os.walk(top) for name in folders + files)
def left():
    found = [path for top in ('/tmp', '/dev/shm') for path in tree(top) if '.cupel' not in path]
    found += [pid for pid in os.listdir('/proc') if pid.isdigit() and pid not in ('1', str(os.getpid()))]
    for kind in 'shm', 'sem', 'msg':
        found += open('/proc/sysvipc/' + kind).read().splitlines()[1:]
    return found
"""

    def attacked(self, attack, cases=2, **options):
        code = self.CHECK + "import sys\nprint(left(), flush=True)\nif sys.argv[1] == '0':\n" + "".join("    %s\n" % line for line in attack.strip().splitlines())
        result = self.run_program(code, prefix=BWRAP, cases=[case(["0"])] + [case(["1"])] * (cases - 1), **options)
        clean = b"['/tmp/home', '/tmp/work', '/tmp/work/main.py']\n"
        self.assertEqual([(one.out, one.err) for one in result.cases[1:]], [(clean, b"")] * (cases - 1), result.r)
        self.assertEqual(result.end[0], "exited", result.r)
        self.assertNotIn("error", result.r)
        return result

    def test_processes(self):
        for attack in ("for _ in range(200):\n    if os.fork() == 0:\n        os.setsid(); os.fork(); import time; time.sleep(100)",
                       "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nif os.fork() == 0:\n    os.setsid()\n    while True:\n        if os.fork(): os._exit(0)",
                       "if os.fork() == 0:\n    os.kill(os.getpid(), 19)", "subprocess.Popen(['sh', '-c', 'sleep 100 & setsid sleep 100 &'])"):
            with self.subTest(attack=attack):
                self.attacked(attack)

    def test_what_cannot_be_seen_cannot_be_made(self):
        """As under gVisor, which shows neither System V's objects nor message queues."""
        hidden = SUPERVISOR.replace('"/proc/sysvipc/', '"/nowhere/').replace('"/dev/mqueue"', '"/nowhere/mqueue"')
        code = """
            import ctypes, os
            libc = ctypes.CDLL(None, use_errno=True)
            for call, arguments in ("shmget", (77, 4096, 0o1666)), ("semget", (77, 1, 0o1666)), ("msgget", (77, 0o1666)), \\
                    ("mq_open", (b"/q", 0o102, 0o600, None)):
                print(call, getattr(libc, call)(*arguments), os.strerror(ctypes.get_errno()))
            """
        result = self.run_program(code, prefix=BWRAP, cases=[case([]), case([])], text=hidden)
        none = b"".join(call + b" -1 Function not implemented\n" for call in (b"shmget", b"semget", b"msgget", b"mq_open"))
        self.assertEqual([one.out for one in result.cases], [none] * 2, result.r)
        self.assertEqual(result.end[0], "exited", result.r)

    def test_files_of_every_kind(self):
        self.attacked("""
os.chdir('/tmp/work')
for top in '/tmp', '/dev/shm', '/tmp/home', '.', '/tmp/.cupel':
    for name in (b'a\\nb', b'\\xff\\xfe', b'x' * 255, b' ', b'.hidden', b'-rf', b'*'):
        open(os.fsencode(top) + b'/' + name, 'w').close()
        os.makedirs(os.fsencode(top) + b'/d' + name[:200] + b'/' + name)
    os.mkfifo(top + '/fifo'); os.symlink('/proc/1/mem', top + '/link'); os.symlink('nowhere', top + '/dangling')
    os.makedirs(top + '/locked/in/side'); open(top + '/locked/in/f', 'w').close()
    os.chmod(top + '/locked/in', 0); os.chmod(top + '/locked', 0)
import socket
socket.socket(socket.AF_UNIX).bind('/tmp/socket')
open('/tmp/.cupel/sitecustomize.py', 'w').write('print("owned")')
""")

    def test_deep_and_many(self):
        self.attacked("""
os.chdir('/tmp')
for _ in range(20000):
    os.mkdir('d'); os.chdir('d')
open('f', 'w').close()
os.mkdir('/tmp/many')
for i in range(10000): open('/tmp/many/%d' % i, 'w').close()
""")

    def test_folders_that_are_taken_or_closed(self):
        self.attacked("os.chdir('/'); import shutil; shutil.rmtree('/tmp/work'); os.symlink('/dev/shm', '/tmp/work'); os.chmod('/tmp', 0); os.chmod('/dev/shm', 0)")
        self.attacked("os.rename('/tmp/work', '/tmp/w'); open('/tmp/work', 'w')")

    def test_system_v_objects(self):
        self.attacked("import ctypes\nc = ctypes.CDLL(None)\nassert min(c.shmget(7, 4096, 0o1600), c.semget(7, 1, 0o1600), c.msgget(7, 0o1600)) >= 0")

    def test_message_queues(self):
        code = "import ctypes\nc = ctypes.CDLL(None, use_errno=True)\nprint(c.mq_open(b'/q', 0o102, 0o600, None) if hasattr(c, 'mq_open') else -1)"
        result = self.run_program(code, prefix=BWRAP, cases=[case()] * 2)
        self.assertEqual(self.outs(result), [b"-1\n"] * 2)  # where they cannot be seen, they cannot be made

    def test_limits_that_later_cases_would_inherit(self):
        for attack in ("resource.prlimit(1, resource.RLIMIT_FSIZE, (5, 5))", "os.setpriority(os.PRIO_PROCESS, 1, 19)", "os.sched_setaffinity(1, [max(os.sched_getaffinity(0))])"):
            with self.subTest(attack=attack):
                result = self.run_program("import os, resource, sys\nprint(1)\nif sys.argv[1] == '1': " + attack, prefix=BWRAP, cases=[case(["0"]), case(["1"]), case(["0"])])
                if "sched" in attack and (os.cpu_count() or 1) < 2:
                    continue
                self.assertEqual((result.r["cases"], result.end), (2, ("exited", 1, None, 1)))
                self.assertIn("limits", result.r["error"])

    def test_later_inputs_are_nowhere(self):
        code = """
import os, re, sys
secret = bytes(range(97, 105))[::-1] * 2
def look(path):
    try: return secret in open(path, 'rb').read(1 << 24)
    except (OSError, ValueError): return False
found = []
for pid in [1, os.getpid()]:
    for name in 'cmdline', 'environ', 'mem', 'maps', 'stat', 'status':
        found += [name] * look('/proc/%d/%s' % (pid, name))
    for folder in ('fd', 'map_files', 'cwd', 'root/tmp') if pid == 1 else ('cwd',):
        try: found += [folder + name for name in os.listdir('/proc/%d/%s' % (pid, folder)) if look('/proc/%d/%s/%s' % (pid, folder, name))]
        except OSError: pass
    try:
        memory = open('/proc/%d/mem' % pid, 'rb', 0)
        if pid == 1: found.append('mem opened')
    except OSError: pass
for folder, _, files in os.walk('/tmp'):
    found += [f for f in files if look(os.path.join(folder, f))]
print(found, [word for word in open('/proc/1/cmdline', 'rb').read().split(b'\\0') if re.match(b'[a-z_]+=', word)])
"""
        secret = bytes(range(97, 105))[::-1] * 2
        later = case([secret.decode()], secret, {"f": secret}, {"E": secret.decode()})
        for options in ({}, {"more": ["parallel=1"]}):
            result = self.run_program(code, prefix=BWRAP, cases=[case(), case(), later], **options)
            self.assertEqual([one.out for one in result.cases[:2]], [b"[] []\n"] * 2)  # its code and options may stay, but no KEY=VALUE

    def test_arguments_where_the_kernel_does_not_say_where_they_are(self):
        text = SUPERVISOR.replace("if not end:", "end = 0\n    if not end:")
        self.assertNotEqual(text, SUPERVISOR)
        result = self.run_program("print(open('/proc/1/cmdline', 'rb').read().rstrip(b'\\0').count(b'\\0'))", prefix=BWRAP, text=text, cases=[case()])
        self.assertEqual(result.cases[0].out, b"5\n")
        for broken in "end = 1 << 60", "end = 0":  # fails closed, and only where there are cases
            text = SUPERVISOR.replace("    if end:\n        memory", "    %s\n    if end and end < 1 << 60:\n        memory" % broken)
            self.assertNotEqual(text, SUPERVISOR)
            self.assertEqual(self.run_program("print(1)", prefix=BWRAP, text=text, cases=[case()]).end[0], "notstarted")
            self.assertEqual(self.run_program("print(1)", prefix=BWRAP, text=text).out, b"1\n")

    def test_the_memory_of_what_is_about_to_start(self):
        """A fork has the key and all inputs until it is exec'ed; one that runs at the same time must not read them."""
        code = """
import os, sys, time
def line(pid):
    return open('/proc/%s/cmdline' % pid, 'rb').read()
supervisor, until, seen, opened = line(1), time.time() + 4, set(), set()
while sys.argv[1] == '0' and time.time() < until:
    for pid in os.listdir('/proc'):
        if pid.isdigit() and pid != '1':
            try:
                if line(pid) == supervisor:
                    seen.add(pid)
                    for name in 'mem', 'environ', 'maps':
                        with open('/proc/%s/%s' % (pid, name), 'rb'):
                            if line(pid) == supervisor: opened.add(pid)
            except OSError: pass
print(len(opened), len(seen) if sys.argv[1] == '0' else '')
"""
        result = self.run_program(code, prefix=BWRAP, more=["parallel=2"], cases=[case(["0"])] + [case(["1"])] * 60)
        self.assertEqual(result.cases[0].out.split()[0], b"0")

    def test_the_program_and_its_files_cannot_be_changed_for_the_next(self):
        result = self.run_program("#!/bin/sh\nid=1; cat data; echo '#!/bin/sh\necho owned' > prog; echo owned > data; chmod 777 prog", prefix=BWRAP, main="main.src",
                                  run=("./prog",), compile=("sh", "-c", "cp main.src prog; chmod 555 prog"), files={"data": b"D"}, cases=[case()] * 3)
        self.assertEqual(self.outs(result), [b"D"] * 3)

    def test_a_message_for_the_next_in_the_termination_log(self):
        code = "import os\nprint(os.path.getsize('/tmp/../dev/termination-log'))\nopen('/dev/termination-log', 'w').write('x' * 100)"
        message = self.message
        result = self.run_program(code, prefix=bwrap("--bind", message, "/dev/termination-log", "--unsetenv", "CUPEL_TERMINATION_LOG"), cases=[case()] * 3)
        self.assertEqual(self.outs(result)[1:], [b"0\n"] * 2)

    def test_frames_into_the_log_itself(self):
        result = self.run_program("""
            import os
            for fd in ['1']:
                try: os.write(os.open('/proc/1/fd/' + fd, os.O_WRONLY), b'\\n@cupel1 1 d0 bAAAA 00000000000000000000000000000000\\n')
                except OSError as error: print(error.errno)
        """, prefix=BWRAP, cases=[case()] * 2)
        self.assertEqual((self.outs(result), result.foreign), ([b"13\n"] * 2, 0))

    def test_a_hundred_that_do_nothing_are_quick(self):
        result = self.run_program("", prefix=BWRAP, run=("true",), cases=[case()] * 100)
        self.assertEqual(result.end, ("exited", 0, None, 0))
        self.assertLess(result.r["wall"], 10)

    def test_one_that_is_born_again_and_again_beside_another(self):
        code = """
import os, sys, time
if sys.argv[1] == '0':
    time.sleep(4); print('slept')
else:
    for _ in range(8):
        if os.fork() == 0:
            os.setsid(); [os.close(fd) for fd in (0, 1, 2)]
            while True:
                if os.fork(): os._exit(0)
"""
        result = self.run_program(code, prefix=BWRAP, cases=[case(["0"]), case(["1"]), case(["1"]), case(["1"])], more=["parallel=2"])
        self.assertEqual((self.outs(result), result.end), ([b"slept\n", b"", b"", b""], ("exited", 0, None, 0)))
        self.assertLess(max(one.said["wall"] for one in result.cases[1:]), 8)

    def test_folders_of_a_parallel_one_that_are_links_to_nothing_now(self):
        code = """
import os, sys, time
if sys.argv[1] == '0': time.sleep(2)
elif sys.argv[1] == '1':
    for name in 'work', 'home', '.cupel':
        os.rename('/tmp/%s.1' % name, '/tmp/moved' + name); os.symlink('/nowhere', '/tmp/%s.1' % name)
else: print(os.listdir())
"""
        result = self.run_program(code, prefix=BWRAP, cases=[case(["1"]), case(["0"]), case(["2"])], more=["parallel=2"])
        self.assertEqual((self.outs(result), result.end), ([b"", b"", b"['main.py']\n"], ("exited", 0, None, 0)))

    def test_parallel_ones(self):
        code = "import os, sys, time\nif os.fork() == 0:\n    os.setsid()\n    if os.fork(): os._exit(0)\n    time.sleep(100)\nprint(sys.argv[1], os.getcwd()); time.sleep(0.1)"
        result = self.run_program(code, prefix=BWRAP, cases=[case([str(index)]) for index in range(12)], more=["parallel=4"])
        self.assertEqual([one.out.split()[0] for one in result.cases], [b"%d" % index for index in range(12)])
        self.assertEqual(result.end, ("exited", 0, None, 0))


if __name__ == "__main__":
    unittest.main()
