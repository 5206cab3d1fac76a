"""Copies the interpreter and the supervisor from /cupel into an empty folder: all that the init container does.

python3 -I -S -u -X utf8 /cupel/copy.pyc FOLDER
"""
import posix
import sys


def copy(source, target):
    try:
        names = posix.listdir(source)
    except NotADirectoryError:
        with open(source, "rb", 0) as data, open(target, "xb", 0) as copied:
            while posix.sendfile(copied.fileno(), data.fileno(), None, 1 << 24):
                pass
            posix.fchmod(copied.fileno(), posix.fstat(data.fileno()).st_mode & 0o755)
    else:
        posix.mkdir(target, 0o755)
        for name in names:
            copy(source + "/" + name, target + "/" + name)


try:
    for part in "bin", "lib", "supervisor.py", "supervisor.pyc":  # beside them lie the runtime's /proc and /dev
        copy("/cupel/" + part, sys.argv[1] + "/" + part)
except OSError as error:  # the Pod's status tells it
    sys.exit("cupel: cannot copy the supervisor: %s" % error)
