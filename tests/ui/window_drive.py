#!/usr/bin/env python3
"""Drive the real window under Xvfb with the model in the box, as a user would: keys and clicks from xdotool.

    window_drive.py FOVEA ROOT

Asks about a sample picture, kills the program in the middle of an answer, and looks into the history that it left. Exit
status 77 where there is no Xvfb or xdotool.
"""
import json
import sys
import time

from driven_window import Window
from screen import on_a_screen, until

fovea, root = sys.argv[1:]


def whole_runs(data):
    summaries = [json.loads(file.read_text()) for file in data.glob("fovea/runs/*/summary.json")]
    return [summary for summary in summaries if summary["complete"]]


def drive(screen, data):
    window = Window(fovea, root, screen, data)
    try:
        # The sample in the middle: a receipt. It fills the question in; Enter waits for picture and model.
        time.sleep(0.3)
        window.click(596, 360)
        window.key("Return")
        answered = until("an answer", lambda: [m for m in window.messages() if m[0] == "assistant" and m[2] == "complete"])
        assert "12.50" in answered[0][1], answered
        # A second question in the same chat, then a draft in the composer.
        window.type("What is the name of the shop?")
        window.key("Return")
        until("a second answer", lambda: sum(m[2] == "complete" and m[0] == "assistant" for m in window.messages()) == 2)
        window.type("half a question")
        until("the draft", lambda: "half a question" in window.chats("draft"))
    finally:
        window.end()
    # Killed; a second start finds all of it and works.
    again = Window(fovea, root, screen, data)
    try:
        assert len(window.messages()) == 4, window.messages()
        assert "half a question" in window.chats("draft")
        again.key("ctrl+n")
        again.type("Hello")
        again.key("Return")
        until("an answer without a picture", lambda: len(again.messages()) == 6 and again.messages()[-1][2] in ("complete", "cut"))
        # The list of chats by keys alone, with the pointer far away: its last row's menu, whose second entry pins.
        again.key("ctrl+k", "Down", "End", "Menu", "Down", "Down", "Return")
        until("the first chat to be pinned", lambda: again.chats("pinned") == [1, 0])
        # Measuring by keys alone: the first kind of run with a small picture, and what it left.
        again.key("ctrl+shift+m", "Tab")
        again.type("64x64")
        again.key("Return")
        run = until("a run that is whole", lambda: whole_runs(data), 120.0)[0]
        assert run["name"] == "ttft" and "--size 64x64" in run["command"], run["command"]
        assert [group["requests"] for group in run["groups"]] == [5, 5], run["groups"]
        again.key("ctrl+q")
        assert again.program.wait(10) == 0
    finally:
        if again.program.poll() is None:
            again.end()
    print("driven")


on_a_screen(drive)
