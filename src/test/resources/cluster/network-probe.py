"""Says which of its arguments NAME=HOST:PORT it reaches. For "dns" the host is its own name server, and what counts is an answer.

In a Pod it answers whoever asks (GET /) with their names. As the program of a Job, with "once" as its first argument, it prints those
that it still reached after some seconds: some network plugins fence a Pod only when it runs already.
"""

import concurrent.futures, http.server, json, socket, sys, threading, time


def ask_dns():
    with open("/etc/resolv.conf") as file:
        host = next(line.split()[1] for line in file if line.startswith("nameserver"))
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.settimeout(2)
        s.connect((host, 53))
        s.send(b"\x12\x34\x01\0\0\x01\0\0\0\0\0\0\x0akubernetes\x07default\x03svc\x07cluster\x05local\0\0\x01\0\x01")
        s.recv(512)


def reaches(address):
    try:
        if address == "dns":
            ask_dns()
        else:
            host, port = address.rsplit(":", 1)
            socket.create_connection((host.strip("[]"), int(port)), 2).close()
        return True
    except OSError:
        return False


once = sys.argv[1:2] == ["once"]
targets = dict(word.split("=", 1) for word in sys.argv[1 + once :])


def reached():
    with concurrent.futures.ThreadPoolExecutor(32) as pool:
        return [name for name, is_so in zip(targets, pool.map(reaches, targets.values())) if is_so]


class Probe(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = json.dumps(reached()).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


if once:
    time.sleep(6)
    print(json.dumps(reached()))
else:
    # What it listens on beside: a function's ports, and one of an API server.
    for port in (8012, 9090, 6443):
        threading.Thread(target=http.server.ThreadingHTTPServer(("", port), Probe).serve_forever).start()
    http.server.ThreadingHTTPServer(("", 8080), Probe).serve_forever()
