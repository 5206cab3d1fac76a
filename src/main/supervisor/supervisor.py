"""Runs untrusted programs as its children and writes what they printed to fd 1, as sealed frames.

python3 -I -S -u -c THIS KEY=VALUE ...        PROTOCOL.md, beside this file, has the arguments, the frames and the why

The first frame, older than any program, has the SHA-256 of the seals' key; the last, written when no other process is
left, has the key. So nothing that others write to the log passes for a frame.
"""
import sys

if sys.version_info < (3, 8):  # first of all, and in words that the oldest understands
    sys.stdout.write("cupel: needs Python 3.8 or later, this image has %d.%d\n" % sys.version_info[:2])
    sys.exit(125)


def unfit(kind, error, trace):
    """Of what fails before the first frame, the log's reader gets a line."""
    sys.stdout.write("cupel: %s: %s\n" % (kind.__name__, error))
    os._exit(125)


import posix as os  # the C halves of os and signal, without their 4 ms
sys.excepthook = unfit
import _signal as signal
signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())  # PID 1 loses a SIGTERM that comes before this
import select
import time
import zlib
from binascii import a2b_base64, b2a_base64

for module in "_sha2", "_sha256", "hashlib":  # hashlib takes 2 ms to load OpenSSL, which pays for much output only
    try:
        sha256 = __import__(module).sha256
        break
    except ImportError:
        pass

FRAME, TAIL = 12288, 16384  # bytes of output in a frame; of a stream's end
BUDGET = 9728 * 1024  # bytes of log: at 10 MiB the kubelet rotates it and the start is gone, unseen
RESERVE = 65536  # of these, for the last frame, and for two tails of a single program
GRACE, GIVE_UP = 2, 10  # seconds from SIGTERM to SIGKILL; from there to going on regardless
TICK = 0.05  # seconds until a signal is seen if no output wakes us
EARLY = 10000  # frames that are not full: a few such in a second, or all day, are a tenth of the budget
NOISE = 10  # SIGTERMs from inside, after which one from outside may be lost among them: a program that wants its end

# Python's own streams, as in `python3 main.py`, but what a print made is written when it is done: at once, whole, in one
# piece. TextIOWrapper calls its decoder's reset() after each write; ours, which is C, has the interpreter call Later as soon
# as it is back from print(). So nothing of this is on the stack of the program. docs/capture.md weighs it.
HOOK = """import sys


def whole(outputs):
    import _functools, _io, _signal, _thread, codecs, os, select, time
    write, flush, main = _io.BufferedWriter.write, _io.BufferedWriter.flush, _thread.get_ident()

    class BufferedWriter(_io.BufferedWriter):
        late = ()  # printed by a signal handler while we were writing

        def write(self, data):
            try:
                size = write(self, data)
            except BlockingIOError as error:  # made non-blocking
                size = error.characters_written
                self.flush()
                return size + self.write(memoryview(data).cast("B")[size:])
            except RuntimeError as error:
                if "reentrant" not in str(error):
                    raise
                self.late += bytes(data),
                return len(self.late[-1])
            self.flush()
            return size

        def flush(self):
            while True:
                try:
                    flush(self)
                    if not self.late:
                        return
                    data, self.late = self.late[0], self.late[1:]
                    write(self, data)
                except BlockingIOError:
                    poll = select.poll()
                    poll.register(self.fileno(), select.POLLOUT)
                    poll.poll()
                except RuntimeError as error:
                    if "reentrant" in str(error):
                        return  # whom we interrupted goes on
                    raise

    BufferedWriter.__module__, BufferedWriter.__name__ = "_io", "_io.BufferedWriter"  # as its repr says
    BufferedWriter.__qualname__ = "BufferedWriter"

    def wrap(name):
        old = getattr(sys, name)
        try:
            stat = os.fstat(old.fileno())
        except Exception:
            return
        if (stat.st_dev, stat.st_ino) not in outputs and hasattr(old.buffer, "raw"):  # nor unbuffered by -u
            return
        waiting = []

        class Reset(_thread._local):
            def __init__(self):  # when a thread writes for the first time; the main one may sleep for long
                if _thread.get_ident() != main and os.getpid() not in waiting:
                    waiting[:] = [os.getpid()]
                    _thread.start_new_thread(wait, ())

        class Later:
            def __bool__(self):
                try:
                    text.flush()
                except (OSError, ValueError) as error:  # a closed stdout: the next print tells, or the end
                    trace = error.__traceback__
                    while trace.tb_next:
                        trace = trace.tb_next
                    if trace.tb_frame.f_code.co_filename != wrap.__code__.co_filename:
                        raise  # a signal handler did
                return False

        def wait():
            while _thread._count() > 1:  # as long as there are other threads
                time.sleep(0.02)
                later.__bool__()
            waiting.clear()

        hook, later, encoding, errors = Reset(), Later(), old.encoding, old.errors
        info = codecs.lookup(encoding)
        real = info.incrementaldecoder
        raw = old.detach()
        buffer = BufferedWriter(raw.detach() if hasattr(raw, "detach") else raw)
        buffer.readable = lambda: True  # only then it makes a decoder
        info.incrementaldecoder = lambda *_: hook
        try:
            text = _io.TextIOWrapper(buffer, encoding, errors, "\\n", True)
        finally:
            info.incrementaldecoder = real
            del buffer.readable
        text.mode, called = "w", []
        Reset.reset = lambda self: called.append(1)
        text.write("")
        text.reconfigure(write_through=not called)  # should a Python call no reset(): a print is several writes there
        setattr(sys, name, text)
        setattr(sys, "__%s__" % name, text)
        Reset.reset = text.flush
        if sys.version_info < (3, 9):  # whose pending calls cannot end: there a line and its end are two writes
            return
        try:
            import _ctypes
            _signal.set_wakeup_fd(-1)  # a ValueError in all but the main interpreter, which alone has pending calls
        except (ImportError, ValueError):
            return
        Pointer = type("Pointer", (_ctypes._SimpleCData,), {"_type_": "P"})
        Int = type("Int", (_ctypes._SimpleCData,), {"_type_": "i"})
        Function = type("Function", (_ctypes.CFuncPtr,), {"_flags_": 5, "_restype_": Int})  # C, under the GIL
        library, it = _ctypes.dlopen(None, 0), Pointer(id(later))
        increase, add, truth = [_ctypes.dlsym(library, f) for f in ("Py_IncRef", "Py_AddPendingCall", "PyObject_IsTrue")]
        Function(increase)(it)  # whatever is torn down before the call comes
        Reset.reset = staticmethod(_functools.partial(Function(add), Pointer(truth), it))

    for name in "stdout", "stderr":
        wrap(name)


if sys.version_info >= (3, 8):
    whole(OUTPUTS)
sys.path[:] = [folder for folder in sys.path if folder != FOLDER]
sys.path_importer_cache.pop(FOLDER, None)
me = sys.modules.pop("sitecustomize")
import sitecustomize  # the image's own; if there is none, site expects this very error
"""


class Share:
    """A part of the log: what one run may write, or its files."""

    def __init__(self, total):
        self.total, self.used = total, 0


class Log:
    """Sealed frames for fd 1, queued: a log that nobody reads must not keep us from the deadline."""

    def __init__(self):
        self.fd, self.queue, self.written, self.sequence = 1, bytearray(), 0, 0
        try:  # opened anew: O_NONBLOCK on fd 1 itself would be set for all who share it
            if os.readlink("/proc/self/fd/1").startswith("pipe:"):
                self.fd = os.open("/proc/self/fd/1", os.O_WRONLY | os.O_NONBLOCK)
        except OSError:
            pass  # then its writes may block
        self.poll = select.poll()
        self.poll.register(self.fd, select.POLLOUT)
        self.chains = {}
        self.take_key(os.urandom(32))
        self.frame(b"k", self.commitment())

    def take_key(self, key):
        self.key = key
        self.inner, self.outer = (sha256(bytes(b ^ pad for b in key.ljust(64, b"\0"))) for pad in (0x36, 0x5C))

    def commitment(self):
        return sha256(self.key).hexdigest().encode()

    def checkpoint(self):
        """Reveals the key while no program is there that could use it. The next one is committed to."""
        old, new = self.key, os.urandom(32)
        self.frame(b"q", ("%s %s" % (old.hex(), sha256(new).hexdigest())).encode())
        self.take_key(new)

    def frame(self, kind, data, share=None, reserve=0, pack=None):
        """Queues and returns a line; None if that would take of the share's reserve."""
        letter = b"b"
        if pack is None:  # when the rest of the share gets scarce
            pack = self.written > BUDGET * 3 // 5 or share and share.used > share.total * 3 // 5
        if pack:
            letter, data = b"z", zlib.compress(data, 1)
        head = b"%d %s %s" % (self.sequence, kind, letter)
        line = b"\n@cupel1 %s%s " % (head, b2a_base64(data)[:-1])  # \n first: ends a torn foreign line
        size = len(line) + 33
        if share and share.used + size > share.total - reserve:
            return None
        chain = self.chains.setdefault(kind, sha256())  # of its payloads
        chain.update(data)
        inner, outer = self.inner.copy(), self.outer.copy()  # HMAC without an import
        inner.update(head + chain.digest())
        outer.update(inner.digest())
        line += outer.hexdigest()[:32].encode() + b"\n"
        self.sequence, self.written = self.sequence + 1, self.written + size
        if share:
            share.used += size
        self.queue += line
        return line

    def push(self, wait=0):
        """Writes what fd 1 takes; with wait=None all."""
        while self.queue and self.poll.poll(wait):
            try:  # much at once: others seldom tear a frame
                del self.queue[: os.write(self.fd, self.queue[:65536])]
            except BlockingIOError:
                if wait == 0:
                    return
            except OSError:
                self.queue.clear()  # nobody reads any more: supervise on


class Pipe:
    """To or from a program."""

    def close(self):
        for fd in self.fd, self.program_end:
            if fd is not None:
                os.close(fd)


class Stream(Pipe):
    """One output of a run: all counted and hashed, its head framed, its end held."""

    def __init__(self, run, kind, tail_kind, limit, tail):
        self.run, self.kind, self.tail_kind, self.room, self.told = run, kind, tail_kind, limit, tail
        self.fd, self.program_end = os.pipe()
        os.set_blocking(self.fd, False)
        self.bytes = self.kept = 0
        self.hash, self.unhashed, self.pending, self.tail = None, bytearray(), bytearray(), bytearray()

    def read(self):
        """One read: false if there is nothing now, None at the end."""
        try:
            data = os.read(self.fd, 65536)
        except BlockingIOError:
            return False
        self.bytes += len(data)
        if self.hash:
            self.hash.update(data)
        else:
            self.unhashed += data
            if len(self.unhashed) > 262144:
                import hashlib
                self.hash, self.unhashed = hashlib.sha256(self.unhashed), None
        self.tail += data[-TAIL:]
        del self.tail[:-TAIL]
        self.pending += data[: self.room]
        self.room -= min(self.room, len(data))
        while len(self.pending) >= FRAME:
            self.flush()
        return data or None

    def flush(self):
        data = bytes(self.pending[:FRAME])
        if log.frame(self.kind, data, self.run.share, self.run.reserve):
            self.kept += len(data)
            del self.pending[:FRAME]
        else:
            self.room = 0  # the share is spent, and a head has no gaps
            self.pending.clear()

    def finish(self):
        """Reads the rest, for a limited time: in local mode a writer may be out of our reach."""
        until = time.monotonic() + GRACE
        while self.fd and self.read() and time.monotonic() < until:
            pass
        while self.pending:
            self.flush()
        tail = bytes(self.tail[-self.told :]) if self.kept < self.bytes else b""
        for at in range(0, len(tail), FRAME):
            log.frame(self.tail_kind, tail[at : at + FRAME], self.run.share)
        digest = self.hash or sha256(self.unhashed)
        return {"bytes": self.bytes, "sha256": digest.hexdigest(), "kept": self.kept, "tail": len(tail)}


class Input(Pipe):
    """A program's stdin: a pipe, as asyncio wants it, which holds less than there may be."""

    def __init__(self, data):
        self.program_end, self.fd = os.pipe()
        os.set_blocking(self.fd, False)
        self.rest = memoryview(data)

    def read(self):
        """Writes what the pipe takes: None at the end, as a stream's read."""
        try:
            self.rest = self.rest[os.write(self.fd, self.rest[:65536]) :] if self.rest else self.rest
        except BlockingIOError:
            pass
        except OSError:
            return None  # nobody reads any more
        return True if self.rest else None


class Memory:
    """The container's: where the kernel kills for it, it may kill us with the program, and what we did not write is lost."""

    def __init__(self):
        self.now = None
        for now, limit in (("memory.current", "memory.max"), ("memory/memory.usage_in_bytes", "memory/memory.limit_in_bytes")):
            try:
                self.limit = int(contents("/sys/fs/cgroup/" + limit))  # not of "max"
                self.now = os.open("/sys/fs/cgroup/" + now, os.O_RDONLY)
                return
            except (OSError, ValueError):
                pass

    def is_short(self):
        try:
            return self.now is not None and int(os.pread(self.now, 32, 0)) > self.limit - self.limit // 8
        except (OSError, ValueError):
            return False

    def kills(self):
        """How many processes the kernel killed for it until now."""
        for path in "/sys/fs/cgroup/memory.events", "/sys/fs/cgroup/memory/memory.oom_control":
            try:
                words = contents(path).split()
                return int(words[words.index(b"oom_kill") + 1])
            except (OSError, ValueError):
                pass
        return 0


class Inputs:
    """What a run is given."""

    timeout = None

    def __init__(self, args=(), stdin=b"", files=(), env=()):
        self.args, self.stdin, self.files, self.env = args, stdin, dict(files), dict(env)
        self.own_args, self.own_files = None, []

    def add(self, kind, name, data):
        """A record of a case. Its arguments and stdin replace the request's, its files and variables are added."""
        if kind in (b"arg", b"noargs"):
            self.own_args = (self.own_args or []) + [data] * (kind == b"arg")
            self.args = self.own_args
        elif kind == b"stdin":
            self.stdin = data
        elif kind == b"file":
            self.files[name] = data
            self.own_files.append(name)
        elif kind == b"env":
            self.env[name] = data
        elif kind == b"timeout":
            self.timeout = number(data.decode())
        else:
            raise ValueError("a record of kind %r" % kind)


class Request:
    """What the arguments ask for."""

    ONCE = ["timeout", "cpu_timeout", "compile_timeout", "output_limit", "main", "parallel", "stop", "code"]
    MANY = ["compile", "run", "collect", "zip", "arg"]

    def __init__(self, words):
        given = {key: [] for key in self.ONCE + self.MANY}
        for word in words:
            key, equals, value = word.partition("=")
            if not equals or key not in given or key in self.ONCE and given[key]:
                raise ValueError("argument %s" % word[:80])
            given[key].append(value)
        one = {key: given[key][0] for key in self.ONCE if given[key]}
        self.timeout, self.limit, self.main = number(one["timeout"]), int(one["output_limit"]), raw(one["main"])
        self.cpu_timeout, self.compile_timeout = (number(one[key]) if key in one else None for key in self.ONCE[1:3])
        self.parallel, self.stop = int(one.get("parallel", 1)), "stop" in one
        self.compile, self.run, args = ([raw(word) for word in given[key]] for key in ("compile", "run", "arg"))
        self.collect = given["collect"]
        self.inputs, self.cases = Inputs(args), []
        if "code" in one:
            self.code = raw(one["code"])
        else:
            self.unpack(zlib.decompress(a2b_base64("".join(given["zip"]))))
        if ("code" in one) == bool(given["zip"]) or not 1 <= self.parallel <= 64 or one.get("stop", "1") != "1":
            raise ValueError("arguments that do not go together")
        if self.compile and self.compile_timeout is None:
            raise ValueError("no compile_timeout")

    def unpack(self, data):
        """Records KIND NAME_LENGTH DATA_LENGTH, NAME, DATA: the request's, then each case's after its own `case`."""
        self.code, at = None, 0
        while at < len(data):
            end = data.index(b"\n", at)
            kind, name, size = data[at:end].split()
            name = end + 1 + int(name)
            at = name + int(size)
            name, record = data[end + 1 : name], data[name:at]
            if kind == b"case":
                self.cases.append(Inputs(self.inputs.args, self.inputs.stdin, self.inputs.files))
            elif self.cases:
                self.cases[-1].add(kind, name, record)
            elif kind == b"code":
                self.code = record
            elif kind in (b"stdin", b"file"):
                self.inputs.add(kind, name, record)
            else:
                raise ValueError("a record of kind %r before any case" % kind)
        if self.code is None or at != len(data):
            raise ValueError("records that are not whole")

    def files(self, inputs):
        """What lies in the working folder at first."""
        if self.main in inputs.files:
            raise ValueError("a file is named %s, as the code is" % self.main.decode("utf-8", "replace"))
        return {**inputs.files, self.main: self.code}

    def command(self, inputs):
        """Without a run command, the arguments are the whole."""
        if not self.run and not inputs.args:
            raise ValueError("nothing to run: neither a run command nor arguments")
        return self.run + list(inputs.args)

    def is_python(self, inputs):
        return any(word.rpartition(b"/")[2].startswith(b"python") for word in self.run or inputs.args[:1])


class Slot:
    """The folders of one run after another: where it works, its HOME, and the hook of Python's streams."""

    def __init__(self, base, number):
        end = b".%d" % number if number else b""
        self.work, self.home, self.hook = base + b"/work" + end, base + b"/home" + end, base + b"/.cupel" + end

    def prepare(self, files):
        make_folder(self.home)
        make_folder(self.work)
        os.chdir(self.work)
        for path, data in files.items():
            write_file(path, data)

    def write_hook(self, streams):
        stats = [os.fstat(stream.program_end) for stream in streams]
        outputs = repr([(stat.st_dev, stat.st_ino) for stat in stats])
        folder = self.hook.decode(sys.getfilesystemencoding(), "surrogateescape")
        make_folder(self.hook)
        os.chdir(self.hook)
        write_file(b"sitecustomize.py", HOOK.replace("OUTPUTS", outputs).replace("FOLDER", ascii(folder)).encode())

    def environment(self, extra, hooked):
        environment = {**ENVIRONMENT, **extra}
        home, path = environment.get(b"HOME", b"/"), environment.get(b"PYTHONPATH")
        if home == b"/" or os.access(home, os.F_OK) and not os.access(home, os.W_OK):  # what a runtime gives a user without one
            environment[b"HOME"] = self.home
        if hooked:
            environment[b"PYTHONPATH"] = self.hook + (b":" + path if path else b"")
        return environment


class Run:
    """One start of a program; its name ends the KIND of its frames."""

    pid, status, exit_status, cpu, rss, error = 0, None, 125, 0.0, 0, None
    ended = None  # how, if by us
    stdin = meter = None

    def __init__(self, name, limit, share, alone=False):
        self.name, self.share = name, share
        tail = TAIL if alone else min(TAIL, share.total // 8)
        self.reserve = RESERVE if alone else tail * 8 // 3 + 2048  # for two tails, its end and a checkpoint
        self.streams = [Stream(self, kind + name, told + name, limit, tail) for kind, told in ((b"o", b"t"), (b"e", b"u"))]
        self.early = self.early_in_all = max(8, EARLY * share.total // BUDGET)
        self.started, self.began = time.time(), time.monotonic()
        self.flushed, self.kills = self.began, memory.kills() if name else 0

    def start(self, command, inputs, slot, hooked, until):
        """It is exec'ed: a mere fork would have the key. Until then it is as closed to others as we are."""
        self.until = until
        if hooked:
            slot.write_hook(self.streams)
        self.stdin = Input(inputs.stdin)
        ends = [stream.program_end for stream in [self.stdin] + self.streams]
        environment = slot.environment(inputs.env, hooked)
        report, child_report = os.pipe()  # closed by exec, or it says why not
        os.chdir(slot.work)
        victim(b"1000")  # the kernel's, before the supervisor
        pid = os.fork()
        if pid == 0:
            try:
                become(command, ends, environment)
            except BaseException as error:
                os.write(child_report, describe(error).encode())
            finally:
                os._exit(125)
        victim(ORDINARY)
        os.close(child_report)
        for pipe in [self.stdin] + self.streams:
            pipe.program_end = os.close(pipe.program_end)
        error = os.read(report, 4096)
        os.close(report)
        if error:
            raise OSError(error.decode())
        self.pid = pid
        self.flushed = time.monotonic()

    def pace(self, now):
        """Writes what waits, if it is time, and says when it will be."""
        pending = [stream for stream in self.streams if stream.pending]
        if not pending:
            return now + TICK
        pace = 0.02  # half of the early frames as they come, the others spread over the time that is left
        if self.early < self.early_in_all // 2:
            pace = max(pace, (self.until - now) * len(pending) / max(1, self.early))
        if now < self.flushed + pace and not (pace == 0.02 and now >= self.flushed + 0.001 and memory.is_short()):
            return self.flushed + pace
        self.flushed, self.early = now, self.early - len(pending)
        for stream in pending:
            stream.flush()
        return now + TICK

    def end(self, how):
        """Asks all its processes to end; after GRACE they are killed."""
        self.ended, self.until = how, time.monotonic() + GRACE
        children.signal(self, signal.SIGTERM)
        children.signal(self, signal.SIGCONT)  # the stopped take it only then

    def told(self):
        """What its last frame says, once all its processes are dead. Nothing is read or written of it any more."""
        wall, code, name = round(time.monotonic() - self.began, 6), None, None
        ended = "notstarted" if self.error else self.ended
        if self.status is not None:
            number, code = os.WTERMSIG(self.status), os.WEXITSTATUS(self.status)
            if number:
                names = {getattr(signal, name): name for name in sorted(dir(signal), reverse=True) if name[:3] == "SIG"}
                name, code = names.get(number, "SIG%d" % number), None
            if not ended and self.meter and self.meter.is_spent():
                ended = "cputime"
            ended = ended or ("signalled" if number else "exited")
            self.exit_status = 128 + number if number else code
        out, err = [stream.finish() for stream in self.streams]
        for pipe in self.streams + [self.stdin] * bool(self.stdin):
            pipe.close()
        said = {"exit": code, "signal": name, "ended": ended, "stdout": out, "stderr": err, "wall": wall, "cpu": self.cpu}
        said.update(rss=self.rss or None, started=self.started, finished=self.started + wall)
        if self.error:
            said["error"] = self.error
        return said


class Children:
    """The running programs and, from the kernel, their orphans."""

    ended = None  # how, if all were ended by us
    until, noise = float("inf"), 0

    def __init__(self):
        self.running, self.by_fd, self.poll = [], {}, select.poll()

    def add(self, run):
        if not self.running:
            self.noise = 0
        self.running.append(run)
        for pipe in run.streams + [run.stdin]:
            self.by_fd[pipe.fd] = pipe
            self.poll.register(pipe.fd, select.POLLOUT if pipe is run.stdin else select.POLLIN)

    def remove(self, run):
        self.running.remove(run)
        for pipe in run.streams + [run.stdin]:
            if self.by_fd.pop(pipe.fd, None):
                self.poll.unregister(pipe.fd)

    def owner(self, pid):
        for run in self.running:
            if run.pid == pid and run.status is None or run.meter and pid in run.meter.pids:
                return run
        return self.running[0] if len(self.running) == 1 else None

    def reap(self):
        """True if no child is left."""
        try:
            while True:
                pid, status, usage = os.wait4(-1, os.WNOHANG)
                if pid == 0:
                    return False
                run = self.owner(pid)
                if run:
                    run.cpu += usage.ru_utime + usage.ru_stime
                    run.rss = max(run.rss, usage.ru_maxrss * 1024)
                    if run.pid == pid and run.status is None:  # a later process may get its number
                        run.status = status
        except ChildProcessError:
            return True

    def signal(self, run, number):
        """To all of a run. kill(-1) by anyone but PID 1 would end the user's whole session."""
        alone = self.running in ([], [run])
        for pid in [-1] if alone and os.getpid() == 1 else descendants(os.getpid()) if alone else members(run):
            try:
                os.kill(pid, number)
            except OSError:
                pass

    def end(self, run):
        """Kills until none is left: who was forked meanwhile is found in the next round. False if some do not die."""
        give_up = time.monotonic() + GIVE_UP
        while True:
            alone = self.running in ([], [run])
            if alone:
                self.signal(run, signal.SIGKILL)
            left = not self.reap() if alone else kill_strangers(run)
            if not left or time.monotonic() > give_up:
                return not left
            signal.sigtimedwait([signal.SIGCHLD], 0.01)

    def watch(self):
        """Till one of the running is over; all of them that are."""
        while True:
            now = time.monotonic()
            wake = min([now + TICK, self.until] + [min(run.pace(now), run.until) for run in self.running])
            log.push()
            wait = max(0, wake - now)
            for fd, _ in self.poll.poll(wait * 1000) if self.by_fd else ():
                if self.by_fd[fd].read() is None:
                    self.poll.unregister(fd)
                    self.by_fd.pop(fd).fd = os.close(fd)
            # All signals are blocked, two are asked for.
            info = signal.sigtimedwait([signal.SIGTERM, signal.SIGCHLD], 0 if self.by_fd else wait)
            stop = info and info.si_signo == signal.SIGTERM
            if stop and not is_from_outside(info):
                self.noise += 1
                stop = self.noise >= NOISE
            none_left = self.reap()
            over = [run for run in self.running if none_left or run.status is not None]
            if over:
                return over
            now = time.monotonic()
            if not self.ended and (stop or now >= self.until):
                self.ended, self.until = "stopped" if stop else "deadline", float("inf")
            for run in self.running:
                if run.ended and now >= run.until:
                    over.append(run)  # and is killed
                elif not run.ended and (self.ended or now >= run.until):
                    run.end(self.ended or "deadline")
                elif not run.ended and run.meter and run.meter.measure(now):
                    run.end("cputime")
            if over:
                return over


def descendants(pid):
    """Parents first; their children when they are killed and fork no more."""
    parents = [pid]
    for parent in parents:
        try:
            for task in os.listdir("/proc/%d/task" % parent):
                for child in contents("/proc/%d/task/%s/children" % (parent, task)).split():
                    yield int(child)
                    parents.append(int(child))
        except OSError:
            pass  # it is gone, and its children are ours now


def contents(path):
    with open(path, "rb", 0) as file:
        return file.read()


def fill(fd, data):
    while data:
        data = data[os.write(fd, data) :]


def make_folder(path):
    try:
        os.mkdir(path)
    except FileExistsError:
        os.close(os.open(path, os.O_DIRECTORY | os.O_NOFOLLOW))


def write_file(path, data):
    """Below the current folder; part by part, so that no symlink leads out."""
    parts = path.split(b"/")
    if b".." in parts or path[:1] == b"/":
        raise ValueError(path)
    for end in range(1, len(parts)):
        make_folder(b"/".join(parts[:end]))
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o666)
    try:
        fill(fd, data)
    finally:
        os.close(fd)


def raw(text):
    """The bytes of an argument or a path, as they were given."""
    return text.encode(sys.getfilesystemencoding(), "surrogateescape")


def number(text):
    """Seconds: a decimal above zero."""
    whole, point, part = text.partition(".")
    if not (text.isascii() and whole.isdigit() and len(whole) < 10 and (part.isdigit() or not point)) or float(text) == 0:
        raise ValueError("not a number of seconds: %s" % text[:40])
    return float(text)


def json(value):
    """Compact; the module takes 5 ms to import. No text that we tell has control characters."""
    if isinstance(value, dict):
        return "{%s}" % ",".join('"%s":%s' % (key, json(item)) for key, item in value.items())
    if isinstance(value, str):
        return '"%s"' % value.replace("\\", "\\\\").replace('"', '\\"')
    return {"None": "null", "True": "true", "False": "false"}.get(repr(value), repr(value))


def describe(error):
    text = "%s: %s" % (type(error).__name__, error)
    return "".join(c if " " <= c <= "~" and c not in "'\"\\" else "?" for c in text)[:200]


def prctl(option, value):
    """By the C half of ctypes, whose other half takes as long as Python to start."""
    try:
        import _ctypes
    except ImportError:
        raise OSError("no module _ctypes in this Python: without it nothing keeps the program from its supervisor")
    result = _ctypes.call_function(_ctypes.dlsym(_ctypes.dlopen(None, 0), "prctl"), (option, value, 0, 0, 0))
    if result < 0:
        raise OSError("prctl(%d, %d) failed" % (option, value))
    return result


def protect():
    prctl(4, 0)  # PR_SET_DUMPABLE: under runc nobody opens our fd 1 or memory
    if prctl(3, 0) != 0:  # PR_GET_DUMPABLE
        raise OSError("PR_SET_DUMPABLE had no effect: nothing keeps the program from its supervisor")
    if os.getpid() != 1:  # which has its orphans anyway
        prctl(36, 1)  # PR_SET_CHILD_SUBREAPER


def wipe_arguments():
    """Out of what others read in /proc: they may hold what only a later case is to get."""
    import _ctypes
    line = contents("/proc/self/cmdline")
    words = line[:-1].split(b"\0")[1 - len(sys.argv) :] if len(sys.argv) > 1 else []
    wanted = b"".join(word + b"\0" for word in words)
    Pointer = type("Pointer", (_ctypes._SimpleCData,), {"_type_": "P"})
    Byte = type("Byte", (_ctypes._SimpleCData,), {"_type_": "c"})
    Memory = type("Memory", (_ctypes.Array,), {"_type_": Byte, "_length_": len(wanted)})
    ends = [int(contents("/proc/self/stat").rpartition(b")")[2].split()[46])]  # 0 under gVisor
    environ = Pointer.from_address(_ctypes.dlsym(_ctypes.dlopen(None, 0), "environ")).value
    ends.append(environ and Pointer.from_address(environ).value)  # its first is behind our last argument
    for end in ends:
        if end:
            memory = Memory.from_address(end - len(wanted))
            if memory.raw == wanted:
                memory.raw = bytes(len(wanted))
                break
    if contents("/proc/self/cmdline")[len(line) - len(wanted) :].strip(b"\0"):
        raise OSError("the arguments cannot be wiped: a case could read what a later one gets")


def victim(score):
    """What the program inherits: the kernel takes those of 1000 first."""
    try:
        os.pwrite(OOM_SCORE, score, 0)
    except (OSError, TypeError):
        pass


def become(command, fds, environment):
    os.setsid()
    if os.getppid() != 1:  # with whom all end
        prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG: the program ends if we are killed, in local mode, too
    for number, fd in enumerate(fds):
        os.dup2(fd, number)
    for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    word = command[0]
    folders = [b""] if b"/" in word else environment.get(b"PATH", b"/bin:/usr/bin").split(b":")
    failure = None
    for folder in folders:
        try:
            os.execve(folder + b"/" + word if folder else word, command, environment)
        except (FileNotFoundError, NotADirectoryError) as error:
            failure = failure or error
        except OSError as error:
            failure = error
    raise OSError("%s: %s" % (word.decode("ascii", "replace"), failure.strerror))


def signal_queue():
    """How many signals the kernel holds for our user, and its limit: past that it forgets who sent them."""
    for line in contents("/proc/self/status").splitlines():
        if line[:5] == b"SigQ:":
            return list(map(int, line[5:].split(b"/")))
    return [0, 0]


def is_from_outside(info):
    """kill() from another pid namespace has no pid, in local mode our parent's. sigqueue() can lie about it, but with a code
    below 0; where the queue is full both read 0. A program can fill and empty it meanwhile: so that is no proof."""
    used, limit = signal_queue()
    told = used < limit == queue_limit or queue_limit == 0  # gVisor, which forgets nothing
    return info.si_code == 0 and info.si_pid in (0, os.getppid()) and told


def inherit():
    """What a program gets of what we got: the environment as given (Python may add LC_CTYPE), and no descriptor."""
    for fd in map(int, os.listdir("/proc/self/fd")):
        try:
            os.set_inheritable(fd, False)
        except OSError:
            pass  # that of listdir
    entries = contents("/proc/self/environ").split(b"\0")
    return dict(entry.split(b"=", 1) for entry in entries if b"=" in entry)


class Budget:
    """The log, shared fairly among what is to come: what one leaves goes to the others."""

    def __init__(self, parts):
        self.parts = parts

    def share(self):
        unspent = sum(run.share.total - run.share.used for run in children.running)
        self.parts -= 1
        return Share((BUDGET - RESERVE - log.written - unspent) // (self.parts + 1))


def run_alone(run, command, inputs, slot, hooked, seconds):
    """To the end of all its processes, and no other run is there."""
    try:
        run.start(command, inputs, slot, hooked, time.monotonic() + seconds)
    except Exception as error:
        run.error = describe(error)
    else:
        children.add(run)
        children.watch()
    dead = children.end(run)
    if not run.error:
        children.remove(run)
    return dead


def tell_end(run):
    """The frame that ends a run which is not the only one."""
    said = run.told()
    said["oom"] = memory.kills() > run.kills
    log.frame(b"d" + run.name, json(said).encode(), run.share)
    return said


def no_program(ended, code=None, **more):
    """What the last frame says where it is not that of a program."""
    out, err = ({"bytes": 0, "sha256": sha256().hexdigest(), "kept": 0, "tail": 0} for _ in "oe")
    wall = round(time.monotonic() - began, 6)
    said = {"exit": code, "signal": None, "ended": ended, "stdout": out, "stderr": err, "wall": wall, "cpu": 0.0, "rss": None}
    return dict(said, started=started, finished=started + wall, **more)


def supervise(request):
    """What the last frame says, and the exit status."""
    slot, budget = Slot(os.getcwdb(), 0), Budget((len(request.cases) or 1) * (2 if request.collect else 1) + bool(request.compile))
    files = request.files(request.inputs)
    if request.compile:
        slot.prepare(files)
        run = Run(b"c", request.limit, budget.share())
        run_alone(run, request.compile, Inputs(), slot, False, request.compile_timeout)
        said = tell_end(run)
        if said["ended"] == "notstarted":
            return no_program("notstarted", error=run.error), 125
        if said["ended"] == "stopped":
            return no_program("stopped"), 143
        if said["exit"] != 0 or said["ended"] != "exited":
            return no_program("notcompiled"), 122
    else:
        slot.prepare(files)
    run = Run(b"", request.limit, Share(BUDGET - log.written), True)
    run_alone(run, request.command(request.inputs), request.inputs, slot, request.is_python(request.inputs), request.timeout)
    said = run.told()
    return said, run.exit_status


trouble = OOM_SCORE = None
ENVIRONMENT = inherit()
try:
    OOM_SCORE = os.open("/proc/self/oom_score_adj", os.O_RDWR)  # once protected we could not
    ORDINARY = os.read(OOM_SCORE, 16)
except OSError:
    ORDINARY = b"0"
try:
    protect()
except OSError as error:
    trouble = error
memory, log, children = Memory(), Log(), Children()
queue_limit = signal_queue()[1]
log.push(None)
sys.excepthook = lambda *_: os._exit(121)  # from now on only a program can break us, by prlimit: this says so
started, began = time.time(), time.monotonic()
try:
    if trouble:
        raise trouble
    request = Request(sys.argv[1:])
    wipe_arguments()
except Exception as error:
    said, exit_status = no_program("notstarted", error=describe(error)), 125
else:
    said, exit_status = supervise(request)
line = log.frame(b"r", json({"key": log.key.hex(), **said}).encode())
log.push(None)
try:  # over what the program wrote; through no symlink, not waiting for a FIFO's reader
    path = os.environ.get(b"CUPEL_TERMINATION_LOG", b"/dev/termination-log")
    fill(os.open(path, os.O_WRONLY | os.O_TRUNC | os.O_NOFOLLOW | os.O_NONBLOCK), line.strip())
except OSError:
    pass
exit_status = {"deadline": 124, "cputime": 124, "stopped": 143}.get(said["ended"], exit_status)
os._exit(123 if exit_status in (121, 137) else exit_status)  # only our own death says these; the last frame tells
