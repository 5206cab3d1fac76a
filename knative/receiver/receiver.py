# Keeps each result once: as a file in the folder RESULTS, if that is set, and as a line of JSON in the log. The broker tells a result at
# least once: one that comes again has the same source and id, and the same Job.
import http.server
import json
import os
import pathlib

told = set()
folder = os.environ.get("RESULTS")


def keep(result):
    """Whole or not at all, and on the disk: a reader never sees half a file, and what was kept outlives this process."""
    kept = pathlib.Path(folder, pathlib.PurePath(result["job_name"]).name + ".json")
    half = kept.with_suffix(".half")
    with open(half, "w", encoding="utf-8") as file:
        json.dump(result, file, ensure_ascii=False)
        file.flush()
        os.fsync(file.fileno())
    half.replace(kept)


class Receiver(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        result = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        event = self.headers["ce-source"], self.headers["ce-id"]
        if event not in told:
            # First keep it, then answer: what is answered with 2xx is never sent again.
            if folder:
                keep(result)
            print(json.dumps(result, ensure_ascii=False), flush=True)
            told.add(event)
        self.send_response(204)  # No event as the answer.
        self.end_headers()

    def log_message(self, *_):
        pass


http.server.ThreadingHTTPServer(("", int(os.environ.get("PORT", "8080"))), Receiver).serve_forever()
