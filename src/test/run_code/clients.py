#!/usr/bin/env python3
"""Runs SandboxFusion's own SDK and tests, and verl's client and its tests, against a Cupel with CUPEL_RUN_CODE=true.

    pip install -r requirements.txt
    clients.py http://localhost:8080

Exits with 1 if anything fails. What is known to differ is listed below by name, with its reason, and left out;
docs/run-code.md tells more.
"""
import concurrent.futures
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent

DIFFERS = {
    "test_python_fetch_files": "writes outside of its working folder",
    "test_isolation_network_external_access": "programs have no network",
    "test_java_external_jar": "the library javatuples is not in the image",
    "test_nodejs_lodash_dep": "the library lodash is not in the image",
    "test_perl_assertion_success": "the library Test::Deep is not in the image",
    "test_integration_concurrency_high_load": "a hundred programs at once: as long as this machine takes",
    "test_integration_concurrency_all_timeout": "a hundred programs at once: as long as this machine takes",
}

# In place of the modules that SandboxFusion's tests import: its models from the SDK, and a client that asks a URL.
STAND_INS = '''
import os, sys, types
import requests
from sandbox_fusion import models

def module(name, **members):
    made = types.ModuleType(name)
    vars(made).update(members)
    sys.modules[name] = made

class TestClient:
    __test__ = False
    def __init__(self, app):
        pass
    def post(self, path, json):
        return requests.post(os.environ["CUPEL_URL"] + path, json=json)

# The SDK's models are those of pydantic 1, and the tests speak to pydantic 2.
for model in (models.RunCodeRequest, models.RunCodeResponse):
    model.model_dump, model.model_dump_json = model.dict, model.json

module("fastapi")
module("fastapi.testclient", TestClient=TestClient)
module("sandbox")
module("sandbox.server")
module("sandbox.server.server", app=None)
module("sandbox.server.sandbox_api", **vars(models))
module("sandbox.runners", **vars(models))
'''


def sdk(url):
    from sandbox_fusion import (RunCodeRequest, RunStatus, SummaryMapping, run_code, run_concurrent, set_endpoint,
                                summary_run_code_result)
    set_endpoint(url)
    mapping = SummaryMapping(CompileFailed="compile", CompileTimeout="compile time", RunFailed="run", RunTimeout="time")
    cases = [
        ("Success", dict(code="print(input())", language="python", stdin="hi")),
        ("run", dict(code="1/0", language="python")),
        ("time", dict(code="import time; time.sleep(9)", language="python", run_timeout=0.7)),
        ("compile", dict(code="int main() { return x; }", language="cpp")),
        ("compile time", dict(code="#include <regex>\nint main() {}", language="cpp", compile_timeout=0.05)),
        ("Success", dict(code="int main() {}", language="cpp")),
    ]
    failed = 0
    for expected, request in cases:
        result = run_code(RunCodeRequest(**request), max_attempts=1)
        told = summary_run_code_result(result, mapping)
        ok = told == expected
        failed += not ok
        print("ok  " if ok else "FAIL", "SDK", request["language"], expected, "" if ok else f"was {told}: {result}")
    requests = [RunCodeRequest(code=f"print({i})", language="python") for i in range(40)]
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda request: run_code(request, max_attempts=1), requests))
    ok = all(result.status == RunStatus.Success and result.run_result.stdout == f"{i}\n"
             for i, result in enumerate(results))
    print("ok  " if ok else "FAIL", "SDK 40 programs, 8 at once")
    return failed + (not ok)


def pytest(folder, env, *options):
    deselected = " and ".join("not " + name for name in DIFFERS)
    env = {**os.environ, **env, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "pytest", "-q", "-rfE", "--tb=short", "-o", "asyncio_mode=auto", *options]
    failed = subprocess.run([*command, "-k", deselected], cwd=folder, env=env).returncode != 0
    # Programs have seconds, and the machine may be busy: what failed may try once more.
    return failed and subprocess.run([*command, "--last-failed"], cwd=folder, env=env).returncode != 0


def fusion_tests(url):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        shutil.copytree(HERE / "sandbox_fusion", folder, dirs_exist_ok=True)
        (folder / "stand_ins.py").write_text(STAND_INS)
        return pytest(folder, {"CUPEL_URL": url}, "-p", "stand_ins")


def verl_tests(url):
    """Only the client's own file: the rest of verl wants PyTorch."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        package = folder / "verl" / "utils" / "reward_score" / "sandbox_fusion"
        package.mkdir(parents=True)
        for above in [package, *list(package.parents)[:3]]:
            (above / "__init__.py").touch()
        shutil.copy(HERE / "verl" / "utils.py", package)
        shutil.copy(HERE / "verl" / "test_sandbox_fusion_on_cpu.py", folder)
        return pytest(folder, {"SANDBOX_FUSION_URL": url + "/run_code"})


def main():
    url = sys.argv[1].rstrip("/")
    failed = 0
    for name, part in (("SandboxFusion's SDK", sdk), ("SandboxFusion's tests", fusion_tests), ("verl's tests", verl_tests)):
        print(f"== {name}", flush=True)
        failed += bool(part(url))
    for name, why in DIFFERS.items():
        print(f"left out: {name}: {why}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
