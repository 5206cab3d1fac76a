import sys


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
            text = _io.TextIOWrapper(buffer, encoding, errors, "\n", True)
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
    whole([(15, 952831), (15, 952832)])
sys.path[:] = [folder for folder in sys.path if folder != '/work/w-supervisor/.cupel']
sys.path_importer_cache.pop('/work/w-supervisor/.cupel', None)
me = sys.modules.pop("sitecustomize")
import sitecustomize  # the image's own; if there is none, site expects this very error
