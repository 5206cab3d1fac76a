"""What the benchmarks share: the lab's script, a Python of their own, the administrator's connection, and the image's training."""
import base64
import contextlib
import os
import pathlib
import ssl
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
PROJECT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT / "src/main/docker"))
import train  # for those who measure an image

LAB = os.environ.get("LAB", str(PROJECT / "../shared/lab/lab"))
CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache"))
VENV = pathlib.Path(os.environ.get("VENV", CACHE / "cupel/bench"))
# As pip calls them, and as Python does.
PACKAGES = {"aiohttp": "aiohttp", "fastapi": "fastapi", "kubernetes": "kubernetes", "uvicorn": "uvicorn", "pyyaml": "yaml"}


def say(text):
    print(text, file=sys.stderr, flush=True)


def lab(*arguments, text=None):
    """What the lab's script prints."""
    if not os.access(LAB, os.X_OK):
        sys.exit(f"no lab at {LAB}; say where it is with LAB=…")
    return subprocess.run([LAB, *arguments], check=True, text=True, input=text, stdout=subprocess.PIPE).stdout


def kubectl(*arguments, text=None):
    return lab("kubectl", *arguments, text=text)


def python():
    """A Python with the packages that clients and rivals need."""
    command = VENV / "bin/python"
    imports = [command, "-c", "import " + ", ".join(PACKAGES.values())]
    if not command.exists() or subprocess.run(imports, stderr=subprocess.DEVNULL).returncode:
        say("installing what the rivals need, into a folder of its own")
        subprocess.run([sys.executable, "-m", "venv", VENV], check=True, stdout=sys.stderr)
        subprocess.run([command, "-m", "pip", "-q", "--disable-pip-version-check", "install", *PACKAGES], check=True, stdout=sys.stderr)
    return command


def jdk():
    for home in filter(None, [os.environ.get("JAVA_HOME"), *map(str, pathlib.Path("/usr/lib/jvm").glob("*"))]):
        release = pathlib.Path(home) / "release"
        if release.exists() and 'JAVA_VERSION="25' in release.read_text():
            return pathlib.Path(home)
    sys.exit("no JDK 25; say where it is with JAVA_HOME=…")


def run_inside(script, arguments, **environment):
    """Runs a script again inside the lab's network namespace, and says how it ended."""
    env = os.environ | {"KUBECONFIG": lab("kubeconfig").strip()} | environment
    return subprocess.run([LAB, "shell", python(), script, "--inside", *arguments], env=env).returncode


@contextlib.asynccontextmanager
async def session(seconds=300):
    """The API server's address, and an aiohttp session with the administrator's certificate."""
    import aiohttp
    import yaml

    kube = yaml.safe_load(pathlib.Path(os.environ["KUBECONFIG"]).read_text())
    cluster, user = kube["clusters"][0]["cluster"], kube["users"][0]["user"]
    context = ssl.create_default_context(cadata=base64.b64decode(cluster["certificate-authority-data"]).decode())
    with tempfile.NamedTemporaryFile() as pem:
        pem.write(base64.b64decode(user["client-certificate-data"]) + base64.b64decode(user["client-key-data"]))
        pem.flush()
        context.load_cert_chain(pem.name)
    connector, timeout = aiohttp.TCPConnector(limit=0, ssl=context), aiohttp.ClientTimeout(total=seconds)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout) as client:
        yield cluster["server"], client
