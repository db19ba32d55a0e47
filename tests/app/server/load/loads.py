"""The loads. Each takes what it needs, runs, and gives the figures that it saw: [(what, value, unit, goal)], goal ("<=" or ">=", number)."""
import asyncio
import base64
import json
import os
import random
import socket
import statistics
import time
from collections import Counter

from hostile_callers import Siege
from questions import ask, gauge
from watched_server import HealthProbe, WatchedServer

QUESTION = "What is the title?"  # the model in the box has words for it without a picture, too

HELD = 1000
MOST_SIEGES = 6
GROWTH = 5.0  # per cent of resident memory that a siege may leave behind
SETTLING = 10  # seconds within which the server gives memory back


async def until(holds, seconds):
    """How long it took until `holds()`; raises after `seconds`."""
    began = time.perf_counter()
    while not await holds():
        if time.perf_counter() - began > seconds:
            raise TimeoutError
        await asyncio.sleep(0.01)
    return time.perf_counter() - began


class Begun:
    """Counts the answers of which something came."""

    def __init__(self):
        self.answers = {}  # by identity, kept so that none is counted for another
        self.more = asyncio.Event()

    def note(self, answer):
        self.answers[id(answer)] = answer
        self.more.set()

    async def wait_for(self, count):
        while len(self.answers) < count:
            self.more.clear()
            await asyncio.wait_for(self.more.wait(), 120)


async def at_rate(port, rate, seconds, answers):
    """Questions at random moments, `rate` a second on average, whatever the answers take; waits for the last answer."""
    asked = []
    now = due = time.perf_counter()
    end = now + seconds
    while due < end:
        await asyncio.sleep(max(0.0, due - now))
        asked.append(asyncio.create_task(ask(port, random.choice((QUESTION, "What is this?", "Name a colour.")), max_tokens=16)))
        due += random.expovariate(rate)  # by the clock, so that a slow caller asks no less
        now = time.perf_counter()
    answers += await asyncio.gather(*asked)


async def held_and_loaded(program, seconds):
    """Streams held open while questions come at 5, at 10 and at ever more a second."""
    figures = []
    with WatchedServer(program, "--connections", str(HELD * 3)) as server:
        warm = []
        await at_rate(server.port, 10, min(20, seconds), warm)
        descriptors = server.descriptors()
        begun = Begun()
        holds = [asyncio.create_task(ask(server.port, "hold", on_event=begun.note)) for _ in range(HELD)]
        await begun.wait_for(HELD)
        probe = HealthProbe(server.port)
        settling = []
        await at_rate(server.port, 10, min(60, seconds), settling)
        memory = server.memory()
        for rate in (5, 10):
            answers = []
            await at_rate(server.port, rate, seconds, answers)
            figures += [(f"at {rate} a second for {seconds:.0f} s: questions lost of {len(answers)}", sum(a.lost for a in answers), "", ("<=", 0)),
                        (f"at {rate} a second: refused", sum(a.refused for a in answers), "", ("<=", 0))]
        figures.append(("memory growth meanwhile", 100.0 * (server.memory() / memory - 1.0), "%", ("<=", 5.0)))
        asked, failed, p99 = probe.end()
        figures += [(f"/health without a good answer, of {asked}", failed, "", ("<=", 0)), ("/health, 99th percentile", 1000 * p99, "ms", ("<=", 100.0))]

        probe = HealthProbe(server.port)
        rate, answers = 20, []
        while not any(a.refused for a in answers) and rate <= 2560:
            rate *= 2
            await at_rate(server.port, rate, min(10, seconds), answers)
        figures += [(f"until refusal, at {rate} a second: refused of {len(answers)}", sum(a.refused for a in answers), "", (">=", 1)),
                    ("until refusal: lost", sum(a.lost for a in answers), "", ("<=", 0))]
        asked, failed, p99 = probe.end()
        figures += [(f"until refusal: /health without a good answer, of {asked}", failed, "", ("<=", 0)),
                    ("until refusal: /health, 99th percentile", 1000 * p99, "ms", ("<=", 100.0))]

        figures.append((f"streams still held of {HELD}", sum(not hold.done() for hold in holds), "", (">=", HELD)))
        for hold in holds:
            hold.cancel()
        await asyncio.gather(*holds, return_exceptions=True)

        async def as_before():
            return server.descriptors() <= descriptors

        figures.append(("descriptors as before after", await until(as_before, 60), "s", ("<=", 60.0)))
    return figures


async def left_alone(program, times):
    """Callers who go away in the middle of an answer that would be long."""
    seconds = []
    with WatchedServer(program) as server:

        async def free():
            return await gauge(server.port, "fovea_engine_running") == 0

        for _ in range(times):
            begun = asyncio.Event()
            caller = asyncio.create_task(ask(server.port, QUESTION, on_event=lambda _: begun.set(), max_tokens=4000, ignore_eos=True))
            await begun.wait()
            caller.cancel()
            await asyncio.gather(caller, return_exceptions=True)
            seconds.append(await until(free, 30))
    return [(f"caller gone to slot free, slowest of {times}", max(seconds), "s", ("<=", 1.0))]


def first_words(port, message, times):
    """The same question so often over one connection: each time when the first word was there, and the engine's own time to it."""
    body = json.dumps({"messages": [message], "max_tokens": 4, "stream": True, "stream_options": {"include_usage": True}}).encode()
    request = b"POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
    with socket.create_connection(("127.0.0.1", port)) as caller:
        caller.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for i in range(times + 5):
            answer, first = b"", 0.0
            began = time.perf_counter()
            caller.sendall(request)
            while b"data: [DONE]" not in answer or not answer.endswith(b"0\r\n\r\n"):
                answer += caller.recv(65536)
                if not first and b'"content":"' in answer.replace(b'"content":""', b""):
                    first = time.perf_counter() - began
            usage = next(line for line in answer.split(b"\n\n") if b'"timings"' in line)
            told = json.loads(usage[usage.index(b"data: ") + 6:])["timings"]["ttft"]
            if i >= 5 and first:  # the first few warm up
                yield first, told


def overhead(program, times):
    """What the server adds to the time to the first token: as a caller sees it less what the engine took."""
    with WatchedServer(program) as server:
        added = [first - told for first, told in first_words(server.port, {"role": "user", "content": QUESTION}, times)]
    return [(f"added to the time to first token, median of {len(added)}", 1000 * statistics.median(added), "ms", ("<=", 2.0))]


def carried(program, times):
    """The same about a photograph of 4 MB in Base64, sent to an engine that takes no time."""
    photo = base64.b64encode(b"\x89PNG\r\n\x1a\n" + os.urandom(4_000_000)).decode()
    message = {"role": "user", "content": [{"type": "text", "text": "instant 1"}, {"type": "image_url", "image_url": {"url": "data:image/png;base64," + photo}}]}
    with WatchedServer(program) as server:
        added = [first for first, _ in first_words(server.port, message, times)]
    return [(f"from sending a picture of 4 MB to the first word, median of {len(added)}", 1000 * statistics.median(added), "ms", ("<=", 15.0))]


async def instant(program, callers, tokens):
    """Tokens through SSE when the engine takes no time."""
    with WatchedServer(program) as server:
        await ask(server.port, "instant 100")
        began = time.perf_counter()
        answers = await asyncio.gather(*(ask(server.port, f"instant {tokens}") for _ in range(callers)))
        seconds = time.perf_counter() - began
    events = tokens + 3  # the role, the end, the usage
    said = callers * tokens
    return [(f"{callers} callers, {tokens} tokens each: not all there", sum(a.lost or a.events != events for a in answers), "", ("<=", 0)),
            ("tokens a second through SSE", said / seconds, "", (">=", 20_000.0))]


async def killed(program, times, seconds):
    """SIGKILL amid answers: who got theirs whole has a line in the audit log."""
    acknowledged = missing = 0
    for _ in range(times):
        with WatchedServer(program) as server:
            answers = []

            async def caller():
                while server.process.poll() is None:
                    answers.append(await ask(server.port, QUESTION, max_tokens=2))

            callers = [asyncio.create_task(caller()) for _ in range(8)]
            await asyncio.sleep(seconds * random.uniform(0.5, 1.0))
            await asyncio.to_thread(server.kill)
            await asyncio.gather(*callers)
            noted = {json.loads(line)["id"] for line in server.audit.read_text().splitlines()}
            got = [answer for answer in answers if answer.complete]
            acknowledged += len(got)
            missing += sum(answer.id not in noted for answer in got)
    return [(f"killed {times} times: answers that callers had whole", acknowledged, "", (">=", 1)), ("of these without an audit line", missing, "", ("<=", 0))]


async def ended(program, callers):
    """SIGTERM amid answers: they are finished, no new one is taken, and it ends well."""
    with WatchedServer(program) as server:
        begun = Begun()
        running = [asyncio.create_task(ask(server.port, "slow 20", on_event=begun.note)) for _ in range(callers)]
        await begun.wait_for(callers)
        server.ask_to_end()
        await asyncio.sleep(0.3)
        late = await ask(server.port, QUESTION)
        answers = await asyncio.gather(*running)
        status = await asyncio.to_thread(server.process.wait, 60)
    return [(f"SIGTERM amid {callers} answers: cut", sum(not a.complete for a in answers), "", ("<=", 0)),
            ("questions taken after it", int(late.complete), "", ("<=", 0)), ("exit status", status, "", ("<=", 0))]


async def besieged(program, callers):
    """Hostile callers of each kind at once, again and again, and honest ones among them.

    What an allocator keeps settles after a few sieges; a leak grows with each. So sieges go on until one leaves memory as it found it,
    MOST_SIEGES at most, and the last one's growth is what counts.
    """
    with WatchedServer(program) as server:
        answers = []
        await at_rate(server.port, 10, 5, [])
        descriptors, memory = server.descriptors(), [server.memory()]
        probe = HealthProbe(server.port)
        told = Counter()

        async def as_before():
            return server.descriptors() <= descriptors

        while len(memory) < 3 or (len(memory) <= MOST_SIEGES and memory[-1] > memory[-2] * (1 + GROWTH / 100)):
            siege = Siege(server.port, callers)
            siege.begin()
            await at_rate(server.port, 5, 15, answers)  # longer than a head may take
            told.update(await asyncio.to_thread(siege.end))
            freed = await until(as_before, 120)
            await asyncio.sleep(SETTLING)
            memory.append(server.memory())
        asked, failed, p99 = probe.end()
    return [(f"besieged: honest questions not answered, of {len(answers)}", sum(not a.complete for a in answers), "", ("<=", 0)),
            *((f"besieged: {kind} not turned away of {(len(memory) - 1) * callers} at most", count, "", ("<=", 0)) for kind, count in told.items()),
            (f"besieged: /health without a good answer, of {asked}", failed, "", ("<=", 0)), ("besieged: /health, 99th percentile", 1000 * p99, "ms", ("<=", 100.0)),
            ("besieged: memory kept afterwards", (memory[1] - memory[0]) / 1e6, "MB", ("<=", 100.0)),
            (f"besieged {len(memory) - 1} times: memory growth at last", 100.0 * (memory[-1] / memory[-2] - 1.0), "%", ("<=", GROWTH)), ("besieged: descriptors as before after", freed, "s", ("<=", 60.0))]
