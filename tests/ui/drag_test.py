#!/usr/bin/env python3
"""Drag from another process into the real window under Xvfb, by XDND with the mouse of xdotool.

    drag_test.py FOVEA DRAG_SOURCE ROOT

Several pictures at once, a picture that is in no file, one in a data: address, a link, and a document, which is refused on its thumbnail. Exit status 77 where
there is no Xvfb or xdotool.
"""
import base64
import subprocess
import sys
import time
from pathlib import Path

from driven_window import Window
from screen import on_a_screen, until

fovea, drag_source, root = sys.argv[1:]


class Desk(Window):
    def __init__(self, screen, data):
        super().__init__(fovea, root, screen, data)
        # Beside the source's corner.
        self.xdotool("windowmove", self.id, "130", "0", "windowsize", self.id, "1100", "780")
        time.sleep(0.5)

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
            until(f"{names} after {what}", lambda: self.draft_pictures() == names)
            return source.stdout.readline().strip()
        finally:
            source.terminate()
            source.wait()


def drive(screen, data):
    desk = Desk(screen, data)
    try:
        samples = [f"{root}/resources/samples/{name}.png" for name in ("receipt", "shapes")]
        both = ["receipt.png", "shapes.png"]
        assert desk.drag(samples, both) == "taken"
        assert desk.drag(["--picture"], both + ["Pasted picture"]) == "taken"
        # What browsers drag besides: a picture that stands in the page itself, and a bare link, which is taken for the words about it.
        in_page = "data:image/png;base64," + base64.b64encode(Path(samples[0]).read_bytes()).decode()
        assert desk.drag([in_page], both + ["Pasted picture"] * 2) == "taken"
        assert desk.drag(["https://example.org/a.png"], both + ["Pasted picture"] * 2) == "taken"
        document = data / "report.docx"
        document.write_bytes(b"PK\x03\x04 no picture")
        desk.drag([str(document)], both + ["Pasted picture"] * 2)
        time.sleep(1.0)
        assert len(desk.draft_pictures()) == 4, desk.draft_pictures()
        assert desk.program.poll() is None
    finally:
        desk.end()
    print("dragged")


on_a_screen(drive)
