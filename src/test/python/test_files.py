"""Files that come back."""
import hashlib
import os
import shutil
import subprocess
import time
import unittest

from harness import BUDGET, BWRAP, CAN_BWRAP, Case, case


class Files(Case):
    def collected(self, code, *patterns, **options):
        result = self.run_program(code, more=["collect=" + pattern for pattern in patterns], **options)
        self.assertEqual(result.err, b"")
        return result

    def test_one_and_what_is_not_there(self):
        result = self.collected("open('report.xml', 'wb').write(b'<x>\\0\\xff</x>')", "report.xml", "missing", "main.py/x")
        self.assertEqual((result.files, result.end), ({"report.xml": b"<x>\0\xff</x>"}, ("exited", 0, None, 0)))
        self.assertEqual((result.r["files"], result.r.get("files_omitted")), (1, None))

    def test_patterns(self):
        make = """
            import os
            for path in ('a.txt', 'b.txt', 'ab.txt', 'c.xml', '.hidden', 'd/a.txt', 'd/e/f/a.txt', 'd/.x/a.txt', 'd/e/.y', 'x*y', 'x]y', 'x-y', '\u00fc', 'd/a/b'):
                os.makedirs(os.path.dirname(path) or '.', exist_ok=True); open(path, 'w').write(path)
        """
        wanted = {"*.txt": ["a.txt", "ab.txt", "b.txt"], "?.txt": ["a.txt", "b.txt"], "[ab].txt": ["a.txt", "b.txt"], "[!a].txt": ["b.txt"], "[a-c].*": ["a.txt", "b.txt", "c.xml"],
                  "**/a.txt": ["a.txt", "d/a.txt", "d/e/f/a.txt"], "d/**": ["d/a.txt", "d/a/b", "d/e/f/a.txt"], "d/*/f/*": ["d/e/f/a.txt"], ".*": [".hidden"],
                  "**/.y": ["d/e/.y"], "d/.x/*": ["d/.x/a.txt"], "x[*]y": ["x*y"], "x[]]y": ["x]y"], "x[a-]y": ["x-y"], "x?y": ["x*y", "x-y", "x]y"], "\u00fc": ["\u00fc"], "?": ["\u00fc"],
                  "d": [], "d/**/a.txt": ["d/a.txt", "d/e/f/a.txt"], "**/**/b": ["d/a/b"], "main.py": ["main.py"], "*a*b*c*": [], "[": [], "a.txt/**": []}
        for pattern, paths in wanted.items():
            with self.subTest(pattern=pattern):
                result = self.collected(make, pattern, encoding="zip")
                self.assertEqual([said["path"] for said in result.told_files], paths)
                self.assertTrue(all(content.decode() == path for path, content in result.files.items() if path != "main.py"))

    def test_a_pattern_in_another_locale(self):
        command = ["localedef", "-i", "en_US", "-f", "ISO-8859-1", self.folder + "/en_US.ISO-8859-1"]
        if not shutil.which("localedef") or subprocess.call(command, stderr=subprocess.DEVNULL) != 0:
            self.skipTest("no such locale can be made")
        env = {"LOCPATH": self.folder, "LC_ALL": "en_US.ISO-8859-1"}
        for pattern in "\u00fc", "?":
            result = self.collected("open(b'\\xc3\\xbc', 'w').write('x')", pattern, env=env)
            self.assertEqual(result.files, {"\u00fc": b"x"})

    def test_bad_patterns(self):
        for pattern in ("", "/etc/passwd", "../x", "a/../b", "a//b", "./a", "a/"):
            with self.subTest(pattern=pattern):
                self.assertEqual(self.run_program("print(1)", more=["collect=" + pattern]).end, ("notstarted", None, None, 125))

    def test_nothing_but_regular_files(self):
        result = self.collected("""
            import os, socket
            os.symlink('/etc/passwd', 'link'); os.symlink('/proc/self', 'proc'); os.symlink('..', 'up'); os.mkfifo('fifo'); os.mkdir('folder')
            socket.socket(socket.AF_UNIX).bind('socket')
            open('hard', 'w').write('h'); os.link('hard', 'hard2')
        """, "*", "**/status", "up/**", "proc/environ", "link", "fifo")
        self.assertEqual(sorted(result.files), ["hard", "hard2", "main.py"])

    def test_names_of_every_kind(self):
        result = self.collected("""
            import os
            os.mkdir('out')
            for name in (b'a\\nb', b'\\xff', b'\\x7f', b'"\\\\quote', b'x' * 255, b' ', '\\u2028\\U0001f600'.encode(), b'\\xc2\\x85'): open(b'out/' + name, 'wb').write(name)
        """, "out/*")
        self.assertEqual(sorted(result.files), sorted("out/" + name for name in ('"\\quote', "x" * 255, " ", "\u2028\U0001f600")))
        self.assertTrue(all(content.decode() == path[4:] for path, content in result.files.items()))
        self.assertEqual(result.r["files_omitted"], 4)

    def test_sizes(self):
        result = self.collected("""
            import os
            open('0', 'w').close()
            for name, size in (('12288', 12288), ('12289', 12289), ('4m', 4 << 20), ('4m1', (4 << 20) + 1)): open(name, 'wb').write(os.urandom(1) * size)
            for name, size in (('64m', 64 << 20), ('64m1', (64 << 20) + 1), ('1t', 1 << 40)): os.truncate(os.open(name, os.O_CREAT | os.O_WRONLY), size)
        """, "[0-9]*")
        said = {one["path"]: one for one in result.told_files}
        for path in "0", "12288", "12289", "4m":
            self.assertEqual(len(result.files[path]), said[path]["bytes"])
        self.assertEqual([said[path]["kept"] for path in ("4m1", "64m", "64m1", "1t")], [0] * 4)
        self.assertEqual((said["1t"]["bytes"], said["1t"]["sha256"], said["64m1"]["sha256"]), (1 << 40, None, None))
        self.assertEqual(said["64m"]["sha256"], hashlib.sha256(bytes(64 << 20)).hexdigest())

    def test_what_the_budget_does_not_hold_is_told(self):
        result = self.collected("import os\nfor i in range(12): open('f%02d' % i, 'wb').write(os.urandom(1 << 20))", "f*")
        self.assertEqual(len(result.told_files), 12)
        kept = [said["kept"] for said in result.told_files]
        self.assertTrue(3 <= sum(map(bool, kept)) < 8, kept)
        self.assertTrue(all(said["sha256"] for said in result.told_files))

    def test_ten_thousand(self):
        result = self.collected("import os\nos.mkdir('d')\nfor i in range(10000): open('d/%d' % i, 'w').write(str(i))", "**")
        self.assertEqual((result.r["files"], result.r["files_omitted"]), (256, 10001 - 256))
        self.assertEqual([said["path"] for said in result.told_files], sorted("d/%d" % i for i in range(10000))[:256])

    def test_deep_and_closed_folders(self):
        result = self.collected("""
            import os
            os.mkdir('closed'); open('closed/f', 'w').close(); os.chmod('closed', 0)
            open('top', 'w').close()
            for _ in range(3000): os.mkdir('d'); os.chdir('d'); open('f', 'w').close()
        """, "**")
        self.assertIn("top", result.files)
        self.assertIn("d/d/f", result.files)
        self.assertGreaterEqual(result.r["files_omitted"], 1)
        self.assertLess(result.r["wall"], 20)

    def test_a_folder_that_is_gone(self):
        result = self.collected("import os, shutil; shutil.rmtree(os.getcwd()); os.symlink('/etc', os.path.abspath('/') and '%s')" % (self.folder + "/work"), "**", "passwd")
        self.assertEqual((result.files, result.r["files"]), ({}, 0))

    def test_while_it_is_killed(self):
        result = self.collected("import time; open('f', 'w').write('x'); time.sleep(60)", "f", timeout=1)
        self.assertEqual((result.files, result.end[0]), ({"f": b"x"}, "deadline"))

    def test_of_each_case(self):
        result = self.collected("import sys; open('f', 'w').write(sys.argv[1] * 3); open('big', 'w').write(sys.argv[1] * 1000000)", "f", "big",
                                cases=[case([letter]) for letter in "abc"])
        self.assertEqual([result.files[index, "f"] for index in range(3)], [b"aaa", b"bbb", b"ccc"])
        self.assertEqual([len(result.files[index, "big"]) for index in range(3)], [1000000] * 3)
        self.assertEqual((result.r["files"], result.r["cases"]), (6, 3))

    def test_of_a_thousand_cases(self):
        result = self.collected("x", "f", run=("sh", "-c", "echo $1 > f", "sh"), cases=[case([str(index)]) for index in range(1000)], timeout=300)
        self.assertEqual((result.r["files"], result.r["files_omitted"], result.r["cases"]), (256, 744, 1000))
        self.assertEqual(result.files[255, "f"], b"255\n")

    def test_with_much_output_both_have_their_share(self):
        result = self.collected("import os\nfor _ in range(200): os.write(1, os.urandom(65536))\nopen('f', 'wb').write(os.urandom(3 << 20))", "f", limit=4194304)
        self.assertEqual(len(result.files["f"]), 3 << 20)
        self.assertGreater(len(result.out), 3000000)
        self.assertLessEqual(len(result.log), BUDGET)

    @unittest.skipUnless(CAN_BWRAP, "bubblewrap does not work here")
    def test_of_parallel_cases_while_another_changes_them(self):
        code = """
import os, sys, time
if sys.argv[1] == '0':
    until = time.time() + 3
    while time.time() < until:
        for slot in '', '.1':
            try:
                os.rename('/tmp/work%s/d' % slot, '/tmp/work%s/e' % slot); os.symlink('/proc/1', '/tmp/work%s/d' % slot)
                os.remove('/tmp/work%s/d' % slot); os.rename('/tmp/work%s/e' % slot, '/tmp/work%s/d' % slot)
            except OSError: pass
else:
    os.mkdir('d'); open('d/environ', 'w').write('mine'); open('d/cmdline', 'w').write('mine')
"""
        result = self.run_program(
            code, prefix=BWRAP, more=["collect=d/environ", "collect=d/cmdline", "parallel=2"], cases=[case(["0"])] + [case(["1"])] * 8)
        self.assertTrue(all(content == b"mine" or content["bytes"] == 4 for content in result.files.values()), result.files)


class Time(Case):
    def spent(self, code, limit, **options):
        result = self.run_program(code, more=["cpu_timeout=%s" % limit], **options)
        return result.end[0], result.r["cpu"]

    BUSY = "import os, time\ndef busy(seconds):\n    end = time.process_time() + seconds\n    while time.process_time() < end: pass\n"

    def test_of_the_program(self):
        ended, cpu = self.spent(self.BUSY + "busy(60)", 0.5)
        self.assertEqual(ended, "cputime")
        self.assertTrue(0.5 < cpu < 1.5, cpu)

    def test_sleep_costs_nothing(self):
        self.assertEqual(self.spent("import time; time.sleep(1.2)", 1)[0], "exited")

    def test_of_children_of_every_kind(self):
        for code in ("[os.fork() for _ in range(2)]; busy(60)", "import subprocess, sys\nwhile True: subprocess.run([sys.executable, '-S', '-c', 'for _ in range(3000000): pass'])",
                     "if os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0: busy(60)\n    os._exit(0)\ntime.sleep(60)",
                     "import signal; signal.signal(signal.SIGCHLD, signal.SIG_IGN)\nwhile True:\n    if os.fork() == 0: busy(0.3); os._exit(0)\n    time.sleep(0.35)"):
            with self.subTest(code=code):
                ended, cpu = self.spent(self.BUSY + code, 1)
                self.assertEqual(ended, "cputime")
                self.assertTrue(1 < cpu < 4, cpu)

    def test_the_total_at_the_end_counts(self):
        ended, cpu = self.spent(self.BUSY + "busy(0.02)", 0.01)
        self.assertEqual(ended, "cputime")

    def test_of_each_case(self):
        result = self.run_program(self.BUSY + "import sys; busy(float(sys.argv[1]))", more=["cpu_timeout=0.7"], cases=[case(["0"]), case(["60"]), case(["0.1"])])
        self.assertEqual([one.end[0] for one in result.cases], ["exited", "cputime", "exited"])
        result = self.run_program(self.BUSY + "import sys; busy(float(sys.argv[1]))", more=["cpu_timeout=0.7", "parallel=2"], cases=[case(["0.2"]), case(["60"]), case(["0.1"])])
        self.assertEqual([one.end[0] for one in result.cases], ["exited", "cputime", "exited"])

    def test_fractions_of_a_second(self):
        result = self.run_program("import time; time.sleep(60)", timeout="0.25")
        self.assertEqual(result.end, ("deadline", None, "SIGTERM", 124))
        self.assertTrue(0.2 < result.r["wall"] < 1.5)
        self.assertEqual(self.run_program("print(1)", timeout="60.000").out, b"1\n")


if __name__ == "__main__":
    unittest.main()
