#!/usr/bin/env python3
"""An X server of one's own, for a test that needs a display.

    screen.py COMMAND...

Runs the command with such a server as its DISPLAY and ends with its exit status; 77 where there is no Xvfb. The server picks
its number itself, so that tests which run at the same time never meet, as they may behind `xvfb-run -a`.
"""
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def until(what, look, seconds=30.0):
    """What look() gives as soon as it gives anything; ends the test if it does not in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        time.sleep(0.05)
    sys.exit(f"not within {seconds} s: {what}")


class Screen:
    """Stays as it is without clients: a server that resets itself after the last of them refuses those that come meanwhile.
    Keys do not repeat by themselves: on a machine with much to do they would, between the press and the release from xdotool."""

    def __init__(self):
        read, write = os.pipe()
        self.server = subprocess.Popen(["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x800x24", "-nolisten", "tcp", "-noreset", "-r"],
                                       pass_fds=[write], stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as pipe:
            self.display = f":{pipe.readline().strip()}"

    def close(self):
        self.server.terminate()
        self.server.wait()


def on_a_screen(drive, *tools):
    """drive(screen, folder) on a screen and in a folder of its own; status 77 where a tool or Xvfb is missing."""
    missing = [tool for tool in ("Xvfb", "xdotool", *tools) if not shutil.which(tool)]
    if missing:
        print("no " + ", ".join(missing))
        sys.exit(77)
    with tempfile.TemporaryDirectory() as folder:
        screen = Screen()
        try:
            drive(screen, Path(folder))
        finally:
            screen.close()


if __name__ == "__main__":
    if not shutil.which("Xvfb"):
        print("no Xvfb")
        sys.exit(77)
    screen = Screen()
    try:
        status = subprocess.run(sys.argv[1:], env=dict(os.environ, DISPLAY=screen.display)).returncode
    finally:
        screen.close()
    sys.exit(status)
