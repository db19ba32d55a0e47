"""What the tests of this folder share: the program, servers of it, and the samples with their answers."""
import base64
import json
import pathlib
import urllib.request

import pytest
from serving import Server

ROOT = pathlib.Path(__file__).resolve().parents[3]
SAMPLES = ROOT / "resources" / "samples"


def pytest_addoption(parser):
    parser.addoption("--program", required=True, help="the program `fovea`")
    parser.addoption("--scripted", required=True, help="the same with a synthetic engine, for what the model in the box never says")


@pytest.fixture(scope="session")
def program(request):
    return request.config.getoption("--program")


@pytest.fixture(scope="session")
def scripted_program(request):
    return request.config.getoption("--scripted")


@pytest.fixture(scope="session")
def server(program):
    """The model in the box; no key."""
    with Server(program) as running:
        yield running


@pytest.fixture(scope="session")
def tool_server(scripted_program):
    """An engine whose every answer is a word and a call of `weather`."""
    with Server(scripted_program, FOVEA_SCRIPT="tool") as running:
        yield running


@pytest.fixture(scope="session")
def locked_server(scripted_program, tmp_path_factory):
    """Wants the key "a-key-of-thirty-two-letters-or-so"; takes three questions a minute."""
    keys = tmp_path_factory.mktemp("keys") / "keys"
    keys.write_text("tests a-key-of-thirty-two-letters-or-so\n")
    keys.chmod(0o600)
    with Server(scripted_program, "--keys", str(keys), "--rate-limit", "3") as running:
        yield running


def picture_url(name):
    return "data:image/png;base64," + base64.b64encode((SAMPLES / name).read_bytes()).decode()


def question_of(sample):
    """A sample's question as OpenAI's messages."""
    return [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": picture_url(sample["file"])}},
                                         {"type": "text", "text": sample["question"]}]}]


@pytest.fixture(scope="session")
def samples(server):
    """The samples' questions, their true answers, and what the model says (`said`) when it is asked without any client."""
    questions = json.loads((SAMPLES / "questions.json").read_text())
    for sample in questions:
        body = json.dumps({"messages": question_of(sample), "temperature": 0}).encode()
        request = urllib.request.Request(server.address + "/v1/chat/completions", body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=60) as reply:
            sample["said"] = json.load(reply)["choices"][0]["message"]["content"]
    right = sum(sample["said"] == sample["answer"] for sample in questions)
    assert right * 2 > len(questions), "the model in the box reads most of its samples"
    return questions
