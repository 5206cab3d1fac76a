"""Runs an untrusted program as its child and writes what it printed to fd 1, as sealed frames.

python3 -I -S -u -c THIS TIMEOUT OUTPUT_LIMIT ENCODING N CHUNK_1 .. CHUNK_N [ARG ...]

The first frame, older than the program, has the SHA-256 of the seals' key; the last, written when no other process is
left, has the key. So nothing that others write to the log passes for a frame.
"""
import _signal as signal  # the C halves of signal and os, without their 4 ms
import posix as os
import select
import sys
import time
import zlib
from binascii import a2b_base64, b2a_base64

sys.excepthook = lambda *_: os._exit(121)  # a program can break us by prlimit: this says so, and nothing else does

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

# For code that fits no argument. The hook takes exec's frame off tracebacks; from 3.13 on those of -c show source lines.
BOOTSTRAP = """def code():
    import linecache, sys
    del code.__globals__['code']
    with open(%d, encoding='utf-8', newline='') as file:
        text = file.read()
    if sys.version_info >= (3, 13):
        linecache.cache['<string>'] = len(text), None, text.splitlines(True), '<string>'
    sys.excepthook = lambda kind, error, trace: sys.__excepthook__(
        kind, error.with_traceback(trace and trace.tb_next), None)
    return text
exec(code())
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
                if pid == self.program:
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


def in_memory(data):
    """Holds more than a pipe, leaves no file."""
    fd = os.memfd_create("cupel")
    fill(fd, data)
    os.lseek(fd, 0, 0)
    return fd


def write_file(path, data):
    """Below the current folder; part by part, so that no symlink leads out."""
    parts = path.split(b"/")
    if b".." in parts:
        raise ValueError(path)
    for end in range(1, len(parts)):
        folder = b"/".join(parts[:end])
        try:
            os.mkdir(folder)
        except FileExistsError:
            os.close(os.open(folder, os.O_DIRECTORY | os.O_NOFOLLOW))
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o666)
    fill(fd, data)
    os.close(fd)


def prctl(option, value):
    """By the C half of ctypes, whose other half takes as long as Python to start. Both may be missing."""
    try:
        import _ctypes
        _ctypes.call_function(_ctypes.dlsym(_ctypes.dlopen(None, 0), "prctl"), (option, value, 0, 0, 0))
    except Exception:
        pass


def start(encoding, chunks, arguments):
    """The program's pid. It is exec'ed: a mere fork would have the key."""
    fds, kept = [os.open("/dev/null", os.O_RDWR)] + [stream.program_end for stream in streams], None
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
            fds[0] = in_memory(record)
        else:
            write_file(name, record)
    if len(code) > 131071 or b"\0" in code:  # what one argument holds
        kept = in_memory(code)
        code = (BOOTSTRAP % kept).encode()
    report, child_report = os.pipe()  # closed by exec, or it says why not
    pid = os.fork()
    if pid == 0:
        try:
            become([sys.executable, "-u", "-c", code] + arguments, fds, kept)
        except BaseException as error:
            os.write(child_report, describe(error).encode())
        finally:
            os._exit(125)
    for fd in fds[1:] + [child_report]:
        os.close(fd)
    error = os.read(report, 4096)
    if error:
        raise OSError(error.decode())
    return pid


def become(command, fds, kept):
    os.setsid()
    prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG: the program ends if we are killed, in local mode, too
    prctl(4, 1)  # PR_SET_DUMPABLE, as exec will: else our files in /proc are root's
    try:  # the kernel's victim, before the supervisor
        fill(os.open("/proc/self/oom_score_adj", os.O_WRONLY), b"1000")
    except OSError:
        pass
    entries = contents("/proc/self/environ").split(b"\0")  # as given: Python may add LC_CTYPE
    for fd in map(int, os.listdir("/proc/self/fd")):
        try:
            os.set_inheritable(fd, fd == kept)
        except OSError:
            pass  # that of listdir
    for number, fd in enumerate(fds):
        os.dup2(fd, number)
    for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    os.execve(command[0], command, dict(entry.split(b"=", 1) for entry in entries if b"=" in entry))


def describe(error):
    text = "%s: %s" % (type(error).__name__, error)
    return "".join(c if " " <= c <= "~" and c not in "'\"\\" else "?" for c in text)[:200]


def watch(timeout):
    """Till the program has ended; says how if by us."""
    began = flushed = time.monotonic()
    ended, limit = None, began + timeout
    poll, by_fd = select.poll(), {stream.fd: stream for stream in streams}
    for fd in by_fd:
        poll.register(fd, select.POLLIN)
    while True:
        now = time.monotonic()
        flush_at = now + TICK
        pending = [stream for stream in streams if stream.pending]
        if pending:
            flush_at = flushed + max(0.02, (now - began) / 1000)  # a day of one-byte writes makes few frames
            if now >= flush_at:
                flushed = now
                for stream in pending:
                    stream.flush()
        log.push()
        wait = max(0, min(TICK, limit - now, flush_at - now))
        for fd, _ in poll.poll(wait * 1000) if by_fd else ():
            if by_fd[fd].read() is None:
                poll.unregister(fd)
                by_fd.pop(fd).fd = os.close(fd)
        # All signals are blocked, two are asked for. SIGTERM counts without a pid, that is from outside, or from our parent
        # (local mode). sigqueue can lie about the pid, but only with a code below 0.
        info = signal.sigtimedwait([signal.SIGTERM, signal.SIGCHLD], 0 if by_fd else wait)
        stop = info and info.si_signo == signal.SIGTERM and info.si_code >= 0 and info.si_pid in (0, os.getppid())
        if children.reap() or children.status is not None:
            return ended
        now = time.monotonic()
        if not ended and (stop or now >= limit):
            ended, limit = "stopped" if stop else "deadline", now + GRACE
            children.signal(signal.SIGTERM)
            children.signal(signal.SIGCONT)  # the stopped take it only then
        elif now >= limit:
            return ended  # and children.end kills


signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
prctl(4, 0)  # PR_SET_DUMPABLE: under runc nobody opens our fd 1 or memory
prctl(36, 1)  # PR_SET_CHILD_SUBREAPER
log, children, streams = Log(), Children(), [Stream(b"o", b"t"), Stream(b"e", b"u")]
log.frame(b"k", sha256(log.key).hexdigest().encode())
log.push(None)
started, began, failed = time.time(), time.monotonic(), {}
try:
    timeout, limit, encoding, count = sys.argv[1:5]
    timeout, end = int(timeout), 5 + int(count)
    streams[0].room = streams[1].room = int(limit)
    children.program = start(encoding, sys.argv[5:end], sys.argv[end:])
except Exception as error:
    ended, failed = "notstarted", {"error": describe(error)}
else:
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
