"""`fovea serve --model A --model B` for real: the model in the box and the same in int4, over HTTP.

several_models.py --program FOVEA

Each answers as it does alone, token by token; under a limit that holds only one they take turns, planned
memory stays within it, and resident memory is printed. The same with a process for each (`--engine child`): one that is killed ends
only its own answers and comes back. Names, refusals, `fovea ps`, --print-config and the log are looked at too.
"""
import argparse
import base64
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

RESOURCES = Path(__file__).resolve().parents[3] / "resources"
MEGABYTE = 1_000_000
QUESTIONS = ("What does it say?", "Which words are there?")
FAULTS = []


def check(good, what):
    print(f"{'ok' if good else 'WRONG'}: {what}", flush=True)
    if not good:
        FAULTS.append(what)


def alike(answer, other):
    """The same tokens; their log probabilities but for the last bits, which differ where part of the prompt was kept from before."""
    return (answer[0] == other[0] and [token for token, _ in answer[1]] == [token for token, _ in other[1]]
            and all(abs(one - two) < 1e-4 for (_, one), (_, two) in zip(answer[1], other[1])))


class Server:
    def __init__(self, program, environment, *arguments, place="in-process"):
        self.log = []
        self.process = subprocess.Popen([program, "serve", "--port", "0", "--no-page", "--engine", place, *arguments], stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True, env=environment)
        self.reader = threading.Thread(target=lambda: self.log.extend(self.process.stderr), daemon=True)
        self.reader.start()
        said = self.process.stdout.readline()
        address = re.search(r"http://[^ ,]*:\d+", said)
        if address is None:
            self.process.wait(60)
            raise RuntimeError("".join(self.log))
        self.url = address.group(0)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(60)
        self.reader.join(10)
        self.process.stdout.close()
        self.process.stderr.close()

    def send(self, path, body=None, kind="application/json"):
        """(status, body)"""
        request = urllib.request.Request(self.url + path, body, {"Content-Type": kind} if body is not None else {})
        try:
            with urllib.request.urlopen(request, timeout=120) as reply:
                return reply.status, reply.read().decode()
        except urllib.error.HTTPError as fault:
            return fault.code, fault.read().decode()

    def ask(self, question, model=None, picture="form.png"):
        """What came: the text and each token with its log probability."""
        data = base64.b64encode((RESOURCES / "samples" / picture).read_bytes()).decode()
        content = [{"type": "image_url", "image_url": {"url": "data:image/png;base64," + data}}, {"type": "text", "text": question}]
        body = {"messages": [{"role": "user", "content": content}], "max_tokens": 24, "temperature": 0, "logprobs": True}
        if model is not None:
            body["model"] = model
        status, text = self.send("/v1/chat/completions", json.dumps(body).encode())
        if status != 200:
            raise RuntimeError(text)
        answer = json.loads(text)
        choice = answer["choices"][0]
        self.queued = answer["timings"]["stages"].get("queue", 0.0)
        return choice["message"]["content"], [(one["token"], one["logprob"]) for one in choice["logprobs"]["content"]]

    def ask_at_length(self, model, begun):
        """A long answer as a stream: the events' text, after `begun` was called at the first words."""
        body = {"model": model, "messages": [{"role": "user", "content": "Hello"}], "max_tokens": 3000, "ignore_eos": True, "stream": True}
        request = urllib.request.Request(self.url + "/v1/chat/completions", json.dumps(body).encode(), {"Content-Type": "application/json"})
        events = []
        with urllib.request.urlopen(request, timeout=300) as reply:
            for line in reply:
                if line.startswith(b"data: "):
                    events.append(line.decode())
                    if len(events) == 5:
                        begun()
        return "".join(events)

    def children(self):
        """The processes that it started, the oldest first."""
        return [int(one) for task in Path(f"/proc/{self.process.pid}/task").iterdir() for one in (task / "children").read_text().split()]

    def models(self):
        return {one["id"]: one for one in json.loads(self.send("/v1/models")[1])["data"]}

    def metric(self, name):
        """By model where it has one; a single number otherwise."""
        values = {}
        for labels, value in re.findall(rf"^{name}(?:{{([^}}]*)}})? (\S+)$", self.send("/metrics")[1], re.MULTILINE):
            values[labels] = float(value)
        return values.get("", values) if list(values) == [""] else values


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True)
    program = parser.parse_args().program
    with tempfile.TemporaryDirectory(prefix="fovea-several-") as place:
        folder = Path(place)
        environment = {**os.environ, "XDG_RUNTIME_DIR": str(folder / "run"), "HOME": place}
        one, two, twin = folder / "one", folder / "two", folder / "elsewhere" / "one"
        shutil.copytree(RESOURCES / "models" / "fovea-mini", one, ignore=shutil.ignore_patterns("training", "evaluation"))
        shutil.copytree(one, twin)
        subprocess.run([program, "models", "quantize", str(one), "--weights", "int4", "--out", str(two)], check=True, env=environment,
                       stdout=subprocess.DEVNULL)
        both = ("--model", str(one), "--model", str(two))
        run(program, environment, both, one, two, twin)
    sys.exit(len(FAULTS) > 0)


def run(program, environment, both, one, two, twin):
    alone = {}
    for model in (one, two):
        with Server(program, environment, "--model", str(model)) as server:
            alone[model.name] = [server.ask(question) for question in QUESTIONS]
    check(not any(alike(*pair) for pair in zip(alone["one"], alone["two"])), "the two models differ, so that it shows who answered")

    with Server(program, environment, *both) as server:
        check([(name, entry["loaded"]) for name, entry in server.models().items()] == [("one", True), ("two", True)], "both are listed and in memory")
        for name, answers in alone.items():
            check(all(alike(server.ask(question, name), answer) for question, answer in zip(QUESTIONS, answers)), f"{name} answers as it does alone")
        check(alike(server.ask(QUESTIONS[0]), alone["one"][0]), "without a name the first answers")
        status, text = server.send("/v1/chat/completions", json.dumps({"model": "three", "messages": [{"role": "user", "content": "?"}]}).encode())
        check(status == 404 and "one, two" in text, "an unknown name is told the names that there are")
        status, text = server.send("/api/v1/generate?prompt=Read&max_tokens=4&model=two", (RESOURCES / "samples" / "form.png").read_bytes(), "image/png")
        check(status == 200, "the other routes take a model too")
        health = json.loads(server.send("/health")[1])
        check(health["model_loaded"] and [entry["id"] for entry in health["models"]] == ["one", "two"], "/health tells of each")
        check(all(entry["state"] == "loaded" for entry in json.loads(server.send("/ready")[1])["models"]), "/ready tells of each")
        listed = subprocess.run([program, "ps"], capture_output=True, text=True, env=environment, timeout=60, check=True).stdout
        check(re.search(r"one +loaded", listed) and re.search(r"two +loaded", listed), "fovea ps lists both")
        check("fovea_model_loads_total{model=\"two\"} 1" in server.send("/metrics")[1], "the metrics count its load")

    refused = subprocess.run([program, "serve", *both, "--memory", "1M"], capture_output=True, text=True, env=environment, timeout=60, check=False)
    figures = re.search(r"needs (\d+) MB and the program itself (\d+) MB.*limit of 1 MB", refused.stderr)
    check(refused.returncode == 5 and figures is not None, f"what never fits is refused at the start with the figures: {refused.stderr.strip()}")
    need, itself = (int(figure) for figure in figures.groups())

    limit = itself + need + 15
    with Server(program, environment, *both, "--memory", f"{limit}M") as server:
        check([entry["loaded"] for entry in server.models().values()] == [True, False], "where one fits, the first is there and the other is not")
        for turn in range(3):
            for name, answers in alone.items():
                check(alike(server.ask(QUESTIONS[turn % 2], name), answers[turn % 2]), f"turn {turn + 1}: {name} answers as it does alone")
                loaded = [entry["id"] for entry in server.models().values() if entry["state"] != "unloaded"]
                planned = sum(server.metric("fovea_model_memory_bytes").values())
                check(loaded == [name], f"{name} alone is in memory")
                # What the program itself takes was told by another process, and differs by a megabyte or two from one to the next.
                check(planned + itself * MEGABYTE <= (limit + 4) * MEGABYTE and server.metric("fovea_memory_planned_bytes") <= limit * MEGABYTE,
                      "planned memory is within the limit")
                print(f"    resident {server.metric('fovea_resident_bytes') / MEGABYTE:.0f} MB, planned {server.metric('fovea_memory_planned_bytes') / MEGABYTE:.0f} MB,"
                      f" limit {limit} MB, waited {server.queued:.2f} s", flush=True)
        check(server.queued > 0.01, "what it waited for its place is in its queue stage")
        answers = {}
        threads = [threading.Thread(target=lambda name=name, i=i: answers.update({(name, i): server.ask(QUESTIONS[i % 2], name)}))
                   for i in range(4) for name in alone]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        check(len(answers) == 8 and all(alike(answer, alone[name][i % 2]) for (name, i), answer in answers.items()), "asked at once, both answer all")
        time.sleep(0.2)
    log = "".join(server.log)
    check("one has left memory to make room for another model." in log and "two is being loaded: it was asked for." in log, "the log tells of loads and unloads")

    in_children(program, environment, both, alone)

    same = subprocess.run([program, "serve", "--model", str(one), "--model", str(twin)], capture_output=True, text=True, env=environment, timeout=60, check=False)
    check(same.returncode == 2 and "Two models are called one" in same.stderr and str(twin) in same.stderr, f"two of one name: {same.stderr.strip()}")
    printed = subprocess.run([program, "serve", *both, "--memory", "1.5G", "--print-config"], capture_output=True, text=True, env=environment, timeout=60,
                             check=True).stdout
    check(f"model: [{one}, {two}]" in printed and "memory: 1500" in printed, "--print-config names both")


def in_children(program, environment, both, alone):
    with Server(program, environment, *both, place="child") as server:
        children = sorted(server.children())
        check(len(children) == 2, "each model has a process")
        for name, answers in alone.items():
            check(all(alike(server.ask(question, name), answer) for question, answer in zip(QUESTIONS, answers)), f"{name} answers in it as it does alone")
        check(all(server.metric("fovea_model_memory_bytes").values()), "the metrics tell what each may take")
        cut_and_whole(server, alone, children[0])
        left = server.children()
        check(len(left) == 2 and children[0] not in left, "the killed process has a successor")
    check(not any(Path(f"/proc/{one}").exists() for one in left), "no process outlives the server")

    refused = subprocess.run([program, "serve", *both, "--engine", "child", "--memory", "1M"], capture_output=True, text=True, env=environment,
                             timeout=60, check=False)
    figures = re.search(r"needs (\d+) MB and the program itself (\d+) MB", refused.stderr)
    check(refused.returncode == 5 and figures is not None, f"what never fits in a process of its own is refused with the figures: {refused.stderr.strip()}")
    with Server(program, environment, *both, "--memory", f"{sum(map(int, figures.groups())) + 15}M", place="child") as server:
        for name, answers in [*alone.items(), *alone.items()]:
            check(alike(server.ask(QUESTIONS[0], name), answers[0]), f"where one process fits, {name} answers as it does alone")
            check(len(server.children()) == 1, "and is the only one there")


def cut_and_whole(server, alone, victim):
    """Both answer at length, one's process is killed meanwhile."""
    started, got = threading.Barrier(3, timeout=60), {}
    threads = [threading.Thread(target=lambda name=name: got.update({name: server.ask_at_length(name, started.wait)})) for name in alone]
    for thread in threads:
        thread.start()
    started.wait()
    os.kill(victim, signal.SIGKILL)
    for thread in threads:
        thread.join()
    cut, whole = got["one"], got["two"]
    check("data: {\"error\"" in cut and "[DONE]" not in cut, "an answer whose process was killed ends with an error")
    check(whole.rstrip().endswith("data: [DONE]") and "\"error\"" not in whole, "the other model's answer goes on to its end")
    check(alike(server.ask(QUESTIONS[0], "one"), alone["one"][0]), "the killed model answers the next question as before")


if __name__ == "__main__":
    main()
