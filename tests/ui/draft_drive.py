#!/usr/bin/env python3
"""Kill the real window (kill -9) over a question that was typed and not sent, and look for it after the next start.

    draft_drive.py FOVEA ROOT

A picture pasted from another program's clipboard and words typed with xdotool stand in the composer again, in a window that
nobody touched, and are asked with Enter. Exit status 77 where there is no Xvfb, xdotool or xclip.
"""
import os
import sqlite3
import subprocess
import sys

from driven_window import Window
from screen import on_a_screen, until

fovea, root = sys.argv[1:]
TEXT = "What is the total?"


def kept(data):
    """Texts of the drafts, and how many pictures they have in all."""
    try:
        with sqlite3.connect(f"file:{data}/fovea/history.sqlite?mode=ro", uri=True) as history:
            texts = [text for text, in history.execute("select draft from chats where draft <> ''")]
            return texts, history.execute("select count(*) from attachments where owner = 'draft'").fetchone()[0]
    except sqlite3.OperationalError:
        return [], 0


def questions(data):
    try:
        with sqlite3.connect(f"file:{data}/fovea/history.sqlite?mode=ro", uri=True) as history:
            return history.execute("select m.text, count(a.hash) from messages m left join attachments a on a.owner = 'message' and "
                                   "a.owner_id = m.id where m.role = 'user' group by m.id order by m.id").fetchall()
    except sqlite3.OperationalError:
        return []


def offers_picture(env):
    targets = subprocess.run(["xclip", "-o", "-selection", "clipboard", "-t", "TARGETS"], env=env, capture_output=True, text=True)
    return "image/png" in targets.stdout.split()


def until_back(window, text):
    """The draft comes a moment after the window; keys before it would be another question's."""
    until("the draft to stand in the window again", lambda: window.written() == text)
    window.key("ctrl+End")


def drive(screen, data):
    env = dict(os.environ, DISPLAY=screen.display)
    owner = subprocess.Popen(["xclip", "-quiet", "-selection", "clipboard", "-t", "image/png", "-i", f"{root}/resources/samples/receipt.png"],
                             env=env, stderr=subprocess.DEVNULL)
    window = Window(fovea, root, screen, data)
    try:
        until("the picture in the clipboard", lambda: offers_picture(env))
        window.key("ctrl+v")
        window.type(TEXT)
        until("the draft to be kept", lambda: kept(data) == ([TEXT], 1))
    finally:
        window.end()
        owner.kill()
        owner.wait()

    # Typed on without a pause, and killed in the middle of it: what was typed some time before is there.
    window = Window(fovea, root, screen, data)
    try:
        until_back(window, TEXT)
        typing = subprocess.Popen(["xdotool", "type", "--clearmodifiers", "--delay", "60", " And" * 200], env=window.env)
        until("what was typed to be kept", lambda: "".join(kept(data)[0]).startswith(TEXT + " And And And"), 45.0)
        assert typing.poll() is None, "it was kept only after the last key"
        typing.kill()
        typing.wait()
    finally:
        window.end()
    texts, pictures = kept(data)
    assert pictures == 1 and len(texts) == 1, (texts, pictures)
    assert texts[0].startswith(TEXT + " And And And"), texts

    window = Window(fovea, root, screen, data)
    try:
        until_back(window, texts[0])
        window.key("Return")
        until("an answer", lambda: [m for m in window.messages() if m[0] == "assistant" and m[2] in ("complete", "cut")], 60.0)
        assert questions(data) == [(texts[0].strip(), 1)], questions(data)
        assert kept(data) == ([], 0), kept(data)
    finally:
        window.end()

    # Once it is asked, the next start begins with an empty question.
    window = Window(fovea, root, screen, data)
    try:
        window.type("Hello")
        window.key("Return")
        until("a second question", lambda: len(questions(data)) == 2)
        assert questions(data)[1] == ("Hello", 0), questions(data)
    finally:
        window.end()
    print("drafts came back")


on_a_screen(drive, "xclip")
