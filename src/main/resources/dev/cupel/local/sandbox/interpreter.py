"""Says in one line of JSON which files this interpreter needs to run in a sandbox, by the paths it looks for them.

Run as -I -S -c: nothing of the user's own is imported, so a virtualenv is told by its pyvenv.cfg.
"""
import glob
import json
import os
import sys
import sysconfig


def libraries(folders):
    """What the loader finds for the interpreter and its extension modules, by the names it looks for."""
    import ctypes

    for folder in folders:
        for module in glob.glob(os.path.join(folder, "lib-dynload", "*.so")):
            try:
                ctypes.CDLL(module)
            except OSError:
                pass  # It could not be imported here, either.

    class Info(ctypes.Structure):
        _fields_ = [("address", ctypes.c_void_p), ("name", ctypes.c_char_p)]

    names = set()

    @ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(Info), ctypes.c_size_t, ctypes.c_void_p)
    def note(info, _size, _data):
        names.add(os.fsdecode(info.contents.name or b""))
        return 0

    ctypes.CDLL(None).dl_iterate_phdr(note, None)
    return names


def mapped():
    """The same without ctypes, as far as the kernel tells."""
    with open("/proc/self/maps") as file:
        return {line.split(None, 5)[-1].strip() for line in file if ".so" in line}


def main():
    executable = sys.executable
    version = "python%d.%d" % sys.version_info[:2]
    folder = os.path.dirname(executable)
    needed = [sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib")] + sys.path
    folders = [path for path in needed if os.path.isabs(path) and os.path.isdir(path)]
    files = [path for path in needed if os.path.isabs(path) and os.path.isfile(path)]
    for config in os.path.join(folder, "pyvenv.cfg"), os.path.join(os.path.dirname(folder), "pyvenv.cfg"):
        if os.path.isfile(config):
            venv = os.path.dirname(config)
            files.append(config)
            for lib in "lib", "lib64":
                packages = os.path.join(venv, lib, version, "site-packages")
                folders += [packages] if os.path.isdir(packages) else []
            break
    conda = os.path.join(sys.base_prefix, "conda-meta")
    if os.path.isdir(conda):  # its packages' libraries lie beside the interpreter's
        folders.append(os.path.join(sys.base_prefix, "lib"))
    try:
        loaded = libraries(folders)
    except Exception:
        try:
            loaded = mapped()
        except OSError:
            loaded = []  # no Linux
    files += [path for path in map(os.path.normpath, loaded) if os.path.isabs(path) and os.path.isfile(path)]
    print(json.dumps({"executable": executable, "folders": sorted(set(folders)), "files": sorted(set(files))}))


main()
