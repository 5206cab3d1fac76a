# Keeps each result once, byte for byte as it was told: as a file in the folder RESULTS, and as a line of JSON in the
# log. The broker tells a result at least once: what comes again is of the same Job, by its uid, and may hold less. So
# the first is kept.
import http.server
import json
import os
import pathlib
import threading

folder = pathlib.Path(os.environ["RESULTS"])
one_at_a_time = threading.Lock()


def keep(told):
    """Whole or not at all, and on the disk: no reader sees half a file, and what was kept outlives this process."""
    result = json.loads(told)
    kept = folder / (pathlib.PurePath(result["job_name"]).name + ".json")
    if kept.exists() and json.loads(kept.read_bytes())["uid"] == result["uid"]:
        return
    half = kept.with_suffix(".half")
    with open(half, "wb") as file:
        file.write(told)
        file.flush()
        os.fsync(file.fileno())
    half.replace(kept)
    print(json.dumps(result), flush=True)


class Receiver(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        told = self.rfile.read(int(self.headers["Content-Length"]))
        # First keep it, then answer: what is answered with 2xx is never sent again.
        with one_at_a_time:
            keep(told)
        self.send_response(204)  # No event as the answer.
        self.end_headers()

    def log_message(self, *_):
        pass


http.server.ThreadingHTTPServer(("", int(os.environ.get("PORT", "8080"))), Receiver).serve_forever()
