"""What comes of a request."""

from __future__ import annotations

import base64
from typing import Any, Dict, List, Mapping, Optional


class CupelError(Exception):
    """No result could be had."""


class Unavailable(CupelError):
    """The server could not be reached, or said "not now" for too long. Nothing is known to be wrong with the request."""


class Rejected(CupelError):
    """The request will never run as asked."""

    def __init__(self, reason: str, field: str, message: str) -> None:
        super().__init__(f"{reason} {field}: {message}")
        self.reason = reason
        self.field = field
        self.message = message


def kept_bytes(content: Optional[Mapping[str, Any]]) -> bytes:
    """The kept bytes of a stream or file."""
    if content is None:
        return b""
    if "base64" in content:
        return base64.b64decode(content["base64"])
    return str(content.get("text", "")).encode("utf-8")


class Result:
    """How a run, or a case of it, ended. `json` is all that the server said."""

    def __init__(self, json: Dict[str, Any]) -> None:
        self.json = json

    @property
    def outcome(self) -> str:
        """success, failure, error, cancelled; of a case also not_run; of run_many also rejected."""
        return str(self.json["outcome"])

    @property
    def reason(self) -> Optional[str]:
        return self.json.get("reason")

    @property
    def ok(self) -> bool:
        """Whether the program ran and exited with 0."""
        return self.outcome == "success"

    @property
    def exit_code(self) -> Optional[int]:
        return self.json.get("exit_code")

    @property
    def stdout(self) -> bytes:
        """What it wrote, byte for byte: the head where it was more than output_limit."""
        return kept_bytes(self.json.get("stdout"))

    @property
    def stderr(self) -> bytes:
        return kept_bytes(self.json.get("stderr"))

    @property
    def cases(self) -> List[Result]:
        """The ends of the cases that were asked for, in that order."""
        return [Result(case) for case in self.json.get("cases", [])]

    @property
    def files(self) -> Dict[str, bytes]:
        """The collected files that the answer holds whole."""
        files = self.json.get("files", {})
        return {path: kept_bytes(file) for path, file in files.items() if not file.get("truncated")}

    def __repr__(self) -> str:
        return f"<Result {self.json.get('eval_id')!r}: {self.outcome}, {self.reason}>"
