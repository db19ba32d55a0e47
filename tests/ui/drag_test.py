#!/usr/bin/env python3
"""Drag from another process into the real window under Xvfb, by XDND with the mouse of xdotool.

    drag_test.py FOVEA DRAG_SOURCE ROOT

Several pictures at once, a picture that is in no file, and a document, which is refused on its thumbnail. Exit status 77 where
there is no Xvfb or xdotool.
"""
import os
import sqlite3
import subprocess
import sys
import time

from screen import on_a_screen, until

fovea, drag_source, root = sys.argv[1:]


class Desk:
    def __init__(self, screen, data):
        self.data = data
        self.env = dict(os.environ, DISPLAY=screen.display, XDG_DATA_HOME=str(data), XDG_CACHE_HOME=str(data / "cache"), XDG_STATE_HOME=str(data / "state"),
                        HF_HUB_CACHE=str(data / "none"), LC_ALL="C.UTF-8", QT_QPA_PLATFORM="xcb")
        self.program = subprocess.Popen([fovea], env=self.env, cwd=root)
        self.window = until("the window", lambda: self.xdotool("search", "--onlyvisible", "--name", "Fovea"))[0]
        # Beside the source's corner.
        self.xdotool("windowmove", self.window, "130", "0", "windowsize", self.window, "1100", "780")
        time.sleep(0.5)

    def xdotool(self, *arguments):
        return subprocess.run(["xdotool", *arguments], env=self.env, capture_output=True, text=True).stdout.split()

    def drag(self, what, names):
        """Drags from the source to the middle of the window, and waits until the question has pictures of these names. The source
        has to live on meanwhile: it is asked for what was dropped."""
        source = subprocess.Popen([drag_source, *what], env=self.env, stdout=subprocess.PIPE, text=True)
        try:
            until("the source", lambda: self.xdotool("search", "--onlyvisible", "--name", "drag_source"))
            time.sleep(0.3)
            self.xdotool("mousemove", "60", "60", "mousedown", "1")
            for x in range(70, 700, 30):
                self.xdotool("mousemove", str(x), "400")
                time.sleep(0.02)
            time.sleep(0.3)
            self.xdotool("mouseup", "1")
            until(f"{names} after {what}", lambda: self.names() == names)
            return source.stdout.readline().strip()
        finally:
            source.terminate()
            source.wait()

    def names(self):
        try:
            with sqlite3.connect(f"file:{self.data}/fovea/history.sqlite?mode=ro", uri=True) as history:
                return [name for name, in history.execute("select name from attachments where owner = 'draft' order by place")]
        except sqlite3.OperationalError:
            return []


def drive(screen, data):
    desk = Desk(screen, data)
    try:
        samples = [f"{root}/resources/samples/{name}.png" for name in ("receipt", "shapes")]
        both = ["receipt.png", "shapes.png"]
        assert desk.drag(samples, both) == "taken"
        assert desk.drag(["--picture"], both + ["Pasted picture"]) == "taken"
        document = data / "report.docx"
        document.write_bytes(b"PK\x03\x04 no picture")
        desk.drag([str(document)], both + ["Pasted picture"])
        time.sleep(1.0)
        assert len(desk.names()) == 3, desk.names()
        assert desk.program.poll() is None
    finally:
        desk.program.kill()
        desk.program.wait(10)
    print("dragged")


on_a_screen(drive)
