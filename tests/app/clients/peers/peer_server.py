#!/usr/bin/env python3
"""`fovea ask`, `chat` and `bench` with another program's server as their engine: what must hold with each that speaks OpenAI's protocol.

    peer_server.py --program FOVEA --port PORT [--skip CHECK...] [--say FILE] -- COMMAND...

COMMAND starts the server at 127.0.0.1:PORT with a model that can see, and is killed in the middle of an answer at the end. Random
weights will do: it is the protocol that is tried. README.md has the commands for llama.cpp's server and vLLM. Ends with status 1 if
something was wrong. --say: where the server's own words go.
"""
import argparse
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

SAMPLES = Path(__file__).resolve().parents[4] / "resources" / "samples"
STARTING = 600  # seconds that a server may take to load its model
ANSWERING = 300
SCHEMA = {"type": "object", "properties": {"colour": {"enum": ["red", "green", "blue"]}}, "required": ["colour"], "additionalProperties": False}


class Peer:
    def __init__(self, arguments):
        self.program = arguments.program
        self.address = f"http://127.0.0.1:{arguments.port}"
        self.home = tempfile.TemporaryDirectory(prefix="fovea-peer-")
        self.environment = {**os.environ, "HOME": self.home.name, "XDG_STATE_HOME": self.home.name, "XDG_CONFIG_HOME": self.home.name}
        self.words = open(arguments.say, "wb") if arguments.say else subprocess.DEVNULL
        self.process = subprocess.Popen(arguments.command, stdout=self.words, stderr=self.words, start_new_session=True)

    def wait_until_it_answers(self):
        end = time.monotonic() + STARTING
        while time.monotonic() < end:
            if self.process.poll() is not None:
                sys.exit(f"The server ended with status {self.process.returncode} before it answered; --say FILE keeps its words.")
            try:
                with urllib.request.urlopen(self.address + "/v1/models", timeout=5) as reply:
                    return [model["id"] for model in json.load(reply)["data"]]
            except OSError:
                time.sleep(0.5)
        sys.exit("The server did not answer in time.")

    def kill(self):
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(60)

    def start(self, *words):
        return subprocess.Popen([self.program, *words, "--server", self.address], env=self.environment, stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def run(self, *words, said=None):
        """(status, output, errors)"""
        done = subprocess.run([self.program, *words, "--server", self.address], env=self.environment, input=said, capture_output=True,
                              text=True, timeout=ANSWERING, check=False)
        return done.returncode, done.stdout, done.stderr

    def ask(self, *words):
        """(the answer as --json has it, what was wrong)"""
        status, output, errors = self.run("ask", *words, "--json", "--temperature", "0")
        return (json.loads(output), "") if status == 0 else ({}, f"status {status}: {errors.strip() or output.strip()}")


def counted(answer):
    return all(isinstance(answer["usage"][name], int) and answer["usage"][name] > 0 for name in ("prompt_tokens", "completion_tokens"))


def text(peer):
    answer, fault = peer.ask("Name three colours.", "--max-tokens", "16")
    return fault or (None if counted(answer) and answer["answer"] else f"no text, or no count of tokens: {answer}")


def picture(peer):
    """The server's own count shows that the picture reached its model."""
    alone, fault = peer.ask("What does it say?", "--max-tokens", "4")
    if fault:
        return fault
    seen, fault = peer.ask(str(SAMPLES / "notice.png"), "What does it say?", "--max-tokens", "4")
    if fault:
        return fault
    more = seen["usage"]["prompt_tokens"] - alone["usage"]["prompt_tokens"]
    print(f"    {more} tokens more with a picture, to the first word {seen['ttft']:.3f} s", flush=True)
    return None if more > 16 else f"a picture adds {more} tokens to the prompt"


def schema(peer):
    """Random weights may write space between the words without end: then what came must be the beginning of such JSON."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(SCHEMA, file)
        file.flush()
        answer, fault = peer.ask("A colour?", "--max-tokens", "64", "--json-schema", file.name)
    if fault:
        return fault
    came = "".join(answer["answer"].split())
    right = ['{"colour":"%s"}' % colour for colour in SCHEMA["properties"]["colour"]["enum"]]
    if came in right or (answer["finish_reason"] == "length" and came and any(one.startswith(came) for one in right)):
        return None
    return f"not of the schema: {came}"


def logprobs(peer):
    answer, fault = peer.ask("Hello", "--max-tokens", "4", "--logprobs", "2")
    if fault:
        return fault
    told = answer.get("logprobs", [])
    return None if told and all(one["logprob"] <= 0 for one in told) else f"log probabilities: {told}"


def untold(peer):
    """What the server does not count is null, not 0."""
    answer, fault = peer.ask(str(SAMPLES / "label.png"), "What does it say?", "--max-tokens", "4")
    if fault:
        return fault
    print("    not told: " + (", ".join(name for name, value in answer["usage"].items() if value is None) or "nothing")
          + "; stages: " + ", ".join(answer["stages"]), flush=True)
    return None if answer["model"]["weights_bytes"] is None and answer["peak_memory_bytes"] is None else "the server's memory is made up"


def wrong_model(peer):
    status, _, errors = peer.run("ask", "Hello", "--server-model", "no-such-model")
    return None if status == 3 and "no-such-model" in errors and peer.names[0].split("/")[-1] in errors else f"status {status}: {errors}"


def chat(peer):
    status, output, errors = peer.run("chat", "--max-tokens", "8", said="Hello\nAnd again\n/quit\n")
    return None if status == 0 and output.strip() else f"status {status}: {errors}"


def bench(peer):
    status, output, errors = peer.run("bench", "ttft", "--size", "256x256", "--repeat", "2", "--warm-up", "1", "--json", "--quiet")
    if status != 0:
        return f"status {status}: {errors}"
    return None if json.loads(output)["parts"] else "no parts"


def begun(peer, *more):
    """An answer that would be long, of which something has come."""
    process = peer.start("ask", "Count to ten thousand.", "--max-tokens", "3000", "--temperature", "1.0", *more)
    first = process.stdout.read(1)
    return process, first


def interrupt(peer):
    process, first = begun(peer)
    process.send_signal(signal.SIGINT)
    began = time.monotonic()
    _, errors = process.communicate(timeout=60)
    seconds = time.monotonic() - began
    if not first or process.returncode != 130:
        return f"status {process.returncode}: {errors}"
    began = time.monotonic()
    _, fault = peer.ask("Hello", "--max-tokens", "2")
    print(f"    ended after {seconds:.2f} s, the next answer was there after {time.monotonic() - began:.2f} s", flush=True)
    return fault or None


def killed(peer):
    """Last: nothing is left of the server afterwards."""
    process, first = begun(peer)
    peer.kill()
    output, errors = process.communicate(timeout=60)
    if not first or process.returncode != 1 or not re.search("broke off|lost|ended", errors):
        return f"status {process.returncode}: {errors}"
    said = [line for line in errors.splitlines() if line.startswith("fovea:")]
    print(f"    kept {len(first + output)} characters; said: {' '.join(said)}", flush=True)
    status, _, errors = peer.run("ask", "Hello")
    return None if status == 3 and "127.0.0.1" in errors else f"asked again: status {status}: {errors}"


CHECKS = (text, picture, schema, logprobs, untold, wrong_model, chat, bench, interrupt, killed)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--skip", nargs="+", default=[], choices=[check.__name__ for check in CHECKS])
    parser.add_argument("--say")
    parser.add_argument("command", nargs="+")
    arguments = parser.parse_args()
    peer = Peer(arguments)
    wrong = []
    try:
        peer.names = peer.wait_until_it_answers()
        print("serves: " + ", ".join(peer.names), flush=True)
        for check in CHECKS:
            if check.__name__ in arguments.skip:
                print(f"skipped: {check.__name__}", flush=True)
                continue
            fault = check(peer)
            print(f"ok: {check.__name__}" if fault is None else f"WRONG: {check.__name__}: {fault}", flush=True)
            wrong += [check.__name__] if fault is not None else []
    finally:
        peer.kill()
        peer.home.cleanup()
    sys.exit(len(wrong) > 0)


if __name__ == "__main__":
    main()
