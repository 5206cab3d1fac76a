"""Runs a job with the client that openapi-python-client makes of Cupel's OpenAPI document. mypy --strict checks it."""

import sys

from cupel_client import Client
from cupel_client.api.functions import execute
from cupel_client.api.jobs import get_job, get_stdout
from cupel_client.models import JobAccepted, JobFinished, JobRequest, Problem, StreamOutput
from cupel_client.types import File


def main(url: str) -> None:
    client = Client(base_url=url)
    request = JobRequest(eval_id="generated-python", code="print(6 * 7)", args=["a"])
    result = execute.sync(client=client, body=request, prefer="wait=60")
    assert isinstance(result, JobFinished), result
    exit_code: int | None = result.exit_code
    assert exit_code == 0 and result.outcome == "success", result
    assert isinstance(result.stdout, StreamOutput) and result.stdout.text == "42\n", result
    wall: float = result.usage.wall_seconds if result.usage else 0.0
    assert wall > 0, result

    again = get_job.sync(result.job_name, client=client)
    assert isinstance(again, JobFinished) and again.uid == result.uid, again
    stream = get_stdout.sync(result.job_name, client=client)
    assert isinstance(stream, File) and stream.payload.read() == b"42\n", stream

    accepted = execute.sync(client=client, body=JobRequest(eval_id="generated-python", code="pass"))
    assert isinstance(accepted, JobAccepted) and accepted.status == "created", accepted
    refused = execute.sync(client=client, body=JobRequest(eval_id="generated-python", code=""))
    assert isinstance(refused, Problem) and refused.field == "/code", refused
    print("done")


main(sys.argv[1])
