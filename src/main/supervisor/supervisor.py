"""Runs an untrusted program as its child and writes what it printed to fd 1, as sealed frames.

python3 -I -S -u -c THIS TIMEOUT OUTPUT_LIMIT ENCODING N CHUNK_1 .. CHUNK_N [ARG ...]

The first frame, older than the program, has the SHA-256 of the seals' key; the last, written when no other process is
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
RESERVE = 65536  # of these, for two tails and the last frame
PLAIN = BUDGET * 3 // 5  # of these, before data are packed: 4 MiB of output
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
        self.key, self.chains = os.urandom(32), {}
        self.inner, self.outer = (sha256(bytes(b ^ pad for b in self.key.ljust(64, b"\0"))) for pad in (0x36, 0x5C))

    def frame(self, kind, data, reserve=0):
        """Queues and returns a line; None if that would take of the reserve."""
        pack = b"b"
        if self.written > PLAIN:
            pack, data = b"z", zlib.compress(data, 1)
        head = b"%d %s %s" % (self.sequence, kind, pack)
        line = b"\n@cupel1 %s%s " % (head, b2a_base64(data)[:-1])  # \n first: ends a torn foreign line
        if self.written + len(line) + 33 > BUDGET - reserve:
            return None
        chain = self.chains.setdefault(kind, sha256())  # of its payloads
        chain.update(data)
        inner, outer = self.inner.copy(), self.outer.copy()  # HMAC without an import
        inner.update(head + chain.digest())
        outer.update(inner.digest())
        line += outer.hexdigest()[:32].encode() + b"\n"
        self.sequence, self.written = self.sequence + 1, self.written + len(line)
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


class Stream:
    """One output: all counted and hashed, its head framed, its end held."""

    def __init__(self, kind, tail_kind):
        self.kind, self.tail_kind = kind, tail_kind
        self.fd, self.program_end = os.pipe()
        os.set_blocking(self.fd, False)
        self.bytes = self.kept = self.room = 0
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
                self.hash = hashlib.sha256(self.unhashed)
        self.tail += data[-TAIL:]
        del self.tail[:-TAIL]
        self.pending += data[: self.room]
        self.room -= min(self.room, len(data))
        while len(self.pending) >= FRAME:
            self.flush()
        return data or None

    def flush(self):
        data = bytes(self.pending[:FRAME])
        if log.frame(self.kind, data, RESERVE):
            self.kept += len(data)
            del self.pending[:FRAME]
        else:
            self.room = 0  # the budget is spent, and a head has no gaps
            self.pending.clear()

    def finish(self):
        """Reads the rest, for a limited time: in local mode a writer may be out of our reach."""
        until = time.monotonic() + GRACE
        while self.fd and self.read() and time.monotonic() < until:
            pass
        while self.pending:
            self.flush()
        for at in range(0, len(self.tail) if self.kept < self.bytes else 0, FRAME):
            log.frame(self.tail_kind, bytes(self.tail[at : at + FRAME]))
        digest = self.hash or sha256(self.unhashed)
        return {"bytes": self.bytes, "sha256": digest.hexdigest(), "kept": self.kept}


class Input:
    """The program's stdin: a pipe, as asyncio wants it, which holds less than there may be."""

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


class Children:
    """The program and, from the kernel, its orphans."""

    program, status, cpu, rss = 0, None, 0.0, 0

    def reap(self):
        """True if no child is left."""
        try:
            while True:
                pid, status, usage = os.wait4(-1, os.WNOHANG)
                if pid == 0:
                    return False
                self.cpu += usage.ru_utime + usage.ru_stime
                self.rss = max(self.rss, usage.ru_maxrss * 1024)
                if pid == self.program and self.status is None:  # a later process may get its number
                    self.status = status
        except ChildProcessError:
            return True

    def signal(self, number):
        """To all but us. kill(-1) by anyone but PID 1 would end the user's whole session."""
        for pid in [-1] if os.getpid() == 1 else descendants():
            try:
                os.kill(pid, number)
            except OSError:
                pass

    def end(self):
        """Kills until none is left: who was forked meanwhile is found in the next round."""
        give_up = time.monotonic() + GIVE_UP
        while True:
            self.signal(signal.SIGKILL)
            if self.reap() or time.monotonic() > give_up:
                return
            signal.sigtimedwait([signal.SIGCHLD], 0.01)


def descendants():
    """Parents first; their children when they are killed and fork no more."""
    parents = [os.getpid()]
    for parent in parents:
        try:
            for task in os.listdir("/proc/%d/task" % parent):
                for child in contents("/proc/%d/task/%s/children" % (parent, task)).split():
                    yield int(child)
                    parents.append(int(child))
        except OSError:
            pass  # it is gone, and its children are ours now


def contents(path):
    return open(path, "rb", 0).read()


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
    if b".." in parts:
        raise ValueError(path)
    for end in range(1, len(parts)):
        make_folder(b"/".join(parts[:end]))
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o666)
    fill(fd, data)
    os.close(fd)


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


def start(encoding, chunks, arguments):
    """The program's pid, and its stdin. It is exec'ed: a mere fork would have the key."""
    global stdin
    data, records, given = b"", [], b""
    if encoding == "text":
        code = chunks[0].encode(sys.getfilesystemencoding(), "surrogateescape")
    else:
        data = zlib.decompress(a2b_base64("".join(chunks)))
    while encoding == "zip" and data:
        head, data = data.split(b"\n", 1)
        kind, name, size = head.split()
        name, size = int(name), int(name) + int(size)
        name, record, data = data[:name], data[name:size], data[size:]
        if kind == b"code":
            code = record
        elif kind == b"stdin":
            given = record
        else:
            records.append((name, record))
    base = os.getcwdb()
    identities = [(stat.st_dev, stat.st_ino) for stat in (os.fstat(stream.program_end) for stream in streams)]
    hook = HOOK.replace("OUTPUTS", repr(identities)).replace("FOLDER", ascii(os.getcwd() + "/.cupel"))
    write_file(b".cupel/sitecustomize.py", hook.encode())
    make_folder(b"home")
    make_folder(b"work")
    os.chdir(b"work")
    if any(name == b"main.py" for name, _ in records):
        raise ValueError("a file is named main.py, as the code is")
    for name, record in records + [(b"main.py", code)]:
        write_file(name, record)
    stdin = Input(given)
    ends = [stream.program_end for stream in [stdin] + streams]
    report, child_report = os.pipe()  # closed by exec, or it says why not
    pid = os.fork()
    if pid == 0:
        try:
            become([sys.executable, "main.py"] + arguments, ends, base)
        except BaseException as error:
            os.write(child_report, describe(error).encode())
        finally:
            os._exit(125)
    for fd in ends + [child_report]:
        os.close(fd)
    error = os.read(report, 4096)
    if error:
        raise OSError(error.decode())
    return pid


def become(command, fds, base):
    os.setsid()
    if os.getppid() != 1:  # with whom all end
        prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG: the program ends if we are killed, in local mode, too
    prctl(4, 1)  # PR_SET_DUMPABLE, as exec will: else our files in /proc are root's
    try:  # the kernel's victim, before the supervisor
        fill(os.open("/proc/self/oom_score_adj", os.O_WRONLY), b"1000")
    except OSError:
        pass
    entries = contents("/proc/self/environ").split(b"\0")  # as given: Python may add LC_CTYPE
    environment = dict(entry.split(b"=", 1) for entry in entries if b"=" in entry)
    home, path = environment.get(b"HOME", b"/"), environment.get(b"PYTHONPATH")
    if home == b"/" or os.access(home, os.F_OK) and not os.access(home, os.W_OK):  # what a runtime gives a user without one
        environment[b"HOME"] = base + b"/home"
    environment[b"PYTHONPATH"] = base + b"/.cupel" + (b":" + path if path else b"")
    for fd in map(int, os.listdir("/proc/self/fd")):
        try:
            os.set_inheritable(fd, False)
        except OSError:
            pass  # that of listdir
    for number, fd in enumerate(fds):
        os.dup2(fd, number)
    for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    os.execve(command[0], command, environment)


def describe(error):
    text = "%s: %s" % (type(error).__name__, error)
    return "".join(c if " " <= c <= "~" and c not in "'\"\\" else "?" for c in text)[:200]


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


def watch(timeout):
    """Till the program has ended; says how if by us."""
    flushed = time.monotonic()
    ended, limit, early, noise, memory = None, flushed + timeout, 0, 0, Memory()
    poll, by_fd = select.poll(), {stream.fd: stream for stream in streams + [stdin]}
    for fd in by_fd:
        poll.register(fd, select.POLLOUT if fd == stdin.fd else select.POLLIN)
    while True:
        now = time.monotonic()
        flush_at = now + TICK
        pending = [stream for stream in streams if stream.pending]
        if pending:
            left, pace = EARLY - early, 0.02  # half as they come, the others spread over the time that is left
            if left < EARLY // 2:
                pace = max(pace, (limit - now) * len(pending) / max(1, left))
            flush_at = flushed + pace
            if now >= flush_at or pace == 0.02 and now >= flushed + 0.001 and memory.is_short():
                flushed, early = now, early + len(pending)
                for stream in pending:
                    stream.flush()
        log.push()
        wait = max(0, min(TICK, limit - now, flush_at - now))
        for fd, _ in poll.poll(wait * 1000) if by_fd else ():
            if by_fd[fd].read() is None:
                poll.unregister(fd)
                by_fd.pop(fd).fd = os.close(fd)
        # All signals are blocked, two are asked for.
        info = signal.sigtimedwait([signal.SIGTERM, signal.SIGCHLD], 0 if by_fd else wait)
        stop = info and info.si_signo == signal.SIGTERM
        if stop and not is_from_outside(info):
            noise += 1
            stop = noise >= NOISE
        if children.reap() or children.status is not None:
            return ended
        now = time.monotonic()
        if not ended and (stop or now >= limit):
            ended, limit = "stopped" if stop else "deadline", now + GRACE
            children.signal(signal.SIGTERM)
            children.signal(signal.SIGCONT)  # the stopped take it only then
        elif now >= limit:
            return ended  # and children.end kills


failed = {}
try:
    protect()
except OSError as error:
    failed = {"error": describe(error)}
log, children, streams, stdin = Log(), Children(), [Stream(b"o", b"t"), Stream(b"e", b"u")], None
queue_limit = signal_queue()[1]
log.frame(b"k", sha256(log.key).hexdigest().encode())
log.push(None)
sys.excepthook = lambda *_: os._exit(121)  # from now on only a program can break us, by prlimit: this says so
started, began, ended = time.time(), time.monotonic(), "notstarted"
try:
    timeout, limit, encoding, count = sys.argv[1:5]
    timeout, end = int(timeout), 5 + int(count)
    streams[0].room = streams[1].room = int(limit)
    if not failed:
        children.program = start(encoding, sys.argv[5:end], sys.argv[end:])
except Exception as error:
    failed = {"error": describe(error)}
if not failed:
    ended = watch(timeout)
children.end()
wall = round(time.monotonic() - began, 6)
code, name, exit_status = None, None, 125
if children.status is not None:
    number, exit_status = os.WTERMSIG(children.status), os.WEXITSTATUS(children.status)
    ended, code = ended or "exited", exit_status
    if number:
        names = {getattr(signal, name): name for name in sorted(dir(signal), reverse=True) if name[:3] == "SIG"}
        ended, code, name = ended.replace("exited", "signalled"), None, names.get(number, "SIG%d" % number)
        exit_status = 128 + number
out, err = [stream.finish() for stream in streams]
said = {"key": log.key.hex(), "exit": code, "signal": name, "ended": ended, "stdout": out, "stderr": err, "wall": wall}
said.update(cpu=children.cpu, rss=children.rss or None, started=started, finished=started + wall, **failed)
text = repr(said)  # nothing in it that JSON would write otherwise, and json takes 5 ms to import
for python, json in ("'", '"'), ("None", "null"), (", ", ","), (": ", ":"):
    text = text.replace(python, json)
line = log.frame(b"r", text.encode())
log.push(None)
try:  # over what the program wrote; through no symlink, not waiting for a FIFO's reader
    path = os.environ.get(b"CUPEL_TERMINATION_LOG", b"/dev/termination-log")
    fill(os.open(path, os.O_WRONLY | os.O_TRUNC | os.O_NOFOLLOW | os.O_NONBLOCK), line.strip())
except OSError:
    pass
exit_status = {"deadline": 124, "stopped": 143}.get(ended, exit_status)
os._exit(123 if exit_status in (121, 137) else exit_status)  # only our own death says these; the last frame tells
