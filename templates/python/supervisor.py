"""Runs one untrusted program as its child and writes what it printed to fd 1, as sealed frames.

python3 -I -S -u -c THIS TIMEOUT OUTPUT_LIMIT ENCODING N CHUNK_1 .. CHUNK_N [ARG ...]

The key of the seals is drawn here; its SHA-256 is told before the program exists (frame k), the key itself when no other
process is left (frame r). So nothing that another writes to the log, even as the same user, passes for a frame.
"""
import _signal as signal  # the C halves of signal and os, which take 4 ms to import
import posix as os
import select
import sys
import time
import zlib
from binascii import a2b_base64, b2a_base64

for module in "_sha2", "_sha256", "hashlib":  # hashlib loads OpenSSL: faster in the end, but 2 ms to import
    try:
        sha256 = __import__(module).sha256
        break
    except ImportError:
        pass

FRAME, TAIL = 12288, 16384  # bytes of output in a frame, and kept of the end of a stream
BUDGET = 9728 * 1024  # the kubelet rotates a log at 10 MiB: its start would be gone, unseen
RESERVE = 65536  # of the budget: two tails (45 KiB in base64) and the last frame
GRACE, GIVE_UP = 2, 10  # seconds from SIGTERM to SIGKILL, and from there to going on regardless
TICK = 0.05  # seconds until a signal is seen where no output wakes us
ARGUMENT = 131071  # bytes that fit one argument of a process

# Brings code into __main__ that fits no argument. The hook takes the frame of exec off tracebacks again; from 3.13 on
# those of -c show the source, from linecache.
BOOTSTRAP = """def code():
    import sys
    del code.__globals__['code']
    with open(%d, encoding='utf-8', newline='') as file:
        text = file.read()
    def hook(kind, error, trace):
        trace = trace and trace.tb_next
        sys.__excepthook__(kind, error.with_traceback(trace), trace)
    sys.excepthook = hook
    if sys.version_info >= (3, 13):
        import linecache
        linecache.cache['<string>'] = len(text), None, text.splitlines(True), '<string>'
    return text
exec(code())
"""


class Log:
    """Sealed frames on fd 1. They queue: a log that nobody reads must not keep us from the deadline."""

    def __init__(self):
        self.fd, self.queue, self.written, self.sequence = 1, bytearray(), 0, 0
        try:  # opened anew, as O_NONBLOCK on fd 1 itself would hold for all who share it
            if os.readlink("/proc/self/fd/1").startswith("pipe:"):
                self.fd = os.open("/proc/self/fd/1", os.O_WRONLY | os.O_NONBLOCK)
        except OSError:
            pass  # then its writes may block
        self.poll = select.poll()
        self.poll.register(self.fd, select.POLLOUT)
        self.key = os.urandom(32)
        self.inner, self.outer = (sha256(bytes(b ^ pad for b in self.key.ljust(64, b"\0"))) for pad in (0x36, 0x5C))

    def frame(self, kind, data, reserve=0):
        """Queues a frame and returns its line; None if less than the reserve would be left of the budget."""
        payload = b"b" + b2a_base64(data, newline=False)
        if len(data) >= 64:
            payload = min(payload, b"z" + b2a_base64(zlib.compress(data, 1), newline=False), key=len)
        text = b"%d %s %s" % (self.sequence, kind, payload)
        inner, outer = self.inner.copy(), self.outer.copy()  # HMAC by hand, without another import
        inner.update(text)
        outer.update(inner.digest())
        line = b"\n@cupel1 %s %s\n" % (text, outer.hexdigest()[:32].encode())  # \n first: after a torn foreign line
        if self.written + len(line) > BUDGET - reserve:
            return None
        self.sequence += 1
        self.written += len(line)
        self.queue += line
        return line

    def push(self, wait=0):
        """Writes what fd 1 takes now, or, with wait=None, all."""
        while self.queue and self.poll.poll(wait):
            try:  # much at once, so that other writers seldom tear a frame
                del self.queue[: os.write(self.fd, self.queue[:65536])]
            except BlockingIOError:
                if wait == 0:
                    return
            except OSError:
                self.queue.clear()  # nobody reads any more: supervise on


class Stream:
    """One output of the program: counted and hashed whole, its head framed, its end held."""

    def __init__(self, log, kind, tail_kind):
        self.log, self.kind, self.tail_kind = log, kind, tail_kind
        self.fd, self.program_end = os.pipe()
        os.set_blocking(self.fd, False)
        self.bytes = self.kept = self.room = 0
        self.hash, self.pending, self.tail = sha256(), bytearray(), bytearray()

    def read(self):
        """What one read gives; false if that is nothing now, None at the end."""
        try:
            data = os.read(self.fd, 65536)
        except BlockingIOError:
            return False
        self.bytes += len(data)
        self.hash.update(data)
        self.tail += data[-TAIL:]
        del self.tail[:-TAIL]
        self.pending += data[: self.room]
        self.room -= min(self.room, len(data))
        while len(self.pending) >= FRAME:
            self.flush()
        return data or None

    def flush(self):
        data = bytes(self.pending[:FRAME])
        if data and self.log.frame(self.kind, data, RESERVE):
            self.kept += len(data)
            del self.pending[:FRAME]
        elif data:
            self.room = 0  # the budget is spent, and a head has no gaps
            self.pending.clear()

    def finish(self):
        """Reads the rest without waiting: all who could write are dead or, in local mode, out of reach."""
        until = time.monotonic() + GRACE
        while self.fd and self.read() and time.monotonic() < until:
            pass
        while self.pending:
            self.flush()
        if self.kept < self.bytes:
            for at in range(0, len(self.tail), FRAME):
                self.log.frame(self.tail_kind, bytes(self.tail[at : at + FRAME]))
        return '{"bytes":%d,"sha256":"%s","kept":%d}' % (self.bytes, self.hash.hexdigest(), self.kept)


class Children:
    """The program, and the orphans that the kernel hands to us."""

    program, status, cpu, rss = 0, None, 0.0, 0

    def reap(self):
        """Takes all that have ended; true if no child is left."""
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
        """Kills until none is left: what was forked meanwhile is found in the next round."""
        give_up = time.monotonic() + GIVE_UP
        self.signal(signal.SIGKILL)
        while not self.reap() and time.monotonic() < give_up:
            signal.sigtimedwait([signal.SIGCHLD], 0.01)
            self.signal(signal.SIGKILL)


def descendants():
    """Parents first: the children of each are read when it has been killed and forks no more."""
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
    with open(path, "rb", 0) as file:
        return file.read()


def prctl(option, value):
    """By the C half of ctypes; all of it takes as long to import as Python to start. May be missing."""
    try:
        import _ctypes
        _ctypes.call_function(_ctypes.dlsym(_ctypes.dlopen(None, 0), "prctl"), (option, value, 0, 0, 0))
    except Exception:
        pass


def unpack(encoding, chunks):
    """The request's records: kind, name, data."""
    if encoding == "text":
        yield b"code", b"", chunks[0].encode(sys.getfilesystemencoding(), "surrogateescape")
        return
    data, at = zlib.decompress(a2b_base64("".join(chunks))), 0
    while at < len(data):
        start = data.index(b"\n", at) + 1
        kind, name_length, data_length = data[at:start].split()
        middle = start + int(name_length)
        at = middle + int(data_length)
        yield kind, data[start:middle], data[middle:at]


def fill(fd, data):
    while data:
        data = data[os.write(fd, data) :]


def in_memory(data):
    """A descriptor to read the data from: holds more than a pipe, leaves no file."""
    fd = os.memfd_create("cupel")
    fill(fd, data)
    os.lseek(fd, 0, 0)
    return fd


def write_file(path, data):
    """Part by part below the current folder, following no symlink, so that none leads out."""
    *parents, name = [part for part in path.split(b"/") if part not in (b"", b".")]
    folder = os.open(".", os.O_DIRECTORY)
    for part in parents:
        try:
            os.mkdir(part, dir_fd=folder)
        except FileExistsError:
            pass
        outer, folder = folder, os.open(part, os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=folder)
        os.close(outer)
    fd = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o666, dir_fd=folder)
    fill(fd, data)
    os.close(fd)
    os.close(folder)


def describe(error):
    text = "%s: %s" % (type(error).__name__, error)
    return "".join(c if " " <= c <= "~" and c not in '"\\' else "?" for c in text)[:200]


def start(code, arguments, fds):
    """The program's pid. It is exec'ed, because a mere fork would have the key."""
    code_fd = None
    if len(code) > ARGUMENT or b"\0" in code:
        code_fd = in_memory(code)
        code = (BOOTSTRAP % code_fd).encode()
    report, child_report = os.pipe()  # exec closes it; what comes before is why there was no exec
    pid = os.fork()
    if pid == 0:
        try:
            become([sys.executable, "-u", "-c", code] + arguments, fds, code_fd)
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


def become(command, fds, code_fd):
    os.setsid()
    prctl(4, 1)  # PR_SET_DUMPABLE, as exec will: without it our files in /proc are root's
    try:  # where the kernel picks one victim, it is not the supervisor
        fill(os.open("/proc/self/oom_score_adj", os.O_WRONLY), b"1000")
    except OSError:
        pass
    # As we got it: in the C locale Python adds LC_CTYPE to its own.
    entries = contents("/proc/self/environ").split(b"\0")
    for fd in map(int, os.listdir("/proc/self/fd")):
        try:
            os.set_inheritable(fd, fd == code_fd)
        except OSError:
            pass  # that of listdir
    for number, fd in enumerate(fds):
        os.dup2(fd, number)
    for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    os.execve(command[0], command, dict(entry.split(b"=", 1) for entry in entries if b"=" in entry))


def watch(children, streams, log, timeout):
    """Until the program has ended: "deadline" or "stopped" if we ended it, else None."""
    began = flushed = time.monotonic()
    import hashlib  # now, while the program starts
    for stream in streams:
        stream.hash = hashlib.sha256()
    ended, limit = None, began + timeout
    poll, by_fd = select.poll(), {stream.fd: stream for stream in streams}
    for fd in by_fd:
        poll.register(fd, select.POLLIN)
    while True:
        now = time.monotonic()
        flush_at = now + TICK
        if any(stream.pending for stream in streams):
            flush_at = flushed + max(0.02, (now - began) / 1000)  # ever rarer: few frames in a day of one-byte writes
            if now >= flush_at:
                flushed = now
                for stream in streams:
                    stream.flush()
        log.push()
        wait = max(0, min(TICK, limit - now, flush_at - now))
        for fd, _ in poll.poll(wait * 1000) if by_fd else ():
            if by_fd[fd].read() is None:
                poll.unregister(fd)
                by_fd.pop(fd).fd = os.close(fd)
        # All signals are blocked, these two asked for. A SIGTERM from outside has no pid here or, in local mode, that of
        # our parent. By sigqueue anyone can lie about the pid, but not with a code of 0 or more.
        info = signal.sigtimedwait([signal.SIGTERM, signal.SIGCHLD], 0 if by_fd else wait)
        stop = info and info.si_signo == signal.SIGTERM and info.si_code >= 0 and info.si_pid in (0, os.getppid())
        if children.reap() or children.status is not None:
            return ended
        now = time.monotonic()
        if not ended and (stop or now >= limit):
            ended, limit = "stopped" if stop else "deadline", now + GRACE
            children.signal(signal.SIGTERM)
            children.signal(signal.SIGCONT)  # the stopped take a SIGTERM only when they go on
        elif now >= limit:
            return ended  # and main kills


def main(arguments):
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    prctl(4, 0)  # PR_SET_DUMPABLE: under runc nobody opens our fd 1 or our memory then
    prctl(36, 1)  # PR_SET_CHILD_SUBREAPER
    log, children, ended, error = Log(), Children(), None, ""
    log.frame(b"k", sha256(log.key).hexdigest().encode())
    log.push(None)
    streams = [Stream(log, b"o", b"t"), Stream(log, b"e", b"u")]
    started, began = time.time(), time.monotonic()
    try:
        timeout, limit, count = int(arguments[0]), int(arguments[1]), 4 + int(arguments[3])
        streams[0].room = streams[1].room = limit
        stdin = os.open("/dev/null", os.O_RDWR)
        for kind, name, data in unpack(arguments[2], arguments[4:count]):
            if kind == b"code":
                code = data
            elif kind == b"stdin":
                stdin = in_memory(data)
            else:
                write_file(name, data)
        started, began = time.time(), time.monotonic()
        children.program = start(code, arguments[count:], [stdin] + [stream.program_end for stream in streams])
    except Exception as problem:
        ended, error = "notstarted", ',"error":"%s"' % describe(problem)
    else:
        ended = watch(children, streams, log, timeout)
    children.end()
    wall = time.monotonic() - began
    status, code, name, exit_status = children.status, "null", "null", 125
    if status is not None and os.WIFEXITED(status):
        ended, code = ended or "exited", os.WEXITSTATUS(status)
        exit_status = code
    elif status is not None:
        names = {getattr(signal, name): name for name in sorted(dir(signal), reverse=True) if name[:3] == "SIG"}
        ended, number = ended or "signalled", os.WTERMSIG(status)
        name, exit_status = '"%s"' % names.get(number, "SIG%d" % number), 128 + number
    out, err = [stream.finish() for stream in streams]
    said = '{"key":"%s","exit":%s,"signal":%s,"ended":"%s","stdout":%s,"stderr":%s,"wall":%.6f,"cpu":%.6f,"rss":%s'
    said %= log.key.hex(), code, name, ended, out, err, wall, children.cpu, children.rss or "null"
    said += ',"started":%.6f,"finished":%.6f%s}' % (started, started + wall, error)
    line = log.frame(b"r", said.encode())
    log.push(None)
    try:  # over what the program wrote there; through no symlink, and not waiting for a FIFO's reader
        path = os.environ.get(b"CUPEL_TERMINATION_LOG", b"/dev/termination-log")
        fill(os.open(path, os.O_WRONLY | os.O_TRUNC | os.O_NOFOLLOW | os.O_NONBLOCK), line.strip())
    except OSError:
        pass
    os._exit({"deadline": 124, "stopped": 143}.get(ended, exit_status))  # faster than letting Python clear up


main(sys.argv[1:])
