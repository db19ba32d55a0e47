"""Asks the server without any package between: raw HTTP over asyncio, so that what is measured is the server."""
import asyncio
import json
import time
from dataclasses import dataclass


@dataclass
class Answer:
    status: int = 0         # 0: the connection ended before an answer's head
    id: str = ""            # X-Request-Id
    complete: bool = False  # to the last byte: [DONE] of a stream, the whole body otherwise
    retry_after: bool = False
    events: int = 0
    ttft: float = 0.0       # seconds to the first word, as the caller sees it
    told_ttft: float = 0.0  # and as the engine says
    tokens: int = 0

    @property
    def refused(self):
        """Turned away as promised: told so, and when to come again."""
        return self.status in (429, 503) and self.retry_after

    @property
    def lost(self):
        return not self.complete and not self.refused


def body_of(text, **more):
    return json.dumps({"messages": [{"role": "user", "content": text}], **more}).encode()


def head_of(method, path, length=None):
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", "Connection: close"]
    if length is not None:
        lines += ["Content-Type: application/json", f"Content-Length: {length}"]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


async def read_head(reader, answer):
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *fields = head.split("\r\n")
    answer.status = int(first.split()[1])
    named = {name.lower(): value.strip() for name, _, value in (field.partition(":") for field in fields)}
    answer.id = named.get("x-request-id", "")
    answer.retry_after = "retry-after" in named
    return named


async def chunks(reader):
    """The pieces of a chunked body."""
    while size := int(await reader.readline(), 16):
        yield (await reader.readexactly(size + 2))[:-2]


async def ask(port, text, on_event=None, **more):
    """One question as a stream, read to its end. `on_event` is called after each piece and may raise."""
    answer = Answer()
    began = time.perf_counter()
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return answer
    try:
        body = body_of(text, stream=True, stream_options={"include_usage": True}, **more)
        writer.write(head_of("POST", "/v1/chat/completions", len(body)) + body)
        await read_head(reader, answer)
        if answer.status != 200:
            return answer
        last = b""
        async for piece in chunks(reader):
            last = piece
            answer.events += piece.count(b"data: {")
            if not answer.ttft and b'"content":"' in piece.replace(b'"content":""', b""):
                answer.ttft = time.perf_counter() - began
            if on_event:
                on_event(answer)
        answer.complete = last.endswith(b"data: [DONE]\n\n")
        final = [line for line in last.split(b"\n\n") if b'"usage"' in line]
        if final:
            told = json.loads(final[-1][6:])
            answer.told_ttft, answer.tokens = told["timings"]["ttft"], told["usage"]["completion_tokens"]
    except (OSError, asyncio.IncompleteReadError, ValueError):
        answer.complete = False
    finally:
        writer.close()
    return answer


async def get(port, path):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(head_of("GET", path))
        await reader.readuntil(b"\r\n\r\n")
        return (await reader.read()).decode()
    finally:
        writer.close()


async def gauge(port, name):
    """A number of /metrics."""
    for line in (await get(port, "/metrics")).splitlines():
        if line.startswith(name + " "):
            return float(line.split()[1])
    raise LookupError(name)
