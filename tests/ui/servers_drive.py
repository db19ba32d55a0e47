#!/usr/bin/env python3
"""The real window with a real `fovea serve` as its engine: asked by keys, with a key that no file holds.

    servers_drive.py FOVEA ROOT

Exit status 77 where there is no Xvfb or xdotool.
"""
import os
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request

from driven_window import Window
from screen import on_a_screen, until

fovea, root = sys.argv[1:]
KEY = "sk-driven-0123456789"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def healthy(url):
    try:
        with urllib.request.urlopen(f"{url}/health", timeout=5) as reply:
            return reply.status == 200
    except OSError:
        return False


def answers(window, state):
    return [m for m in window.messages() if m[0] == "assistant" and m[2] in state]


def drive(screen, data):
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    served = subprocess.Popen([fovea, "serve", "--port", str(port)], cwd=root, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL, env=dict(os.environ, FOVEA_API_KEY=KEY, XDG_DATA_HOME=str(data)))
    window = None
    try:
        until("the server", lambda: healthy(url), 60.0)
        # No keyring answers here: the key is for this run.
        window = Window(fovea, root, screen, data, DBUS_SESSION_BUS_ADDRESS="unix:path=/nonexistent", XDG_RUNTIME_DIR=str(data))
        window.key("alt+3")
        until("the model in the box", lambda: (data / "fovea/history.sqlite").exists())
        time.sleep(1.0)  # the panel is laid out
        window.click(1020, 716)
        window.dialog("Add a server")
        window.type(url)
        window.key("Tab", "space", "Tab")  # it wants a key
        window.type(KEY)
        window.key("Return")
        settings = data / "fovea/settings.ini"
        until("the server to be kept", lambda: settings.exists() and f"address={url}" in settings.read_text())
        # It is chosen in the list now; Load has become Use.
        window.xdotool("windowfocus", "--sync", window.id)
        window.click(1000, 678)
        until("the server to be used", lambda: "\nserver=" in settings.read_text() and "server=\n" not in settings.read_text())
        window.click(600, 728)  # the question
        window.type("Hello")
        window.key("Return")
        until("an answer", lambda: answers(window, ("complete", "cut")))
        with_server = [model for model in models_of(window) if model]
        assert with_server and with_server[-1].endswith(f"on 127.0.0.1:{port}"), with_server
        # The server goes away: the next question says so, and the window lives.
        served.terminate()
        served.wait(60)
        window.type("Hello again")
        window.key("Return")
        until("the failure", lambda: answers(window, ("failed",)))
        window.key("ctrl+shift+n")
        window.dialog("Connections")
        window.key("Escape")
        window.xdotool("windowfocus", "--sync", window.id)
        window.key("ctrl+q")
        assert window.program.wait(30) == 0
        kept = b"".join(file.read_bytes() for file in (data / "fovea").rglob("*") if file.is_file())
        assert KEY.encode() not in kept, "the key stands in a file"
    finally:
        if window is not None and window.program.poll() is None:
            window.end()
        if served.poll() is None:
            served.kill()
    print("driven")


def models_of(window):
    with sqlite3.connect(f"file:{window.data}/fovea/history.sqlite?mode=ro", uri=True) as history:
        return [model for model, in history.execute("select model from messages where role = 'assistant' order by id")]


on_a_screen(drive)
