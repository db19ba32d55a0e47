"""The server's description against its routes, by schemathesis: what it allows is answered as it says, what it forbids is refused."""
import json
import urllib.request

import pytest
import schemathesis
from conftest import ROOT, picture_url
from hypothesis import HealthCheck, assume, given, settings
from schemathesis import GenerationMode

FILE = ROOT / "resources" / "server" / "openapi.json"
TOKENS = 2  # of an answer: what is tried is the door, not the model
TRIALS = 25
PICTURE = picture_url("label.png")
DOCUMENT = schemathesis.openapi.from_path(str(FILE))
OPERATIONS = [result.ok() for result in DOCUMENT.get_all_operations()]


def made_whole(case):
    """Gives a generated question what no schema can say: media are real ones, what needs another member has it, answers are short."""
    if (case.media_type or "").startswith(("image/", "video/")):
        prompt = (case.query or {}).get("prompt")
        assume(prompt and "\0" not in prompt and case.media_type != "video/mp4")  # clips: the tests of core/input
    elif case.media_type == "multipart/form-data":
        case.body.pop("image", None)  # the documented examples send files
        case.body.pop("video", None)
        case.body["max_tokens"] = TOKENS
        if "request" in case.body:
            case.body["request"] = json.dumps({"top_k": 1} if "prompt" in case.body else {"prompt": "?"})
    elif isinstance(case.body, dict):
        make_json_whole(case.body)


def without_nul(value):
    """Where a member may be anything, its texts may still hold no NUL."""
    if isinstance(value, str):
        return value.replace("\0", "0")
    if isinstance(value, list):
        return [without_nul(one) for one in value]
    return {without_nul(name) or "0": without_nul(one) for name, one in value.items()} if isinstance(value, dict) else value


def make_json_whole(body):
    for name in list(body):
        body[name] = without_nul(body[name])
        if body[name] is None and name not in ("user", "seed", "stop", "temperature", "max_batch", "step_tokens"):
            del body[name]  # counts as left out; the code below need not know
    if "messages" not in body and "prompt" not in body:
        return  # no question
    for name in ("max_tokens", "max_completion_tokens"):
        body.pop(name, None)
    body["max_tokens"] = TOKENS
    for message in body.get("messages", []) + body.get("history", []):
        for part in message["content"] if isinstance(message.get("content"), list) else []:
            if part["type"] != "text":
                part.clear()
                part.update(type="image_url", image_url={"url": PICTURE})
        for call in message.get("tool_calls", []):
            call["function"]["arguments"] = '{"city": "Oslo"}'
    if "image" in body:
        body["image"] = [PICTURE]
    if "model" in body:
        body["model"] = "fovea-mini"
    if "top_logprobs" in body:
        body["logprobs"] = True
    if "stream_options" in body:
        body["stream"] = True
    if "json_schema" in body.get("response_format", {}):
        body["response_format"]["json_schema"]["schema"] = {"type": "boolean"}
    if "mm_processor_kwargs" in body:
        body["mm_processor_kwargs"] = {"max_pixels": 100_000}
    body.pop("continue_final_message", None)
    if "response_format" in body or "preset" in body:
        for name in ("tools", "ignore_eos", *(["response_format"] if "preset" in body else [])):
            body.pop(name, None)


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["allowed", "forbidden"])
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.label)
def test_a_route_answers_as_described(server, operation, mode):
    tried = 0

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(max_examples=TRIALS, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    def ask(case):
        nonlocal tried
        tried += 1
        if mode == GenerationMode.POSITIVE:
            made_whole(case)
        case.call_and_validate(base_url=server.address)

    if mode == GenerationMode.NEGATIVE and not (operation.body or operation.path_parameters or operation.query):
        return  # nothing of it can be wrong
    ask()
    assert tried > 0


def test_the_document_is_served_as_it_is(server):
    with urllib.request.urlopen(server.address + "/openapi.json") as reply:
        assert json.load(reply) == json.loads(FILE.read_text())
