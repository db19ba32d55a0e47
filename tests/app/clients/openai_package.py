"""OpenAI's own Python package against the server."""
import asyncio
import base64
import json

import openai
import pytest
from conftest import ROOT, question_of
from pydantic import BaseModel, Field

MODEL = "fovea-mini"
TOOLS = [{"type": "function", "function": {"name": "weather", "description": "The weather in a city", "parameters": {
    "type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}}}]
HELLO = [{"role": "user", "content": "What is the title?"}]  # the model in the box has words for it without a picture, too


@pytest.fixture
def client(server):
    with openai.OpenAI(base_url=server.address + "/v1", api_key="none", max_retries=0) as made:
        yield made


def test_models_are_listed_and_shown(client):
    listed = client.models.list()
    assert [model.id for model in listed] == [MODEL]
    assert client.models.retrieve(MODEL).id == MODEL
    with pytest.raises(openai.NotFoundError) as refused:
        client.models.retrieve("another")
    assert refused.value.code == "model_not_found"


def test_a_picture_is_read(client, samples):
    for sample in samples:
        answer = client.chat.completions.create(model=MODEL, messages=question_of(sample), temperature=0)
        assert answer.choices[0].message.content == sample["said"], sample
        assert answer.choices[0].finish_reason == "stop"
        assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens
        assert answer._request_id and answer.id.endswith(answer._request_id)


def test_a_clip_is_watched(client):
    clip = base64.b64encode((ROOT / "tests" / "data" / "images" / "clip.mp4").read_bytes()).decode()
    content = [{"type": "video_url", "video_url": {"url": "data:video/mp4;base64," + clip}}, {"type": "text", "text": "What happens?"}]
    answer = client.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": content}], temperature=0, max_tokens=8)
    assert answer.choices[0].message.content
    [seen] = answer.model_extra["vision"]
    assert seen["kind"] == "clip" and len(seen["frames"]) > 1 and seen["tokens"] > 0


def test_a_stream_is_the_whole_answer_in_pieces_and_its_usage(client, samples):
    asked = {"model": MODEL, "messages": question_of(samples[0]), "temperature": 0}
    whole = client.chat.completions.create(**asked)
    chunks = list(client.chat.completions.create(**asked, stream=True, stream_options={"include_usage": True}))
    texts = [chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices]
    assert "".join(texts) == whole.choices[0].message.content
    assert sum(text != "" for text in texts) > 3, "it came at once, not as it was made"
    assert chunks[-1].choices == [] and chunks[-1].usage == whole.usage
    assert len({chunk.id for chunk in chunks}) == 1


def test_the_packages_own_stream_helper_understands_it(client, samples):
    with client.chat.completions.stream(model=MODEL, messages=question_of(samples[-1]), temperature=0) as stream:
        kinds = {event.type for event in stream}
        final = stream.get_final_completion()
    assert {"chunk", "content.delta", "content.done"} <= kinds
    assert final.choices[0].message.content == samples[-1]["said"]


def test_a_stream_can_be_left(client):
    stream = client.chat.completions.create(model=MODEL, messages=HELLO, stream=True, max_tokens=4000, extra_body={"ignore_eos": True})
    next(iter(stream))
    stream.close()
    assert client.chat.completions.create(model=MODEL, messages=HELLO, max_tokens=2).usage.completion_tokens <= 2


class Card(BaseModel):
    title: str = Field(max_length=20)  # a model as small as this one may never end a text by itself
    room: int
    valid: bool


def test_a_schema_is_kept_to(client, samples):
    form = question_of({"file": "form.png", "question": "What is the room?"})
    parsed = client.chat.completions.parse(model=MODEL, messages=form, response_format=Card, temperature=0, max_tokens=400)
    assert isinstance(parsed.choices[0].message.parsed, Card)
    anything = client.chat.completions.create(model=MODEL, messages=form, response_format={"type": "json_object"}, temperature=0, max_tokens=400)
    if anything.choices[0].finish_reason == "stop":
        assert isinstance(json.loads(anything.choices[0].message.content), dict)


def test_logprobs_cover_the_answer(client, samples):
    answer = client.chat.completions.create(model=MODEL, messages=question_of(samples[-1]), temperature=0, logprobs=True, top_logprobs=3)
    tokens = answer.choices[0].logprobs.content
    said = b"".join(bytes(token.bytes) for token in tokens)
    assert said.decode().startswith(samples[-1]["said"])
    for token in tokens:
        assert token.logprob <= 0 and len(token.top_logprobs) == 3
        assert token.logprob == pytest.approx(max(top.logprob for top in token.top_logprobs)), "greedy takes the likeliest"


def test_choices_seeds_stops_and_lengths(client, samples):
    asked = {"model": MODEL, "messages": question_of(samples[0]), "temperature": 1.0, "seed": 7, "n": 3}
    first, second = (client.chat.completions.create(**asked) for _ in range(2))
    assert [choice.index for choice in first.choices] == [0, 1, 2]
    assert [c.message.content for c in first.choices] == [c.message.content for c in second.choices]
    word = samples[0]["said"].split()[2]
    stopped = client.chat.completions.create(model=MODEL, messages=question_of(samples[0]), temperature=0, stop=[word])
    assert stopped.choices[0].message.content == samples[0]["said"].split(word)[0]
    cut = client.chat.completions.create(model=MODEL, messages=question_of(samples[0]), temperature=0, max_completion_tokens=2)
    assert cut.choices[0].finish_reason == "length" and cut.usage.completion_tokens == 2


def test_tools_are_called(tool_server):
    with openai.OpenAI(base_url=tool_server.address + "/v1", api_key="none") as client:
        asked = {"model": "scripted", "messages": HELLO, "tools": TOOLS}
        choice = client.chat.completions.create(**asked).choices[0]
        assert choice.finish_reason == "tool_calls"
        call = choice.message.tool_calls[0]
        assert (call.type, call.function.name, json.loads(call.function.arguments)) == ("function", "weather", {"city": "Oslo"})
        with client.chat.completions.stream(**asked) as stream:
            streamed = stream.get_final_completion().choices[0]
        assert streamed.finish_reason == "tool_calls"
        assert streamed.message.tool_calls[0].function.arguments == call.function.arguments
        follow = [*HELLO, choice.message.model_dump(exclude_none=True), {"role": "tool", "tool_call_id": call.id, "content": "Rain"}]
        assert client.chat.completions.create(model="scripted", messages=follow, tools=TOOLS).choices


def test_tools_are_taken_by_a_model_that_knows_none(client):
    answer = client.chat.completions.create(model=MODEL, messages=HELLO, tools=TOOLS, tool_choice="auto", temperature=0, max_tokens=20)
    assert answer.choices[0].message.content and not answer.choices[0].message.tool_calls


def test_thirty_two_at_once_say_what_each_says_alone(server, samples):
    asked = [samples[i % len(samples)] for i in range(32)]
    async def all_at_once():
        async with openai.AsyncOpenAI(base_url=server.address + "/v1", api_key="none", max_retries=0) as many:
            async def whole(one):
                answer = await many.chat.completions.create(model=MODEL, messages=question_of(one), temperature=0)
                return answer.choices[0].message.content

            async def streamed(one):
                stream = await many.chat.completions.create(model=MODEL, messages=question_of(one), temperature=0, stream=True)
                return "".join([chunk.choices[0].delta.content or "" async for chunk in stream if chunk.choices])

            return await asyncio.gather(*(streamed(one) if i % 2 else whole(one) for i, one in enumerate(asked)))

    assert asyncio.run(all_at_once()) == [one["said"] for one in asked]


@pytest.mark.parametrize("changed, param", [
    ({"temperature": -1}, "temperature"), ({"n": 10**9}, "n"), ({"top_p": 2}, "top_p"), ({"max_tokens": -1}, "max_tokens"),
    ({"extra_body": {"unheard_of": 1}}, "unheard_of"), ({"messages": []}, "messages"),
    ({"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}]}]}, None),
])
def test_what_is_wrong_is_a_bad_request_that_names_it(client, changed, param):
    with pytest.raises(openai.BadRequestError) as refused:
        client.chat.completions.create(**{"model": MODEL, "messages": HELLO, **changed})
    assert refused.value.type == "invalid_request_error"
    assert param is None or refused.value.param == param


def test_other_faults_are_the_packages_exceptions(client, locked_server):
    with pytest.raises(openai.NotFoundError):
        client.chat.completions.create(model="gpt-none", messages=HELLO)
    with pytest.raises(openai.NotFoundError):
        client.embeddings.create(model=MODEL, input="x", encoding_format="float")
    with pytest.raises(openai.APIConnectionError):
        openai.OpenAI(base_url="http://127.0.0.1:1/v1", api_key="none", max_retries=0).models.list()
    where = locked_server.address + "/v1"
    with pytest.raises(openai.AuthenticationError):
        openai.OpenAI(base_url=where, api_key="not-the-key-of-this-server-at-all", max_retries=0).models.list()
    with openai.OpenAI(base_url=where, api_key="a-key-of-thirty-two-letters-or-so", max_retries=0) as known:
        for _ in range(3):
            assert known.chat.completions.create(model="scripted", messages=HELLO).choices
        with pytest.raises(openai.RateLimitError) as limited:
            known.chat.completions.create(model="scripted", messages=HELLO)
    assert int(limited.value.response.headers["Retry-After"]) > 0
