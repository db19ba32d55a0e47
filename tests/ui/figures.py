#!/usr/bin/env python3
"""Measure the window: what it takes until it is there and answers, while nothing happens, and while an answer comes.

    tests/ui/figures.py [--build BUILD] [start | answer | idle | painting | speed | loads]...

Without a name all of them, in about ten minutes; they are true on a machine that does nothing else. Drives the real window under
Xvfb with the model in the box, at 1280 × 800. Needs `ninja -C BUILD fovea drag_source window_load ui_test`, Xvfb and xdotool. Prints each
figure with its goal; the exit status is 1 if one is missed.
"""
import argparse
import json
import os
import re
import signal
import statistics
import subprocess
import sys
import time
from pathlib import Path

from driven_window import Window
from screen import on_a_screen

ROOT = Path(__file__).resolve().parents[2]
MODEL = ROOT / "resources/models/fovea-mini"
SAMPLE = ROOT / "resources/samples/label.png"
STARTS, PAIRS, PAINTED_ANSWERS, TOKENS, IDLE_SECONDS = 5, 10, 5, 1500, 20.0
missed = []


def figure(name, value, unit, goal, reached):
    print(f"{'ok    ' if reached else 'MISSED'}  {name}: {value:.3g} {unit} (goal: {goal})", flush=True)
    if not reached:
        missed.append(name)


def soon(look, seconds=30.0):
    """Seconds on the clock at which look() gave something, looked for all the time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if look():
            return time.monotonic()
        time.sleep(0.005)
    sys.exit("not in time")


def processor_seconds(pid):
    """Of all threads of a process since it began."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Real:
    """The real window, whose history is kept from start to start."""

    def __init__(self, build, screen, data):
        self.build, self.screen, self.data = build, screen, data

    def open(self):
        return Window(str(self.build / "bin/fovea"), str(ROOT), self.screen, self.data)

    def start(self):
        """Of a first start, and of later ones."""
        seconds = []
        for _ in range(STARTS):
            window = self.open()
            seconds.append(window.seconds)
            time.sleep(1.0)
            window.end()
        figure("window after a first start", seconds[0], "s", "1 s", seconds[0] <= 1.0)
        later = statistics.median(seconds[1:])
        figure(f"window after a start, median of {STARTS - 1}", later, "s", "1 s", later <= 1.0)

    def drop(self, window):
        """Drags the sample out of another program over the middle of the window; seconds on the clock when it was let go."""
        source = subprocess.Popen([self.build / "tests/ui/drag_source", str(SAMPLE)], env=window.env, stdout=subprocess.PIPE, text=True)
        soon(lambda: window.xdotool("search", "--onlyvisible", "--name", "drag_source"))
        window.xdotool("mousemove", "60", "60", "mousedown", "1", "mousemove", "90", "400")
        for x in range(100, 700, 60):
            window.xdotool("mousemove", str(x), "400")
            time.sleep(0.02)
        time.sleep(0.2)
        let_go = time.monotonic()
        window.xdotool("mouseup", "1")
        return source, let_go

    def answer(self):
        """From the drop to the whole answer, the question being typed already."""
        window = self.open()
        window.xdotool("windowmove", window.id, "130", "0", "windowsize", window.id, "1100", "780", "windowfocus", "--sync", window.id)
        time.sleep(0.3)
        window.type("Read the text.")
        source, let_go = self.drop(window)
        # The drop is in the draft a moment later; Enter waits for the picture to be read.
        taken = soon(lambda: window.draft_pictures())
        window.xdotool("windowfocus", "--sync", window.id)
        window.key("Return")
        there = soon(lambda: [m for m in window.messages() if m[0] == "assistant" and m[2] == "complete"])
        print(f"        taken after {taken - let_go:.2f} s; the answer: {window.messages()[-1][1]!r}")
        figure("answer after a picture is dropped", there - let_go, "s", "3 s", there - let_go <= 3.0)
        source.kill()
        source.wait()
        window.end()

    def idle(self):
        """The whole process, with the picture's tab of the inspector and with that of the speed."""
        window = self.open()
        time.sleep(5.0)
        for keys, name in (("alt+1", "picture"), ("alt+2", "speed")):
            window.key(keys)
            time.sleep(2.0)
            before = processor_seconds(window.program.pid)
            time.sleep(IDLE_SECONDS)
            share = (processor_seconds(window.program.pid) - before) / IDLE_SECONDS
            figure(f"processor while idle, {name} open", 100 * share, "% of a core", "1 %", share < 0.01)
        window.end()


class Side:
    """window_load: the same question, in a window or without one. It stands still while it isn't asked."""

    def __init__(self, build, screen, side):
        env = dict(os.environ, DISPLAY=screen.display, QT_QPA_PLATFORM="xcb", LC_ALL="C.UTF-8")
        self.program = subprocess.Popen([build / "tests/ui/window_load", side, MODEL, SAMPLE, str(TOKENS)], env=env, cwd=ROOT, text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.hear()
        time.sleep(2.0)  # the engine learns how fast it is
        self.program.send_signal(signal.SIGSTOP)

    def hear(self):
        line = self.program.stdout.readline()
        return json.loads(line) if line else sys.exit("window_load ended")

    def ask(self):
        self.program.send_signal(signal.SIGCONT)
        self.program.stdin.write("\n")
        self.program.stdin.flush()
        told = self.hear()
        time.sleep(0.3)
        self.program.send_signal(signal.SIGSTOP)
        assert told["tokens"] == TOKENS, told
        return told

    def end(self):
        self.program.kill()
        self.program.wait()


def painting(build, screen):
    """While the model writes, with the speed panel open."""
    window = Side(build, screen, "window")
    window.ask()  # what is made once
    told = [window.ask() for _ in range(PAINTED_ANSWERS)]
    window.end()
    total = {key: sum(one[key] for one in told) for key in told[0]}
    clock = total["clock"]
    print(f"        {statistics.median(one['tokens_per_second'] for one in told):.0f} tokens/s, {total['frames'] / clock:.1f} repaints a second; "
          f"the GUI thread in all: {100 * total['busy'] / clock:.1f} % of a core")
    figure("painting", 100 * total["painting"] / clock, "% of a core", "3 %", total["painting"] / clock < 0.03)
    rate = total["panel_frames"] / clock
    figure("the performance panel painted", rate, "times a second", "at most 10", rate <= 10.0)
    each = 1000 * total["panel"] / max(1, total["panel_frames"])
    figure("each time", each, "ms of the processor", "1 ms", 0.0 < each < 1.0)
    longest = 1000 * max(one["longest"] for one in told)
    figure("longest block of the window's thread", longest, "ms", "50 ms", longest <= 50.0)


def speed(build, screen):
    """Pairs of answers, turn about: which of the two is first changes from pair to pair."""
    sides = {side: Side(build, screen, side) for side in ("window", "engine")}
    for side in sides.values():
        side.ask()
    shares = []
    for pair in range(PAIRS):
        order = ("window", "engine") if pair % 2 else ("engine", "window")
        rate = {side: sides[side].ask()["tokens_per_second"] for side in order}
        shares.append(rate["window"] / rate["engine"])
        print(f"        {rate['window']:.1f} with the window, {rate['engine']:.1f} without: {100 * shares[-1]:.1f} %")
    for side in sides.values():
        side.end()
    median = statistics.median(shares)
    figure(f"tokens/s with the window against without, median of {PAIRS} pairs", 100 * median, "%", "95 %", median >= 0.95)


def loads(build, screen):
    """The suite of large things, by the clock: a model that loads, 200 pictures, 100 megapixels, 100,000 tokens, 5,000 messages."""
    env = dict(os.environ, DISPLAY=screen.display, QT_QPA_PLATFORM="xcb", LC_ALL="C.UTF-8", FOVEA_QUIET_MACHINE="1")
    suite = subprocess.run([build / "tests/ui/ui_test", "loads"], env=env, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    found = re.findall(r"LoadsTest::(\w+)\(\) longest event ([0-9.]+) ms", suite.stdout)
    if not found:
        sys.exit(suite.stdout)
    for name, longest in found:
        figure(f"longest event, {name.replace('_', ' ')}", float(longest), "ms", "50 ms", float(longest) <= 50.0)
    figure("tests of large things that failed", suite.stdout.count("FAIL!"), "checks", "0", suite.returncode == 0)


def drive(screen, data):
    real = Real(options.build.resolve(), screen, data)
    parts = {"start": real.start, "answer": real.answer, "idle": real.idle, "painting": lambda: painting(real.build, screen),
             "speed": lambda: speed(real.build, screen), "loads": lambda: loads(real.build, screen)}
    for name in options.part or parts:
        parts[name]() if name in parts else parser.error(f"{name} is none of: {', '.join(parts)}")


parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--build", type=Path, default=ROOT / "build/release")
parser.add_argument("part", nargs="*", metavar="PART")
options = parser.parse_args()
on_a_screen(drive)
sys.exit(bool(missed))
