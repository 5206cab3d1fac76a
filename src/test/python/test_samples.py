"""The sample logs in src/main/supervisor/samples, which whoever reads the supervisor's frames must understand.

python3 src/test/python/test_samples.py --write     makes them anew (new keys, new times)

NAME.log is a container's log, NAME.expect.json what is in it; a key that is not there is not expected.
container: its exit code and termination message; how many lines of the log are proven frames and how many are not; the content of streams
and files by their KIND, in base64.
capture, last, stdout, stderr: of the whole; last is null where the last frame is not there. compile, cases, files: as their frames say.
"""
import base64
import hashlib
import hmac
import json
import os
import re
import sys
import unittest

from harness import ROOT, SUPERVISOR, Case, case, read_frames

FOLDER = ROOT + "/src/main/supervisor/samples/"
SMALL = SUPERVISOR.replace("BUDGET = 9728 * 1024", "BUDGET = 192 * 1024")  # a log's budget, so that a sample need not have 9.5 MiB
SHELL = {"run": ("sh", "main.sh"), "main": "main.sh"}


def run_of(frames, name, end):
    if end is None:
        return {"capture": "partial", "ended": None}
    return {"capture": "exact", **{key: end.get(key) for key in ("ended", "exit", "signal", "oom", "error", "stdout", "stderr") if key in end}}


def expected(log, exit_code):
    frames, dropped, whole = read_frames(log)
    ends = {frame.kind[1:]: json.loads(frame.data) for frame in frames if frame.kind[0] == "d"}
    content = {}
    for frame in frames:
        if frame.kind[0] in "oetuf":
            content[frame.kind] = content.get(frame.kind, b"") + frame.data
    container = {"exit_code": exit_code, "proven": len(frames), "dropped": dropped,
                 "content": {kind: base64.b64encode(data).decode() for kind, data in content.items()}}
    said = {"container": container}
    last = json.loads(frames[-1].data) if whole else None
    if last:
        container["message"] = frames[-1].raw.decode()
        said["last"] = {key: last.get(key) for key in ("ended", "exit", "signal", "error") + ("cases",) * ("cases" in last) + ("files",) * ("files" in last)}
        said["last"]["files_omitted"] = last.get("files_omitted", 0)
        said["capture"] = "none" if last["ended"] == "notstarted" else "exact"
        if "cases" not in last and last["ended"] not in ("notcompiled", "notstarted"):
            said.update(stdout=last["stdout"], stderr=last["stderr"])
    elif not frames or frames[-1].kind != "r":
        said["last"] = None
        said.update({} if ends else {"capture": "partial"})
    if "c" in ends:
        said["compile"] = run_of(frames, "c", ends.pop("c"))
    running = [match.group(1).decode() for match in re.finditer(rb"^@cupel1 [0-9]+ [oe]([0-9]+) ", log, re.M)] if said.get("last", 1) is None else []
    if whole or said.get("last", 1) is None:
        said["cases"] = [run_of(frames, str(index), ends.get(str(index))) for index in range(max(map(int, [*ends, *running]), default=-1) + 1)]
        files = [json.loads(frame.data) for frame in frames if frame.kind[0] == "g"]
        if files:
            said["files"] = files
    return said


class Samples(Case):
    def test_each_is_read_as_it_says(self):
        names = sorted(name[:-4] for name in os.listdir(FOLDER) if name.endswith(".log"))
        self.assertEqual(names, sorted(name[5:] for name in dir(Writer) if name.startswith("make_")))
        for name in names:
            with self.subTest(name=name), open(FOLDER + name + ".log", "rb") as log, open(FOLDER + name + ".expect.json") as wanted:
                wanted = json.load(wanted)
                self.assertEqual(expected(log.read(), wanted["container"]["exit_code"]), wanted)


class Writer(Case):
    """No test. One method a sample: a log and the container's exit code."""

    def write(self):
        os.makedirs(FOLDER, exist_ok=True)
        for name in dir(self):
            if name.startswith("make_"):
                log, exit_code = getattr(self, name)()
                with open(FOLDER + name[5:] + ".log", "wb") as file:
                    file.write(log)
                with open(FOLDER + name[5:] + ".expect.json", "w") as file:
                    json.dump(expected(log, exit_code), file, indent=1, sort_keys=True)
                    file.write("\n")

    def log_of(self, code, kill_after=None, text=SUPERVISOR, **options):
        process = self.start(code, text=text, **options)
        log = b""
        while kill_after and log.count(kill_after) < 1:
            log += os.read(process.stdout.fileno(), 65536)
        if kill_after:
            process.kill()
        log += process.communicate(timeout=60)[0]
        return log, 137 if kill_after else process.returncode

    def forged(self, log):
        """With lines that a program could have written into the log itself, before and among the frames."""
        lines = log.split(b"\n")
        noise = [b"@cupel1 1 o bAAAA 00000000000000000000000000000000", b"@cupel1 0 k bAAAA " + b"0" * 32, b"a line", b"@cupel1 1 q b" + base64.b64encode(b"0" * 64 + b" " + b"1" * 64) + b" " + b"0" * 32,
                 b"@cupel1 2 d0 b" + base64.b64encode(b'{"exit":0}') + b" " + b"f" * 32, b"@cupel1 99999 g7 b e", b"@cupel1 1 o01 bAAAA " + b"0" * 32, b"\xff\xfe", b"@cupel1 2 r bAAAA " + b"0" * 32]
        return b"\n".join(lines[:2] + [part for line, more in zip(lines[2:-2], noise * len(lines)) for part in (line, more)] + lines[-2:])

    def make_success(self):
        return self.log_of("import sys; print('out'); sys.stdout.buffer.write(b'\\xff\\0\\r\\n'); print('err', file=sys.stderr); sys.exit(3)")

    def make_nothing(self):
        return self.log_of("")

    def make_not_started(self):
        return self.log_of("", run=("no-such-program",))

    def make_packed(self):
        return self.log_of("for i in range(20000): print(i, 'x' * 9)", text=SMALL)

    def make_truncated(self):
        return self.log_of("for i in range(20000): print(i)", limit=1000)

    def make_deadline(self):
        return self.log_of("import time; print('partial'); time.sleep(60)", timeout=0.5)

    def make_cpu_time(self):
        return self.log_of("while True: pass", more=["cpu_timeout=0.2"])

    def make_killed(self):
        return self.log_of("import time; print('out', flush=True); time.sleep(60)", b" o ")

    def make_forged(self):
        log, code = self.log_of("print('true')")
        return self.forged(log), code

    BUILD = {"main": "main.src", "run": ("./prog",), "compile": ("sh", "-c", "echo compiling; cp main.src prog; chmod 755 prog; echo warning >&2")}

    def make_compiled(self):
        return self.log_of("#!/bin/sh\necho $1", args=["arg"], **self.BUILD)

    def make_not_compiled(self):
        return self.log_of("x", main="main.src", run=("./prog",), compile=("sh", "-c", "echo error: x >&2; exit 1"))

    def make_not_compiled_cases(self):
        return self.log_of("x", main="main.src", run=("./prog",), compile=("sh", "-c", "echo error: x >&2; exit 1"), cases=[case()] * 2)

    def make_cases(self):
        cases = [case(["a"]), case(["b"], env={"X": "3"}), case([], b"in"), case(["sleep"], timeout=0.3)]
        return self.log_of("#!/bin/sh\necho arg $1; cat; [ \"$1\" != sleep ] || sleep 60; echo err >&2; exit ${X:-0}", cases=cases, **self.BUILD)

    def make_cases_parallel(self):
        return self.log_of("echo $1; sleep 0.$1; echo $1", cases=[case([str(index)]) for index in range(4, 0, -1)], more=["parallel=2"], **SHELL)

    def make_cases_stop(self):
        return self.log_of("exit $1", cases=[case([str(index)]) for index in range(4)], more=["stop=1"], **SHELL)

    def make_cases_deadline(self):
        return self.log_of("echo $1; sleep $1", cases=[case(["0"]), case(["60"]), case(["0"])], timeout=0.6, **SHELL)

    def make_cases_killed(self):
        return self.log_of("echo $1; sleep $1", b" o2 ", cases=[case(["0"]), case(["0"]), case(["60"]), case(["0"])], **SHELL)

    def make_cases_forged(self):
        log, code = self.log_of("echo $1", cases=[case(["0"]), case(["1"]), case(["2"])], **SHELL)
        frames = read_frames(log)[0]
        old = next(frame for frame in frames if frame.kind == "q")
        log = log.replace(b"\n@cupel1 4 ", b"\n" + frames[1].raw + b"\n" + old.raw + b"\n@cupel1 4 ", 1)  # frames of before, again
        return self.forged(log), code

    def make_cases_forged_past(self):
        """What a late case can do where it can write into the log and have its beginning rotated: it knows all keys but the newest."""
        log, code = self.log_of("echo $1", cases=[case(["0"]), case(["1"]), case(["2"])], **SHELL)
        frames = read_frames(log)[0]
        key = bytes.fromhex(next(frame for frame in frames if frame.kind == "q").data.split()[0].decode())
        lie = b"9\n"
        head = b"%d o0 b" % frames[1].seq
        seal = hmac.new(key, head + hashlib.sha256(lie).digest(), "sha256").hexdigest()[:32].encode()
        return log.replace(frames[1].raw, b"@cupel1 " + head + base64.b64encode(lie) + b" " + seal), code

    def make_cases_truncated(self):
        return self.log_of("i=0; while [ $i -lt $1 ]; do echo $i$$; i=$((i+1)); done; echo e$1 >&2", cases=[case(["5"]), case(["30000"]), case(["5"]), case(["30000"])], text=SMALL, **SHELL)

    def make_cases_spoilt(self):
        return self.log_of("import os, resource, sys\nif sys.argv[1] == '1': resource.prlimit(os.getppid(), resource.RLIMIT_CORE, (0, 0))",
                           cases=[case(["0"]), case(["1"]), case(["0"])], prefix=["prlimit", "--core=100"])

    def make_files(self):
        code = "import os\nopen('report.xml', 'w').write('<x/>')\nos.mkdir('d')\nopen('d/\u00fc\"', 'w').write('y' * 13000)\nopen('d/empty', 'w')\nopen('d/a\\nb', 'w')\nos.truncate(os.open('d/large', os.O_CREAT | os.O_WRONLY), 1 << 33)\nos.symlink('/etc/passwd', 'd/link')"
        return self.log_of(code, more=["collect=report.xml", "collect=d/**", "collect=missing"], encoding="zip")

    def make_files_of_cases(self):
        return self.log_of("echo $1 > f; head -c $1 /dev/urandom > noise", cases=[case(["3"]), case(["90000"]), case(["4"])], more=["collect=*", "collect=f"], text=SMALL, **SHELL)


if __name__ == "__main__":
    if "--write" in sys.argv:
        unittest.TextTestRunner().run(Writer("write"))
    else:
        unittest.main()
