#!/usr/bin/env python3
"""Sends calls.json to a real SandboxFusion, and writes what it answers to src/test/resources/run_code/recorded.json.

    record.py http://localhost:8080

RecordedCallsTest holds Cupel's answers against that file. The URL is of SandboxFusion itself, never of Cupel.
"""
import json
import pathlib
import sys
import urllib.error
import urllib.request

HERE = pathlib.Path(__file__).parent
TARGET = HERE.parent / "resources" / "run_code" / "recorded.json"


def ask(url, body):
    call = urllib.request.Request(url + "/run_code", body.encode(), {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(call, timeout=120) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def main():
    url = sys.argv[1].rstrip("/")
    recorded = []
    for call in json.loads((HERE / "calls.json").read_text()):
        body = call.get("body") or json.dumps(call["request"])
        status, answer = ask(url, body)
        print(call["name"], status, answer.get("status", answer), file=sys.stderr)
        recorded.append({**call, "status": status, "answer": answer})
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text(json.dumps(recorded, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
