"""Real servers for the checks: `fovea serve` with the model in the box on a free port, and requests to them. Standard library."""

import http.client
import json
import os
import socket
import subprocess
import time

PATIENCE = 120  # seconds until something that must happen counts as not happening


class CheckFailed(Exception):
    pass


def expect(condition, what):
    if not condition:
        raise CheckFailed(what)
    print(f"  ok: {what}", flush=True)


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def wait_until(condition, what):
    end = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > end:
            raise CheckFailed(f"not within {PATIENCE} s: {what}")
        time.sleep(0.05)


class Server:
    """One `fovea serve`; a context manager that ends it."""

    def __init__(self, fovea, port=None, options=(), environment=None):
        self.fovea, self.options = fovea, list(options)
        self.port = port or free_port()
        self.environment = {**os.environ, **(environment or {})}
        self.process = None
        self.start()

    def start(self):
        self.process = subprocess.Popen([self.fovea, "serve", "--port", str(self.port), "--threads", "1", *self.options],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=self.environment)
        wait_until(self.ready, f"a server on port {self.port}")

    def ready(self):
        if self.process.poll() is not None:
            raise CheckFailed(f"the server on port {self.port} ended with status {self.process.returncode}")
        return get(self.port, "/ready")[0] == 200

    def scrape(self):
        return get(self.port, "/metrics")[1]

    def value(self, name):
        """The sum of a metric's samples."""
        lines = [line for line in self.scrape().splitlines() if line.startswith((name + " ", name + "{"))]
        return sum(float(line.rpartition(" ")[2]) for line in lines)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()


def get(port, path):
    """(status, text, headers); status 0 where nobody answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode(), dict(answer.getheaders())
    except (OSError, http.client.HTTPException):
        return 0, "", {}
    finally:
        connection.close()


def question(max_tokens, stream=False):
    return json.dumps({"messages": [{"role": "user", "content": "Tell me a story."}], "max_tokens": max_tokens, "temperature": 0,
                       "ignore_eos": True, "stream": stream})


def ask(port, max_tokens=4):
    """(status, engine that answered) of a short question."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("POST", "/v1/chat/completions", question(max_tokens), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        answer.read()
        return answer.status, answer.getheader("X-Served-By")
    finally:
        connection.close()


class Stream:
    """A long answer, read event by event."""

    def __init__(self, port, max_tokens):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        self.connection.request("POST", "/v1/chat/completions", question(max_tokens, stream=True), {"Content-Type": "application/json"})
        try:
            self.answer = self.connection.getresponse()
        except TimeoutError:
            raise CheckFailed(f"a stream did not begin within {PATIENCE} s") from None
        self.engine = self.answer.getheader("X-Served-By")
        if self.answer.status != 200:
            raise CheckFailed(f"a stream was answered with {self.answer.status}")

    def next_event(self):
        """The next event's data; None at the end."""
        try:
            while line := self.answer.readline():
                if line.startswith(b"data: "):
                    return line[6:].strip().decode()
        except TimeoutError:
            raise CheckFailed(f"an event of a stream did not come within {PATIENCE} s") from None
        return None

    def rest(self):
        """The number of events to come, and the last one's data."""
        count, last = 0, None
        while (data := self.next_event()) is not None:
            count, last = count + 1, data
        self.connection.close()
        return count, last
