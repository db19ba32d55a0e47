"""LangChain's client of OpenAI's API against the server."""
import pytest
from conftest import question_of
from langchain_core.messages import HumanMessage, ToolMessage
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI
from pydantic import BaseModel, Field


@pytest.fixture
def chat(server):
    return ChatOpenAI(base_url=server.address + "/v1", api_key="none", model="fovea-mini", temperature=0, max_retries=0)


def message_of(sample):
    return HumanMessage(content=question_of(sample)[0]["content"])


def test_a_picture_is_read_whole_and_in_pieces(chat, samples):
    for sample in samples[:4]:
        answer = chat.invoke([message_of(sample)])
        assert answer.content == sample["said"]
        assert answer.usage_metadata["output_tokens"] > 0
    pieces = list(chat.stream([message_of(samples[0])]))
    assert "".join(piece.content for piece in pieces) == samples[0]["said"]
    assert sum(piece.content != "" for piece in pieces) > 3


def test_many_at_once(chat, samples):
    answers = chat.batch([[message_of(sample)] for sample in samples])
    assert [answer.content for answer in answers] == [sample["said"] for sample in samples]


class Receipt(BaseModel):
    shop: str = Field(max_length=20)
    items: int


def test_structured_output(chat):
    structured = chat.with_structured_output(Receipt, method="json_schema")
    answer = structured.invoke([message_of({"file": "receipt.png", "question": "What is the name of the shop?"})])
    assert isinstance(answer, Receipt)


@tool
def weather(city: str) -> str:
    """The weather in a city."""
    return f"Rain in {city}"


def test_tools(tool_server):
    chat = ChatOpenAI(base_url=tool_server.address + "/v1", api_key="none", model="scripted").bind_tools([weather])
    asked = HumanMessage("What is the weather in Oslo?")
    answer = chat.invoke([asked])
    assert [(call["name"], call["args"]) for call in answer.tool_calls] == [("weather", {"city": "Oslo"})]
    result = weather.invoke(answer.tool_calls[0])
    assert isinstance(result, ToolMessage)
    assert chat.invoke([asked, answer, result]).tool_calls
