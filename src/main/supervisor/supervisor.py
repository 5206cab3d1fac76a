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
KEPT = 12 << 20  # bytes kept of all output and files, before they are packed: a reader holds them in memory
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


# How programs are watched, as text, which is compiled while the first one starts: that takes it longer.
WATCH = r'''
class Memory:
    """The container's: where the kernel kills for it, it may kill us with the program, and what we hold is lost."""

    def __init__(self):
        self.now = None
        v1 = "memory/memory.usage_in_bytes", "memory/memory.limit_in_bytes"
        for now, limit in (("memory.current", "memory.max"), v1):
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
    """The running programs and, from the kernel, their orphans."""

    ended = None  # how, if all were ended by us
    until, noise, stop = float("inf"), 0, None

    def __init__(self):
        self.running, self.by_fd, self.poll = [], {}, select.poll()

    def add(self, run):
        if not self.running:
            self.noise = 0
        self.running.append(run)
        for pipe in run.pipes():
            self.by_fd[pipe.fd] = pipe
            self.poll.register(pipe.fd, select.POLLOUT if pipe is run.stdin else select.POLLIN)

    def remove(self, run):
        self.running.remove(run)
        for pipe in run.pipes():
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

    def ask(self, run, how):
        """All its processes to end; after GRACE they are killed."""
        run.ended, run.until = how, time.monotonic() + GRACE
        self.signal(run, signal.SIGTERM)
        self.signal(run, signal.SIGCONT)  # the stopped take it only then

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

    @staticmethod
    def pace(run, now):
        """Writes what waits, if it is time, and says when it will be."""
        pending = [stream for stream in run.streams if stream.pending]
        if not pending:
            return now + TICK
        pace = 0.02  # half of the early frames as they come, the others spread over the time that is left
        if run.early < run.early_in_all // 2:
            pace = max(pace, (run.until - now) * len(pending) / max(1, run.early))
        if now < run.flushed + pace and not (pace == 0.02 and now >= run.flushed + 0.001 and memory.is_short()):
            return run.flushed + pace
        run.flushed, run.early = now, run.early - len(pending)
        for stream in pending:
            stream.flush()
        return now + TICK

    def must_end(self, now):
        """Whether all must; a stop that came as a run ended is for those that follow."""
        if not self.ended and (self.stop or now >= self.until):
            self.ended, self.until = "stopped" if self.stop else "deadline", float("inf")
        return self.ended

    def watch(self):
        """Till one of the running is over; all of them that are."""
        while True:
            now = time.monotonic()
            wake = min([now + TICK, self.until] + [min(self.pace(run, now), run.until) for run in self.running])
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
            self.stop = self.stop or stop
            none_left = self.reap()
            over = [run for run in self.running if none_left or run.status is not None]
            if over:
                return over
            now = time.monotonic()
            self.must_end(now)
            for run in self.running:
                if run.ended and now >= run.until:
                    over.append(run)  # and is killed
                elif not run.ended and (self.ended or now >= run.until):
                    self.ask(run, self.ended or "deadline")
                elif not run.ended and run.meter and run.meter.measure(now):
                    self.ask(run, "cputime")
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


def is_from_outside(info):
    """kill() from another pid namespace has no pid, in local mode our parent's. sigqueue() can lie about it, but with a
    code below 0; where the queue is full both read 0. A program can fill and empty it meanwhile: so it is no proof."""
    used, limit = signal_queue()
    told = used < limit == queue_limit or queue_limit == 0  # gVisor, which forgets nothing
    return info.si_code == 0 and info.si_pid in (0, os.getppid()) and told


def watch_alone(run):
    """To the end of all its processes, while there is no other run; false if some do not die."""
    children.add(run)
    if not run.error:
        children.watch()
    dead = children.end(run)
    children.remove(run)
    return dead


def told(run):
    """What its last frame says, once all its processes are dead. Nothing is read or written of it any more."""
    wall, code, name = round(time.monotonic() - run.began, 6), None, None
    ended = "notstarted" if run.error else run.ended
    if run.status is not None:
        number, code = os.WTERMSIG(run.status), os.WEXITSTATUS(run.status)
        if number:
            names = {getattr(signal, name): name for name in sorted(dir(signal), reverse=True) if name[:3] == "SIG"}
            name, code = names.get(number, "SIG%d" % number), None
        if not ended and run.meter and run.meter.is_spent():
            ended = "cputime"
        ended = ended or ("signalled" if number else "exited")
        run.exit_status = 128 + number if number else code
    out, err = [stream.finish() for stream in run.streams]
    for pipe in run.pipes():
        pipe.close()
    cpu = max(run.cpu, run.meter.total) if run.meter else run.cpu
    said = {"exit": code, "signal": name, "ended": ended, "stdout": out, "stderr": err, "wall": wall, "cpu": round(cpu, 6)}
    said.update(rss=run.rss or None, started=run.started, finished=run.started + wall)
    if run.error:
        said["error"] = run.error
    return said


def no_program(ended, code=None, **more):
    """What the last frame says where it is not that of a program."""
    out, err = ({"bytes": 0, "sha256": sha256().hexdigest(), "kept": 0, "tail": 0} for _ in "oe")
    wall = round(time.monotonic() - began, 6)
    said = {"exit": code, "signal": None, "ended": ended, "stdout": out, "stderr": err, "wall": wall}
    return dict(said, cpu=0.0, rss=None, started=started, finished=started + wall, **more)


def json(value):
    """Compact; the module takes 5 ms to import. No text that we tell has control characters."""
    if isinstance(value, dict):
        return "{%s}" % ",".join('"%s":%s' % (key, json(item)) for key, item in value.items())
    if isinstance(value, str):
        return '"%s"' % value.replace("\\", "\\\\").replace('"', '\\"')
    return {"None": "null", "True": "true", "False": "false"}.get(repr(value), repr(value))


def write_message(data):
    """Over what a program wrote; through no symlink, not waiting for a FIFO's reader."""
    try:
        fd = os.open(MESSAGE, os.O_WRONLY | os.O_TRUNC | os.O_NOFOLLOW | os.O_NONBLOCK)
        fill(fd, data)
        os.close(fd)
    except OSError:
        pass


MESSAGE = os.environ.get(b"CUPEL_TERMINATION_LOG", b"/dev/termination-log")
memory, children = Memory(), Children()
'''

# What only some requests ask for, as text, which is compiled for them alone: Python takes 0.2 ms a kilobyte.
MORE = r'''
import zlib

CASES, FILES = 1000, 256  # at most, of all
FILE_BYTES, HASHED_BYTES, COLLECT_SECONDS = 4 << 20, 64 << 20, 10  # of a file kept, of one hashed; for one run's
KEPT_BYTES, KEPT_ENTRIES, DEPTH = 64 << 20, 20000, 64  # of what a compiler left
HZ = os.sysconf("SC_CLK_TCK")


class Case(Inputs):
    """What one case is given. Its arguments and stdin replace the request's, its files and variables are added."""

    def __init__(self, inputs):
        self.args, self.stdin, self.files, self.env = inputs.args, inputs.stdin, dict(inputs.files), {}
        self.timeout, self.own, self.own_args = None, {}, []

    def add(self, kind, name, data):
        if kind == b"arg" or kind == b"noargs":
            self.own_args += [data] * (kind == b"arg")
            self.args = self.own_args
        elif kind == b"stdin":
            self.stdin = data
        elif kind == b"file":
            self.files[name] = self.own[name] = data
        elif kind == b"env":
            self.env[name] = data
        elif kind == b"timeout":
            self.timeout = seconds(data.decode())
        else:
            raise ValueError("a record of kind %r in a case" % kind)


def read_cases(request):
    cases = []
    for kind, name, data, _ in records(request.rest):
        if kind == b"case":
            cases.append(Case(request.inputs))
        else:
            cases[-1].add(kind, name, data)
    if len(cases) > CASES:
        raise ValueError("more than %d cases" % CASES)
    return cases


class Budget:
    """The log, shared fairly among what is to come: what one leaves goes to the others."""

    def __init__(self, parts):
        self.parts = parts

    def share(self):
        shares, parts = [run.share for run in children.running], self.parts
        self.parts -= 1
        left = BUDGET - RESERVE - log.written - sum(share.total - share.used for share in shares)
        return Share(max(0, left) // parts, max(0, KEPT - log.kept - sum(share.room for share in shares)) // parts)


class Meter:
    """The CPU time of a run: of the living as the kernel shows it, of the dead as it was last seen or reaped."""

    def __init__(self, run, limit):
        self.run, self.limit, self.pids, self.dead, self.total, self.due = run, limit, {}, 0, 0.0, 0

    def measure(self, now):
        """Once a tick; true if it is over the limit."""
        if now < self.due:
            return False
        self.due, pids, alive = now + TICK, {}, 0
        for pid in members(self.run):
            stat = stat_of(pid)
            if stat:
                own, waited = int(stat[11]) + int(stat[12]), int(stat[13]) + int(stat[14])
                pids[pid] = stat[19], own  # with its start: a number comes again
                alive += own + waited
        self.dead += sum(own for pid, (born, own) in self.pids.items() if pids.get(pid, (0, 0))[0] != born)
        self.pids = pids
        seen = self.dead + sum(own for _, own in pids.values())
        self.total = max(self.total, seen / HZ, self.run.cpu + alive / HZ)
        return self.is_spent()

    def is_spent(self):
        self.total = max(self.total, self.run.cpu)
        return self.total > self.limit


def kills():
    """How many processes the kernel killed for the container's memory until now."""
    for path in "/sys/fs/cgroup/memory.events", "/sys/fs/cgroup/memory/memory.oom_control":
        try:
            words = contents(path).split()
            return int(words[words.index(b"oom_kill") + 1])
        except (OSError, ValueError):
            pass
    return 0


def checkpoint():
    """Reveals the key while no program is there that could use it, and commits to the next."""
    new = os.urandom(32)
    log.frame(b"q", b"%s %s" % (log.key.hex().encode(), sha256(new).hexdigest().encode()))
    log.take_key(new)


def stat_of(pid):
    """Of /proc/PID/stat what follows the name: state, parent, group, session, ...; none if it is gone."""
    try:
        return contents("/proc/%d/stat" % pid).rpartition(b")")[2].split()
    except OSError:
        return None


def everyone():
    if os.getpid() == 1:
        return [int(name) for name in os.listdir("/proc") if name.isdigit() and name != "1"]
    return list(descendants(os.getpid()))


def members(run):
    """All processes of a run. Among several at once: who descends from its leader or is in its session."""
    if children.running == [run]:
        return everyone()
    found = list(descendants(run.pid)) + [run.pid]
    return found + [pid for pid in everyone() if pid not in found and session(pid) == run.pid]


def session(pid):
    stat = stat_of(pid)
    return stat and int(stat[3])


def kill_strangers(run):
    """Kills whoever belongs to no other run; true if there was one."""
    there = everyone()  # first: who is born later belongs to another
    kept = set()
    for other in children.running:
        if other is not run:
            kept.update(members(other))
    strangers = [pid for pid in there if pid not in kept]
    for pid in strangers:
        try:
            os.kill(pid, signal.SIGKILL)
        except OSError:
            pass
    children.reap()
    return bool(strangers)


def empty(folder, kept={}):
    """Removes what is in a folder but the paths that are kept. Folders in folders are moved up first: no path gets
    long, however deep they are. Only a mode can be in the way; whoever made them is our user."""
    moved, at, mark = os.listdir(folder), 0, os.urandom(8).hex().encode()
    while at < len(moved):
        path = folder + b"/" + moved[at]
        at += 1
        if path in kept or path == MESSAGE:
            if kept.get(path) is True and os.access(path, os.W_OK):  # a folder that was there before
                empty(path, kept)
            continue
        if remove(path):
            continue
        os.chmod(path, 0o700)
        for name in os.listdir(path):
            inner = path + b"/" + name
            if not remove(inner):
                os.chmod(inner, 0o700)
                moved.append(b".%s-%d" % (mark, len(moved)))
                os.rename(inner, folder + b"/" + moved[-1])
        os.rmdir(path)


def remove(path):
    """False if it is a folder that is not empty, or that we may not look into."""
    try:
        os.unlink(path)
    except FileNotFoundError:
        pass
    except IsADirectoryError:
        try:
            os.rmdir(path)
        except OSError:
            return False
    return True


class Places:
    """Wherever a program can leave something for the next one. What was there at the start stays, and as it was."""

    KERNELS = b"proc", b"sysfs", b"cgroup", b"cgroup2", b"devpts", b"devtmpfs"
    IPC = ("shm", "shmctl", (0, 0)), ("sem", "semctl", (0, 0)), ("msg", "msgctl", (0, 0))
    SHOWN = "/proc/sysvipc/shm", "/proc/sysvipc/sem", "/proc/sysvipc/msg", "/dev/mqueue"
    CALLS = {"x86_64": (0xC000003E, 29, 64, 68, 240), "aarch64": (0xC00000B7, 194, 190, 186, 180)}  # shmget .. mq_open

    def __init__(self, base):
        global resource
        import resource
        self.folders = {base: None}
        if os.getpid() == 1:  # else all but the base is others' as well
            for line in contents("/proc/self/mountinfo").splitlines():
                fields, _, kind = line.partition(b" - ")
                path = fields.split()[4]
                if kind.split()[0] not in self.KERNELS and path != b"/":
                    self.add(path.replace(b"\\040", b" "))
            for path in b"/tmp", b"/var/tmp", b"/dev/shm":
                self.add(path)
        self.modes = {folder: os.stat(folder).st_mode & 0o7777 for folder in self.folders}
        self.before = {}
        for folder in self.folders:
            self.note(folder, self.before)
        self.ipc, self.inherited = self.objects(), self.heritage()
        if os.getpid() == 1:
            self.forbid([at for at, path in enumerate(self.SHOWN) if not os.access(path, os.F_OK)])

    def forbid(self, unseen):
        """What outlives a case and is not to be seen, as under gVisor, nobody here may make: a filter that all inherit."""
        if not unseen:
            return
        import _ctypes
        machine = os.uname().machine
        if machine not in self.CALLS:
            raise OSError("%s lacks %s, and what a case leaves there is not to be found" % (machine, self.SHOWN[unseen[0]]))
        architecture, *calls = self.CALLS[machine]
        tests = [(0x35, 0x40000000)] + [(0x15, calls[at]) for at in unseen]  # another ABI's number, or one of these
        program = [(0x20, 0, 4), (0x15, 1, architecture), (6, 0, 0x50026), (0x20, 0, 0)]  # not ours: ENOSYS
        program += [(code, len(tests) - at, number) for at, (code, number) in enumerate(tests)]
        program += [(6, 0, 0x7FFF0000), (6, 0, 0x50026)]  # allow; ENOSYS
        Text = type("Text", (_ctypes._SimpleCData,), {"_type_": "z"})
        text = Text(b"".join(bytes((code, 0, jump, 0)) + k.to_bytes(4, "little") for code, jump, k in program))
        filters = Text(len(program).to_bytes(8, "little") + bytes(memoryview(text)))
        prctl(38, 1)  # PR_SET_NO_NEW_PRIVS
        if _ctypes.call_function(_ctypes.dlsym(_ctypes.dlopen(None, 0), "prctl"), (22, 2, filters, 0, 0)) < 0:
            raise OSError("no filter can be set, and what a case leaves in %s is not to be found" % self.SHOWN[unseen[0]])

    def add(self, path):
        try:
            stat, known = os.stat(path), [os.stat(folder) for folder in self.folders]
            is_new = (stat.st_dev, stat.st_ino) not in [(other.st_dev, other.st_ino) for other in known]
            if is_new and stat.st_mode & 0o170000 == 0o040000 and os.access(path, os.W_OK):
                self.folders[path] = None
        except OSError:
            pass

    def note(self, folder, found):
        """What is in it now: of a folder that it is one, of all else when it was changed."""
        try:
            names = os.listdir(folder)
        except OSError:
            return
        for name in names:
            path = folder + b"/" + name
            if path == MESSAGE:
                continue
            stat = os.lstat(path)
            is_folder = stat.st_mode & 0o170000 == 0o040000
            found[path] = True if is_folder else (stat.st_dev, stat.st_ino, stat.st_ctime_ns)
            if len(found) > KEPT_ENTRIES:
                raise OSError("more than %d files before the first case" % KEPT_ENTRIES)
            if is_folder and os.access(path, os.W_OK):
                self.note(path, found)

    def objects(self):
        if os.getpid() != 1:
            return set()
        found = set()
        for kind, control, arguments in self.IPC:
            try:
                lines = contents("/proc/sysvipc/" + kind).splitlines()[1:]
            except OSError:
                lines = []
            found.update((control, int(line.split()[1])) + arguments for line in lines)
        return found

    def heritage(self):
        """Of ours what a program can change from outside and the next would inherit."""
        limits = [resource.getrlimit(kind) for kind in range(16)]
        return limits, os.getpriority(0, 0), os.sched_getaffinity(0), os.sched_getscheduler(0)

    def clean(self):
        """OSError if anything is left."""
        for folder, mode in self.modes.items():
            if os.stat(folder).st_mode & 0o7777 != mode:
                os.chmod(folder, mode)
            empty(folder, self.before)
        now = {}
        for folder in self.folders:
            self.note(folder, now)
        if now != self.before:
            raise OSError("a program changed what was there before")
        for control, *arguments in self.objects() - self.ipc:
            import _ctypes
            _ctypes.call_function(_ctypes.dlsym(_ctypes.dlopen(None, 0), control), tuple(arguments))
        if self.objects() - self.ipc:
            raise OSError("System V objects cannot be removed")
        write_message(b"")
        if self.heritage() != self.inherited:
            raise OSError("a program changed its supervisor's limits or priority")


class Spoilt(Exception):
    """A program left what cannot be undone: no other may run."""


class Snapshot:
    """The working folder as the compiler left it, in our memory, where no program can change it."""

    def __init__(self, folder):
        self.entries, self.bytes = [], 0
        try:
            make_folder(folder)  # should it be a link now
            os.chdir(folder)
            self.take(b"")
        except OSError as error:
            raise Spoilt(error)

    def take(self, folder):
        for name in sorted(os.listdir(folder or b".")):
            path = folder + name
            stat = os.lstat(path)
            kind, mode = stat.st_mode & 0o170000, stat.st_mode & 0o7777
            self.bytes += stat.st_size if kind == 0o100000 else 0
            if self.bytes > KEPT_BYTES or len(self.entries) > KEPT_ENTRIES or path.count(b"/") > DEPTH:
                most = KEPT_BYTES >> 20, KEPT_ENTRIES, DEPTH
                raise Spoilt("the compiler left more than can be kept: %d MiB, %d files, %d folders deep" % most)
            if kind == 0o120000:
                self.entries.append((path, kind, mode, os.readlink(path)))
                continue
            if kind in (0o040000, 0o100000) and mode & 0o500 != 0o500:
                os.chmod(path, mode | 0o700)
            if kind == 0o040000:
                self.entries.append((path, kind, mode, None))
                self.take(path + b"/")
            elif kind == 0o100000:
                self.entries.append((path, kind, mode, contents(path)))

    def restore(self, folder, own):
        """With a case's own files in the place of those of their names."""
        os.chdir(folder)
        for path, kind, mode, data in self.entries:
            if path in own:
                continue
            if kind == 0o120000:
                os.symlink(data, path)
            elif kind == 0o040000:
                os.mkdir(path, 0o700)
            else:
                fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
                fill(fd, data)
                os.fchmod(fd, mode)
                os.close(fd)
        for path, data in own.items():
            write_file(path, data)
        for path, kind, mode, _ in reversed(self.entries):
            if kind == 0o040000:
                os.chmod(path, mode)


class Pattern:
    """A part of a path: what each of its characters may be; None for an asterisk."""

    def __init__(self, text):
        self.hidden, self.parts, at = text[:1] == ".", [], 0
        while at < len(text):
            end = text.find("]", at + (3 if text[at + 1 : at + 2] == "!" else 2)) if text[at] == "[" else -1
            if text[at] == "*":
                self.parts.append(None)
            elif text[at] == "?":
                self.parts.append((True, []))
            elif end > 0:
                inside = text[at + 1 : end]
                negated = inside[0] == "!"
                self.parts.append((negated, self.ranges(inside[negated:])))
                at = end
            else:
                self.parts.append((False, [(text[at], text[at])]))
            at += 1

    @staticmethod
    def ranges(text):
        found, at = [], 0
        while at < len(text):
            last = at + 2 if text[at + 1 : at + 2] == "-" and at + 2 < len(text) else at
            found.append((text[at], text[last]))
            at = last + 1
        return found

    def matches(self, name):
        if name[:1] == "." and not self.hidden:
            return False
        at = part = 0
        star = None  # the last asterisk, and where what follows it was tried
        while at < len(name):
            one = self.parts[part] if part < len(self.parts) else False
            if one is None:
                star, part = (part, at), part + 1
            elif one and any(low <= name[at] <= high for low, high in one[1]) != one[0]:
                at, part = at + 1, part + 1
            elif star:
                star = (star[0], star[1] + 1)
                part, at = star[0] + 1, star[1]
            else:
                return False
        return all(one is None for one in self.parts[part:])


def utf_8(data):
    """As patterns and names are compared, whatever the locale."""
    return data.decode("utf-8", "surrogateescape")


ANY_DEPTH = object()


class Collector:
    """Finds a run's files and puts them into the log."""

    def __init__(self, patterns):
        self.patterns = set()
        for text in patterns:
            parts = utf_8(raw(text)).split("/")
            if not text or "" in parts or "." in parts or ".." in parts:
                raise ValueError("pattern %s" % text)
            parts += ["*"] if parts[-1] == "**" else []
            self.patterns |= self.reached([tuple(ANY_DEPTH if part == "**" else Pattern(part) for part in parts)])
        self.files = self.omitted = 0

    @staticmethod
    def reached(states):
        """A state is what is left of a pattern to match; ** may match no folder at all."""
        found = set()
        for state in states:
            found.add(state)
            while state and state[0] is ANY_DEPTH:
                state = state[1:]
                found.add(state)
        return found

    def after(self, states, name):
        following = []
        for state in states:
            if state and state[0] is ANY_DEPTH:
                following += [state] if name[:1] != "." else []
            elif state and state[0].matches(name):
                following.append(state[1:])
        return self.reached(following)

    def find(self, fd, states, path, until, found):
        """Below an open folder; through no symlink. A folder that cannot be looked into counts as omitted."""
        with os.scandir(fd) as entries:
            for entry in entries:
                name = utf_8(raw(entry.name))
                following = self.after(states, name)
                if not following or time.monotonic() > until:
                    continue
                if entry.is_file(follow_symlinks=False):
                    if () in following:
                        found.append(path + name)
                elif following != {()} and entry.is_dir(follow_symlinks=False):
                    try:
                        if path.count("/") >= DEPTH:
                            raise OSError("too deep")
                        inner = os.open(entry.name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=fd)
                    except OSError:
                        self.omitted += 1
                        continue
                    try:
                        self.find(inner, following, path + name + "/", until, found)
                    finally:
                        os.close(inner)

    def collect(self, slot, share, case=None):
        """Its frames f and g, one file after another, sorted by the bytes of their paths."""
        until, found = time.monotonic() + COLLECT_SECONDS, []
        try:
            folder = os.open(slot.work, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        except OSError:
            return  # the program removed it
        try:
            try:
                self.find(folder, self.patterns, "", until, found)
            except OSError:
                self.omitted += 1
            for path in sorted(path.encode("utf-8", "surrogateescape") for path in found):
                if self.files >= FILES or not self.tell(folder, path, share, until, case):
                    self.omitted += 1
                log.push()
        finally:
            os.close(folder)

    def tell(self, folder, path, share, until, case):
        """False if it cannot be told."""
        try:
            name = path.decode()
            if any(c < " " or "\x7f" <= c <= "\x9f" for c in name):
                return False
            fd = self.open(folder, path)
        except (OSError, UnicodeDecodeError):
            return False
        try:
            stat = os.fstat(fd)
            if stat.st_mode & 0o170000 != 0o100000:
                return False
            said = {"path": name, "bytes": stat.st_size, "sha256": None, "kept": 0}
            said.update({} if case is None else {"case": case})
            data = self.read(fd, stat.st_size, until, said)
        except OSError:
            return False
        finally:
            os.close(fd)
        number = b"%d" % self.files
        room = share.total - share.used - len(path) * 3 - 700 if len(data or b"") <= share.room else 0  # without g
        pieces = [data[at : at + FRAME] for at in range(0, len(data or b""), FRAME)]
        for pack in False, True:
            sizes = [len(zlib.compress(piece, 1)) if pack else len(piece) for piece in pieces]
            if pieces and sum(size * 4 // 3 + 90 for size in sizes) <= room:
                for piece in pieces:
                    log.frame(b"f" + number, piece, None, 0, pack)
                share.used += sum(size * 4 // 3 + 90 for size in sizes)
                share.room -= len(data)
                said["kept"] = len(data)
                break
        if log.frame(b"g" + number, json(said).encode(), share) is None:
            return False
        self.files += 1
        return True

    @staticmethod
    def open(folder, path):
        """Part by part, for a path may have changed since it was found."""
        parts, fd = path.split(b"/"), folder
        try:
            for part in parts[:-1]:
                inner = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=fd)
                if fd != folder:
                    os.close(fd)
                fd = inner
            return os.open(parts[-1], os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY, dir_fd=fd)
        finally:
            if fd != folder:
                os.close(fd)

    @staticmethod
    def read(fd, size, until, said):
        """The content, if it can be kept; what is hashed goes into `said`."""
        if size > HASHED_BYTES:
            return None
        digest, data, left = sha256(), [], size
        while left:
            piece = os.read(fd, min(left, 1 << 20))
            if time.monotonic() > until:
                return None
            if not piece:
                break
            digest.update(piece)
            if size <= FILE_BYTES:
                data.append(piece)
            left -= len(piece)
        said["bytes"], said["sha256"] = size - left, digest.hexdigest()
        return b"".join(data) if size <= FILE_BYTES else None


class FullJob(Job):
    """More: a compiler before the program, cases, files after it, a limit of CPU time."""

    def __init__(self, request):
        super().__init__(request)
        self.cases = read_cases(request)
        self.collector = Collector(request.collect) if request.collect else None
        runs = len(self.cases) or 1
        self.budget = Budget(bool(request.compile) + runs * (2 if self.collector else 1))
        self.slots = [Slot(self.base, number) for number in range(min(request.parallel, runs))]
        self.told, self.all_good, self.cpu, self.rss, self.snapshot, self.places = 0, True, 0.0, 0, None, None

    def prepare(self):
        for inputs in self.cases or [self.request.inputs]:
            self.request.command(inputs)
        if self.cases:
            for slot in self.slots:
                self.remove_folders(slot)
            self.places = Places(self.base)
        if self.request.compile or not self.cases:
            self.slot.prepare(self.request.files(self.request.inputs))

    def run(self):
        try:
            return self.request.compile and self.compile() or (self.run_cases() if self.cases else self.run_program())
        except Spoilt as error:  # what is told until now holds
            children.running.clear()
            children.end(None)
            return self.summary("exited", 1, error=describe(error)), 1

    def compile(self):
        """What the last frame says, if it failed."""
        run = Run(b"c", self.request.limit, self.budget.share())
        run.kills = kills()
        self.start(run, self.request.compile, Inputs(), False, self.request.compile_timeout)
        dead = watch_alone(run)
        said = self.tell_end(run)
        if said["ended"] == "notstarted":
            return self.summary("notstarted", error=run.error), 125
        if said["ended"] == "stopped":
            return self.summary("stopped"), 143
        if said["ended"] != "exited" or said["exit"] != 0:
            return self.summary("notcompiled"), 122
        if self.cases:
            self.snapshot = Snapshot(self.slot.work)
            self.clean(dead)

    def clean(self, dead):
        """Nothing of one run is left for the next."""
        if not dead:
            raise Spoilt("there are processes that do not die")
        os.chdir("/")
        try:
            self.places.clean()
        except OSError as error:
            raise Spoilt(error)
        checkpoint()

    def run_program(self):
        share = self.budget.share() if self.collector else Share(BUDGET - log.written)
        run = Run(b"", self.request.limit, share, not self.collector)
        run.meter = self.request.cpu_timeout and Meter(run, self.request.cpu_timeout)
        self.run_alone(run, self.request.inputs)
        said = told(run)
        if self.collector and not run.error:
            self.collector.collect(self.slot, self.budget.share())
        return dict(said, **self.counts()), run.exit_status

    def run_cases(self):
        children.until = time.monotonic() + self.request.timeout
        self.waiting, free, dead = list(enumerate(self.cases))[::-1], self.slots[:], True
        while True:
            over = []
            while free and not over and self.goes_on():
                over = self.start_case(free.pop(), *self.waiting.pop())
            if not over and not children.running:
                break
            for run in over or children.watch():
                dead = self.finish(run) and dead
                free.append(run.slot)
            if not children.running and self.goes_on():
                self.clean(dead)
        if children.ended:
            return self.summary(children.ended), 125
        code = 0 if self.all_good and not self.waiting else 1
        return self.summary("exited", code), code

    def goes_on(self):
        return self.waiting and not children.must_end(time.monotonic()) and (self.all_good or not self.request.stop)

    def start_case(self, slot, index, case):
        """The run, if it is over already: it could not be started."""
        request = self.request
        run = Run(b"%d" % index, request.limit, self.budget.share())
        run.slot, run.index, run.kills = slot, index, kills()
        run.meter = request.cpu_timeout and Meter(run, request.cpu_timeout)
        until = children.until if case.timeout is None else min(children.until, time.monotonic() + case.timeout)
        try:
            files = request.files(case)
            slot.prepare({} if self.snapshot else files)
            if self.snapshot:
                self.snapshot.restore(slot.work, case.own)
            run.start(request.command(case), case, slot, request.is_python(case), until)
        except Exception as error:
            run.error = describe(error)
        children.add(run)
        return [run] if run.error else []

    def finish(self, run):
        """False if some of its processes do not die."""
        dead = children.end(run)
        children.remove(run)
        said = self.tell_end(run)
        self.told += 1
        self.all_good = self.all_good and said["ended"] == "exited" and said["exit"] == 0
        self.cpu, self.rss = self.cpu + said["cpu"], max(self.rss, run.rss)
        share = self.budget.share() if self.collector else None
        if share and not run.error:
            self.collector.collect(run.slot, share, run.index)
        if children.running:  # else everything is cleaned
            self.remove_folders(run.slot)
        return dead

    def remove_folders(self, slot):
        os.chdir("/")
        try:
            for folder in slot.work, slot.home, slot.hook:
                if not remove(folder):
                    os.chmod(folder, 0o700)
                    empty(folder)
                    os.rmdir(folder)
        except OSError as error:
            raise Spoilt(error)

    def tell_end(self, run):
        """The frame that ends a run which is not the only one."""
        said = told(run)
        said["oom"] = kills() > run.kills
        log.frame(b"d" + run.name, json(said).encode(), run.share)
        return said

    def counts(self):
        counts = {"cases": self.told, "seals": log.seals.hexdigest()} if self.cases else {}
        if self.collector:
            counts["files"] = self.collector.files
            counts.update({"files_omitted": self.collector.omitted} if self.collector.omitted else {})
        return counts

    def summary(self, ended, code=None, **more):
        said = no_program(ended, code, **self.counts(), **more)
        return dict(said, cpu=round(self.cpu, 6), rss=self.rss or None)
'''


class Share:
    """A part of the log: what one run may write, or its files; and how much of what was printed that may hold."""

    def __init__(self, total, room=KEPT):
        self.total, self.used, self.room = total, 0, room

    def holds(self, size, content, reserve):
        return self.used + size <= self.total - reserve and content <= self.room - reserve


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
        self.kept, self.chains, self.seals = 0, {}, sha256()
        self.take_key(os.urandom(32))
        self.frame(b"k", self.commitment())

    def take_key(self, key):
        self.key = key
        self.inner, self.outer = (sha256(bytes(b ^ pad for b in key.ljust(64, b"\0"))) for pad in (0x36, 0x5C))

    def commitment(self):
        return sha256(self.key).hexdigest().encode()

    def frame(self, kind, data, share=None, reserve=0, pack=None):
        """Queues and returns a line; None if that would take of the share's reserve."""
        letter, content = b"b", len(data) if kind[:1] in b"oetuf" else 0
        if pack is None:  # when the rest of the share gets scarce
            pack = self.written > BUDGET * 3 // 5 or share and share.used > share.total * 3 // 5
        if pack:
            import zlib
            letter, data = b"z", zlib.compress(data, 1)
        head = b"%d %s %s" % (self.sequence, kind, letter)
        line = b"\n@cupel1 %s%s " % (head, b2a_base64(data)[:-1])  # \n first: ends a torn foreign line
        size = len(line) + 33
        if share and not share.holds(size, content, reserve):
            return None
        chain = self.chains.setdefault(kind, sha256())  # of its payloads
        chain.update(data)
        inner, outer = self.inner.copy(), self.outer.copy()  # HMAC without an import
        inner.update(head + chain.digest())
        outer.update(inner.digest())
        seal = outer.hexdigest()[:32].encode()
        line += seal + b"\n"
        self.seals.update(seal)
        self.sequence, self.written, self.kept = self.sequence + 1, self.written + size, self.kept + content
        if share:
            share.used, share.room = share.used + size, share.room - content
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
        self.run, self.kind, self.tail_kind, self.told = run, kind, tail_kind, tail
        self.limit = self.room = limit
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
                try:
                    import hashlib
                    self.hash = hashlib.sha256(self.unhashed)
                except Exception:  # an OpenSSL that does not like the image
                    self.hash = sha256(self.unhashed)
                self.unhashed = None
        self.tail += data[-TAIL:]
        del self.tail[:-TAIL]
        self.pending += data[: self.room]
        self.room -= min(self.room, len(data))
        while len(self.pending) >= FRAME:
            self.flush()
        return data or None

    def flush(self):
        data, share, reserve = bytes(self.pending[:FRAME]), self.run.share, self.run.reserve
        fits = log.frame(self.kind, data, share, reserve) or log.frame(self.kind, data, share, reserve, True)
        if not fits:  # then its beginning, and no more: a head has no gaps
            data = data[: max(0, min((share.total - share.used - reserve - 99) * 3 // 4, share.room - reserve))]
            fits = data and log.frame(self.kind, data, share, reserve, False)
            self.room = 0
            self.pending.clear()
        if fits:
            self.kept += len(data)
            del self.pending[:FRAME]

    def finish(self):
        """Reads the rest, for a limited time: in local mode a writer may be out of our reach."""
        until = time.monotonic() + GRACE
        while self.fd and self.read() and time.monotonic() < until:
            pass
        while self.pending:
            self.flush()
        missing = self.bytes - self.kept
        fits = missing <= self.told and self.bytes <= self.limit  # where a tail has its room: so the head can be whole
        size = missing if fits else self.told
        end = bytes(self.tail[-size:]) if size else b""
        for at in range(0, len(end), FRAME):
            log.frame(self.kind if fits else self.tail_kind, end[at : at + FRAME], self.run.share)
        kept, tail = (self.bytes, 0) if fits else (self.kept, len(end))
        digest = self.hash or sha256(self.unhashed)
        return {"bytes": self.bytes, "sha256": digest.hexdigest(), "kept": kept, "tail": tail}


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


class Inputs:
    """What the program is given. A case is given its own."""

    def __init__(self, args=()):
        self.args, self.stdin, self.files, self.env = list(args), b"", {}, {}


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
        self.timeout, self.limit, self.main = seconds(one["timeout"]), int(one["output_limit"]), raw(one["main"])
        self.cpu_timeout, self.compile_timeout = (seconds(one[key]) if key in one else None for key in self.ONCE[1:3])
        self.parallel, self.stop = int(one.get("parallel", 1)), "stop" in one
        self.compile, self.run, args = ([raw(word) for word in given[key]] for key in ("compile", "run", "arg"))
        self.collect = given["collect"]
        self.inputs, self.rest = Inputs(args), b""
        if "code" in one:
            self.code = raw(one["code"])
        else:
            import zlib
            self.unpack(zlib.decompress(a2b_base64("".join(given["zip"]))))
        if ("code" in one) == bool(given["zip"]) or not 1 <= self.parallel <= 64 or one.get("stop", "1") != "1":
            raise ValueError("arguments that do not go together")
        if self.compile and self.compile_timeout is None:
            raise ValueError("no compile_timeout")

    def unpack(self, data):
        """The request's own records; those of cases are left for later."""
        self.code = None
        for kind, name, record, at in records(data):
            if kind == b"code":
                self.code = record
            elif kind == b"stdin":
                self.inputs.stdin = record
            elif kind == b"file":
                self.inputs.files[name] = record
            elif kind == b"case":
                self.rest = data[at:]
                break
            else:
                raise ValueError("a record of kind %r" % kind)
        if self.code is None:
            raise ValueError("no code")

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

    def asks_for_more(self):
        """Than to run one program."""
        return self.compile or self.collect or self.cpu_timeout or self.rest

    def is_python(self, inputs):
        return any(word.rpartition(b"/")[2].startswith(b"python") for word in self.run or inputs.args[:1])


def records(data):
    """KIND NAME_LENGTH DATA_LENGTH, a newline, NAME, DATA; with where each begins."""
    at = 0
    while at < len(data):
        begin, end = at, data.index(b"\n", at)
        kind, name, size = data[at:end].split()
        name = end + 1 + int(name)
        at = name + int(size)
        if not end < name <= at <= len(data):
            raise ValueError("a record that is not whole")
        yield kind, data[end + 1 : name], data[name:at], begin


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
        if home == b"/" or os.access(home, os.F_OK) and not os.access(home, os.W_OK):
            # what a runtime gives a user without one
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
        kinds = (b"o", b"t"), (b"e", b"u")
        self.streams = [Stream(self, head + name, end + name, limit, tail) for head, end in kinds]
        self.early = self.early_in_all = max(8, EARLY * share.total // BUDGET)
        self.started, self.began = time.time(), time.monotonic()
        self.flushed = self.began

    def start(self, command, inputs, slot, hooked, until):
        """It is exec'ed: a mere fork would have the key. Until then it is as closed to others as we are."""
        self.until = until
        if hooked:
            slot.write_hook(self.streams)
        self.stdin = Input(inputs.stdin)
        ends = [pipe.program_end for pipe in self.pipes()]
        environment = slot.environment(inputs.env, hooked)
        report, child_report = os.pipe()  # closed by exec, or it says why not
        os.chdir(slot.work)
        victim(b"1000")  # the kernel's, before the supervisor
        pid = os.fork()
        if pid == 0:
            try:
                become(command, ends, environment)
            except BaseException as error:
                os.write(child_report, describe(error).partition(": ")[2].encode())
            finally:
                os._exit(125)
        victim(ORDINARY)
        os.close(child_report)
        for pipe in self.pipes():
            pipe.program_end = os.close(pipe.program_end)
        error = os.read(report, 4096)
        os.close(report)
        add(WATCH)
        if error:
            raise OSError(error.decode())
        self.pid = pid
        self.flushed = time.monotonic()

    def pipes(self):
        return ([self.stdin] if self.stdin else []) + self.streams


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


def seconds(text):
    """A decimal above zero."""
    whole, point, part = text.partition(".")
    is_decimal = text.isascii() and whole.isdigit() and (part.isdigit() or not point)
    if not is_decimal or not 0 < float(text) < 1e9:
        raise ValueError("not a number of seconds: %s" % text[:40])
    return float(text)


def add(text):
    """What one of our texts defines, once."""
    if text not in added:
        added.append(text)
        exec(compile(text, "cupel", "exec"), globals())


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
    end = int(contents("/proc/self/stat").rpartition(b")")[2].split()[46])
    if not end:  # under gVisor: the first variable is behind our last argument, unless Python changed it
        environ = Pointer.from_address(_ctypes.dlsym(_ctypes.dlopen(None, 0), "environ")).value
        end = environ and Pointer.from_address(environ).value or 0
        spans = (line.split()[0].split(b"-") for line in contents("/proc/self/maps").splitlines())
        if not any(int(first, 16) <= end - len(wanted) < end <= int(last, 16) for first, last in spans):
            end = 0
    if end:
        memory = Memory.from_address(end - len(wanted))
        if memory.raw == wanted:
            memory.raw = bytes(len(wanted))
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


def inherit():
    """What a program gets of what we got: the environment as given (Python may add LC_CTYPE), and no descriptor."""
    for fd in map(int, os.listdir("/proc/self/fd")):
        try:
            os.set_inheritable(fd, False)
        except OSError:
            pass  # that of listdir
    entries = contents("/proc/self/environ").split(b"\0")
    return dict(entry.split(b"=", 1) for entry in entries if b"=" in entry)


class Job:
    """A program, and nothing else."""

    def __init__(self, request):
        self.request, self.base = request, os.getcwdb()
        self.slot = Slot(self.base, 0)

    def prepare(self):
        self.request.command(self.request.inputs)
        self.slot.prepare(self.request.files(self.request.inputs))

    def run(self):
        """What the last frame says, and the exit status."""
        run = Run(b"", self.request.limit, Share(BUDGET - log.written), True)
        self.run_alone(run, self.request.inputs)
        return told(run), run.exit_status

    def run_alone(self, run, inputs):
        self.start(run, self.request.command(inputs), inputs, self.request.is_python(inputs), self.request.timeout)
        watch_alone(run)

    def start(self, run, command, inputs, hooked, limit):
        try:
            run.start(command, inputs, self.slot, hooked, time.monotonic() + limit)
        except Exception as error:
            run.error = describe(error)
            add(WATCH)


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
log, added = Log(), []
queue_limit = signal_queue()[1]
log.push(None)
sys.excepthook = lambda *_: os._exit(121)  # from now on only a program can break us, by prlimit: this says so
started, began = time.time(), time.monotonic()
try:
    if trouble:
        raise trouble
    request = Request(sys.argv[1:])
    try:
        wipe_arguments()
    except Exception:
        if request.rest:  # what a later case is given must be readable nowhere
            raise
    job = Job(request)
    if request.asks_for_more():
        add(WATCH)
        add(MORE)
        job = FullJob(request)
    job.prepare()
except Exception as error:
    add(WATCH)
    said, exit_status = no_program("notstarted", error=describe(error)), 125
else:
    said, exit_status = job.run()
line = log.frame(b"r", json({"key": log.key.hex(), **said}).encode())
log.push(None)
write_message(line.strip())
exit_status = {"deadline": 124, "cputime": 124, "stopped": 143}.get(said["ended"], exit_status)
os._exit(123 if exit_status in (121, 137) else exit_status)  # only our own death says these; the last frame tells
