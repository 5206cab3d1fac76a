# Prints each result once, a line of JSON each. The broker tells a result at least once: one that comes again has the same source and id.
import http.server
import json

told = set()


class Receiver(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        result = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        event = self.headers["ce-source"], self.headers["ce-id"]
        if event not in told:
            # First keep it, then answer: what is answered with 2xx is never sent again.
            print(json.dumps(result, ensure_ascii=False), flush=True)
            told.add(event)
        self.send_response(204)  # No event as the answer.
        self.end_headers()

    def log_message(self, *_):
        pass


http.server.ThreadingHTTPServer(("", 8080), Receiver).serve_forever()
