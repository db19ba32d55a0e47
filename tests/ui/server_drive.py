#!/usr/bin/env python3
"""Switch the server on inside the real window, and ask the window's model with curl.

    server_drive.py FOVEA ROOT

Exit status 77 where there is no Xvfb, xdotool or curl.
"""
import base64
import json
import socket
import subprocess
import sys
import time
from pathlib import Path

from driven_window import Window
from screen import on_a_screen, until

fovea, root = sys.argv[1:]
PICTURE = base64.b64encode((Path(root) / "resources/samples/label.png").read_bytes()).decode()
QUESTION = {"messages": [{"role": "user", "content": [
    {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PICTURE}"}},
    {"type": "text", "text": "Read the text."}]}], "max_tokens": 40}


def curl(url, *arguments):
    return subprocess.run(["curl", "-s", "--max-time", "60", *arguments, url], capture_output=True, text=True).stdout


def answer(url, question, *arguments):
    return curl(f"{url}/v1/chat/completions", "-H", "Content-Type: application/json", "-d", json.dumps(question), *arguments)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def saved(data, line):
    file = data / "fovea/settings.ini"
    return file.exists() and line in file.read_text().split("\n")


def drive(screen, data):
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    (data / "fovea").mkdir()
    (data / "fovea/settings.ini").write_text(f"[server]\nport={port}\n")
    taken = socket.create_server(("127.0.0.1", port))
    window = Window(fovea, root, screen, data, XDG_RUNTIME_DIR=str(data))
    try:
        # By keys alone: the dialog, its first control is the switch. The port is taken; then it is not.
        window.key("ctrl+shift+l")
        window.dialog("Local server")
        window.key("space")
        until("the switch to be remembered", lambda: saved(data, "on=true"))
        time.sleep(1.0)  # it would be there by now
        assert not list(data.glob("fovea/servers/*.json")), "it listens on a port that is taken"
        taken.close()
        window.key("space", "space")
        until("the server", lambda: curl(f"{url}/health"))
        listed = json.loads(until("the mark", lambda: list(data.glob("fovea/servers/*.json")))[0].read_text())
        assert listed["pid"] == window.program.pid, (listed, window.program.pid)
        said = json.loads(answer(url, QUESTION))
        assert said["choices"][0]["message"]["content"] == "Platform 7 North", said
        assert "<html" in curl(f"{url}/").lower(), "no page"
        # The window's own chat goes on meanwhile, in the same process.
        window.key("Escape")
        window.xdotool("windowfocus", "--sync", window.id)
        window.type("Hello")
        window.key("Return")
        until("an answer in the window", lambda: [m for m in window.messages() if m[0] == "assistant" and m[2] in ("complete", "cut")])
        # A long answer is under way when the window is closed: it is finished first.
        long = subprocess.Popen(["curl", "-s", "-N", "--max-time", "60", "-H", "Content-Type: application/json", "-d",
                                 json.dumps(QUESTION | {"max_tokens": 200, "stream": True, "ignore_eos": True}),
                                 f"{url}/v1/chat/completions"], stdout=subprocess.PIPE, text=True)
        first = long.stdout.readline()
        assert first.startswith("data:"), first
        window.key("ctrl+q")
        rest = long.stdout.read()
        assert rest.rstrip().endswith("data: [DONE]"), rest[-300:]
        assert window.program.wait(30) == 0
        assert curl(f"{url}/health") == ""
    finally:
        if window.program.poll() is None:
            window.end()
    # It is on again at the next start; and off once it is switched off.
    again = Window(fovea, root, screen, data, XDG_RUNTIME_DIR=str(data))
    try:
        until("the server of the second start", lambda: curl(f"{url}/health"))
        again.key("ctrl+shift+l")
        again.dialog("Local server")
        again.key("space")
        until("the server's end", lambda: curl(f"{url}/health") == "")
        again.key("Escape")
        again.xdotool("windowfocus", "--sync", again.id)
        again.key("ctrl+q")
        assert again.program.wait(30) == 0
        assert saved(data, "on=false")
    finally:
        if again.program.poll() is None:
            again.end()
    print("served")


on_a_screen(drive, "curl")
