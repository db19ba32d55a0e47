"""`fovea ps` beside real servers."""
import json
import os
import signal
import subprocess
import urllib.request

import pytest
from serving import Server


@pytest.fixture
def slow_server(scripted_program):
    with Server(scripted_program, FOVEA_SCRIPT="slow") as running:
        yield running


def listed(program, server, **environment):
    done = subprocess.run([program, "ps", "--json"], env={**server.environment, **environment}, capture_output=True, text=True, timeout=60, check=True)
    return json.loads(done.stdout)["servers"]


def test_a_server_is_listed_with_its_model_and_requests(program, slow_server):
    alone = listed(program, slow_server)
    assert [(one["pid"], one["url"], one["model"], one["ready"], one["in_flight"]) for one in alone] == [
        (slow_server.process.pid, slow_server.address, "scripted", True, 0)]
    assert alone[0]["requests"] == []
    body = json.dumps({"messages": [{"role": "user", "content": "?"}], "stream": True}).encode()
    request = urllib.request.Request(slow_server.address + "/v1/chat/completions", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as stream:
        stream.readline()
        one = listed(program, slow_server)[0]
        assert one["in_flight"] == 1
        assert [(asked["id"], asked["state"], asked["caller"]) for asked in one["requests"]] == [(stream.headers["X-Request-Id"], "decode", "127.0.0.1")]
        text = subprocess.run([program, "ps"], env=slow_server.environment, capture_output=True, text=True, timeout=60, check=True).stdout
    assert slow_server.address in text and "scripted" in text and "ready" in text
    assert stream.headers["X-Request-Id"] in text and "decode" in text


def test_one_that_was_killed_is_not(program, scripted_program):
    server = Server(scripted_program)
    try:
        marks = os.path.join(server.state.name, "fovea", "servers")
        assert len(os.listdir(marks)) == 1 and len(listed(program, server)) == 1
        server.process.send_signal(signal.SIGKILL)
        server.process.wait(60)
        assert len(os.listdir(marks)) == 1
        assert listed(program, server) == []
        assert os.listdir(marks) == []
    finally:
        server.stop()


def test_one_that_ended_leaves_nothing(scripted_program):
    server = Server(scripted_program)
    marks = os.path.join(server.state.name, "fovea", "servers")
    server.process.terminate()
    server.process.wait(60)
    left = os.listdir(marks)
    server.stop()
    assert left == []


def test_a_key_is_needed_where_one_is_set(program, locked_server):
    assert "FOVEA_SERVER_KEY" in listed(program, locked_server)[0]["fault"]
    assert listed(program, locked_server, FOVEA_SERVER_KEY="a-key-of-thirty-two-letters-or-so")[0]["ready"]
