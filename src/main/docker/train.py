#!/usr/bin/env python3
"""Real events for every function, and an API server on loopback to answer them.

    train.py        inside the image's build: makes /app/cupel.aot, then starts every role with it

The Containerfile calls it; src/bench/cold-start imports it, so that what is measured is what was trained. Needs openssl.
"""
import http.client
import json
import os
import pathlib
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

FUNCTIONS = ("render", "submit", "collect")
PROGRAM = "import json\nprint(json.dumps({'a': 1, 'b': None}))\n"
NOW = "2026-01-01T00:00:00Z"

JAVA, CACHE = "/opt/java/bin/java", "/app/cupel.aot"
PROGRAM_OF_IMAGE = ("@/app/java.options", "-jar", "/app/quarkus-run.jar", "serve")
# A heap that any machine has, so that the cache is not made for the pointers of a large one.
TRAINING = (f"-XX:AOTCacheOutput={CACHE}", "-Xmx512m", "-Dcupel.functions-only=true")
# On which no start goes on without the cache.
CACHED = (f"-XX:AOTCache={CACHE}", "-XX:AOTMode=on")
ROUNDS = 100


def main():
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        with ApiServer(work) as api, open(work / "log", "w+") as log:
            try:
                train(api, log)
                for role in ("api", *FUNCTIONS):
                    check(role, api, log)
                check_traces(api, log)
            finally:
                log.seek(0)
                said = log.read()
                if sys.exc_info()[0] or '"level":"ERROR"' in said:
                    sys.exit(f"train: it went wrong: {sys.exc_info()[1]}\n{said[-6000:]}")
    print(f"train: {CACHE}, {os.path.getsize(CACHE) / 1e6:.0f} MB; every role starts with it and answers")


def train(api, log):
    with Instance([JAVA, *TRAINING, *PROGRAM_OF_IMAGE], "api", api, log) as instance:
        events = Events(api, instance.wait_for_port())
        for role in FUNCTIONS:
            events.play(instance, role, ROUNDS)
        for path in "/q/health/ready", "/q/health/live":
            instance.get(path)
        instance.stop()  # Java writes the cache now.


def check(role, api, log):
    with Instance([JAVA, *CACHED, *PROGRAM_OF_IMAGE], "api", api, log) as all_roles:
        events = Events(api, all_roles.wait_for_port())
        with Instance([JAVA, *CACHED, *PROGRAM_OF_IMAGE], role, api, log) as instance:
            instance.wait_for_port()
            for function in FUNCTIONS if role == "api" else [role]:
                events.play(instance, function, 2)
            for path in "/q/health/ready", "/q/health/live", "/q/metrics":
                instance.get(path)
            if (b"/execute" in instance.get("/q/openapi")) != (role == "api"):
                raise Refused(f"{role} /q/openapi: it describes the calls of api, and api has them")
            instance.stop()
        all_roles.stop()


def check_traces(api, log):
    """The image can send: a render's span comes to a collector on loopback."""
    came = threading.Event()

    class Collector(BaseHTTPRequestHandler):
        def log_message(self, *_):
            pass

        def do_POST(self):
            if self.path == "/v1/traces":
                came.set()
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

    with ThreadingHTTPServer(("127.0.0.1", 0), Collector) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        on = {"OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{server.server_address[1]}"}
        with Instance([JAVA, *CACHED, *PROGRAM_OF_IMAGE], "render", api, log, on) as instance:
            instance.wait_for_port().event(requested("traced"))
            instance.stop()  # Sends what it has.
        server.shutdown()
    if not came.is_set():
        raise Refused("no trace came to the collector")


class Refused(Exception):
    """The program answered otherwise than it should."""


class ApiServer:
    """The part of Kubernetes' API that Cupel calls, over TLS as a Pod finds it. What is created has ended, and its log is what the
    supervisor writes on this machine."""

    def __init__(self, folder):
        self.folder, self.jobs, self.logs = pathlib.Path(folder), {}, {}
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self.handler())
        self.server.daemon_threads = True
        self.url = f"https://127.0.0.1:{self.server.server_address[1]}"
        ca, key = self.folder / "ca.crt", self.folder / "ca.key"
        command = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=train -addext subjectAltName=IP:127.0.0.1"
        subprocess.run([*command.split(), "-keyout", key, "-out", ca], check=True, capture_output=True)
        (self.folder / "token").write_text("train")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(ca, key)
        # The handshake belongs to the connection's own thread, so that one that is slow holds up no other.
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def environment(self, folder=None):
        """Where a program finds it, as in a Pod; its files may be in another folder for that."""
        folder = pathlib.Path(folder or self.folder)
        return {
            "KUBERNETES_SERVICE_HOST": "127.0.0.1",
            "KUBERNETES_SERVICE_PORT": self.url.rpartition(":")[2],
            "KUBERNETES_CERTS_CA_FILE": str(folder / "ca.crt"),
            "KUBERNETES_AUTH_SERVICEACCOUNT_TOKEN": str(folder / "token"),
            "KUBERNETES_TRYKUBECONFIG": "false",
        }

    def create(self, job):
        name = job["metadata"]["name"]
        job["metadata"] |= {"uid": f"uid-{name}", "resourceVersion": "1", "creationTimestamp": NOW}
        job["status"] = {}
        self.jobs[name] = job
        return 201, job

    def end(self, name):
        """The Job as it is when its program has ended."""
        job = self.jobs[name]
        job["status"] = {"succeeded": 1, "conditions": [{"type": "Complete", "status": "True", "lastTransitionTime": NOW}]}
        if name not in self.logs:
            self.logs[name] = supervised(job["spec"]["template"]["spec"]["containers"][0], self.folder)
        return job

    def pod(self, name):
        message = self.logs[name].decode().strip().splitlines()[-1]
        ended = {"exitCode": 0, "reason": "Completed", "startedAt": NOW, "finishedAt": NOW, "message": message}
        status = {"name": "evaluation", "imageID": "train", "state": {"terminated": ended}}
        return {
            "metadata": {"name": f"{name}-pod", "creationTimestamp": NOW},
            "status": {"phase": "Succeeded", "startTime": NOW, "containerStatuses": [status]},
        }

    def answer(self, method, path, query, body):
        parts = path.strip("/").split("/")
        kind, name = parts[5 if parts[0] == "apis" else 4], parts[-1]
        if kind == "jobs" and method == "POST":
            return self.create(json.loads(body))
        if kind == "jobs" and name == "jobs":
            return 200, {"metadata": {}, "items": []}
        if kind == "jobs" and name in self.jobs:
            return 200, self.jobs[name]
        if kind == "pods" and name == "log":
            return 200, self.logs[parts[-2].removesuffix("-pod")]
        if kind == "pods" and name == "pods":
            job = urllib.parse.parse_qs(query)["labelSelector"][0].split("=")[1]
            return 200, {"items": [self.pod(job)]}
        return 404, {"kind": "Status", "code": 404, "reason": "NotFound", "message": path}

    def handler(outer):
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1
            disable_nagle_algorithm = True

            def log_message(self, *_):
                pass

            def answer(self):
                path, _, query = self.path.partition("?")
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                status, answer = outer.answer(self.command, path, query, body)
                raw = isinstance(answer, bytes)
                data = answer if raw else json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "text/plain" if raw else "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_POST = do_PATCH = do_DELETE = answer

        return Handler

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


def supervised(container, folder):
    """What the container writes to its log; run here, which is safe for a program that we know."""
    command = [sys.executable, *container["command"][1:], *container["args"]]
    environment = {"CUPEL_TERMINATION_LOG": str(pathlib.Path(folder) / "termination-log")}
    # The supervisor makes its files and the program's folder where it is.
    return subprocess.run(
        command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=True
    ).stdout


class Instance:
    """A running Cupel with one role, or anything else that listens on its port."""

    def __init__(self, command, role, api, log=subprocess.DEVNULL, environment=None):
        self.port = free_port()
        own = {"CUPEL_ROLE": role, "CUPEL_LOCAL": "false", "QUARKUS_LOG_CONSOLE_JSON_ENABLED": "true"}
        own |= {"QUARKUS_HTTP_PORT": str(self.port), "QUARKUS_HTTP_HOST": "127.0.0.1"}
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "HOME") if name in os.environ}
        command = [argument.replace("PORT", str(self.port)) for argument in map(str, command)]
        self.began = time.perf_counter()
        self.process = subprocess.Popen(
            command, env={**kept, **own, **api.environment(), **(environment or {})}, stdout=log, stderr=log
        )

    def wait_for_port(self, seconds=60):
        while self.seconds() < seconds and self.process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return self
            time.sleep(0.002)
        raise Refused(f"no port after {self.seconds():.1f} s, exit {self.process.poll()}")

    def seconds(self):
        """Since the process was started."""
        return time.perf_counter() - self.began

    def call(self, method, path, headers=None, body=None):
        """The status, the headers, and the body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        data = answer.read()
        connection.close()
        return answer.status, answer.headers, data

    def get(self, path):
        status, _, data = self.call("GET", path)
        if status != 200:
            raise Refused(f"{path}: {status} {data}")
        return data

    def event(self, event):
        """The answer's data and context, for an event that is answered by one."""
        headers = {"Content-Type": "application/json"} | {f"ce-{name}": value for name, value in event["context"].items()}
        status, answered, data = self.call("POST", "/", headers, json.dumps(event["data"]))
        context = {name[3:].lower(): value for name, value in answered.items() if name.lower().startswith("ce-")}
        wanted = event.get("answer")
        if context.get("type") != (wanted and f"dev.cupel.job.{wanted}.v1"):
            raise Refused(f"{event['context']['type']}: {status} {context.get('type')}, wanted {wanted}: {data}")
        return {"context": context, "data": json.loads(data) if data else None}

    def resident(self):
        """Its resident memory in MiB, and how much of that is its own and no page of a file, which all who read the file share."""
        status = dict(line.split(":", 1) for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines())
        return tuple(int(status[name].split()[0]) / 1024 for name in ("VmRSS", "RssAnon"))

    def cpu(self):
        """The CPU seconds that it took so far."""
        return cpu(self.process.pid)

    def stop(self, seconds=180):
        """By SIGTERM, as Kubernetes does."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(seconds)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


def cpu(pid):
    """The CPU seconds that a process took so far."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def context(kind, number):
    return {"specversion": "1.0", "type": kind, "source": "/train", "id": str(number), "time": NOW}


def requested(number):
    data = {"eval_id": f"train-{number}", "code": PROGRAM}
    return {"context": context("dev.cupel.job.requested.v1", number), "data": data, "answer": "rendered"}


def rendered(answer):
    return {**answer, "answer": "submitted"}


def changed(job, number, answer="finished"):
    """A Job as Knative's ApiServerSource tells of it."""
    data = {"apiVersion": "batch/v1", "kind": "Job", **job}
    return {"context": context("dev.knative.apiserver.resource.update", number), "data": data, "answer": answer}


class Events:
    """Events for a function, one after another; what comes before them in the flow was asked of an instance of all functions."""

    def __init__(self, api, all_roles):
        self.api, self.number = api, 0
        self.rendered = [all_roles.event(requested(f"before-{number}")) for number in range(4)]
        for answer in self.rendered:
            all_roles.event(rendered(answer))

    def first(self, role):
        """The event that a cold start is measured by."""
        return self.events(role)[0]

    def events(self, role):
        """One round of a function's own events."""
        self.number += 1
        answer = self.rendered[self.number % len(self.rendered)]
        if role == "render":
            return [requested(self.number)]
        if role == "submit":
            return [rendered(answer)]
        job = self.api.end(answer["data"]["job_name"])
        return [changed(job, self.number), changed({**job, "status": {}}, self.number, None)]

    def play(self, instance, role, rounds):
        for _ in range(rounds):
            for event in self.events(role):
                answer = instance.event(event)
                if event["answer"] == "finished":
                    # `finished` comes back through the broker, to be settled.
                    instance.event({**answer, "answer": None})


if __name__ == "__main__":
    main()
