#!/usr/bin/env python3
"""Kill the window (kill -9) while it is used, again and again over one history, and look what it left.

    window_kill_test.py [--windows N] UI_TEST [COUNT [SEED]]

UI_TEST --use-window is the real window without a display and with a scripted engine; it says before what it changes, and afterwards
what the history has acknowledged. After each kill the file must be sound, hold all that was acknowledged, and nothing that was never
meant; after the next start no answer is still running: what was cut off is marked as interrupted, with its text. With --windows so many use the history at once.
"""
import argparse
import hashlib
import json
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path

parser = argparse.ArgumentParser()
parser.add_argument("program")
parser.add_argument("count", nargs="?", type=int, default=25)
parser.add_argument("seed", nargs="?", type=int, default=random.randrange(1 << 31))
parser.add_argument("--windows", type=int, default=1)
arguments = parser.parse_args()
program, count, seed, windows = arguments.program, arguments.count, arguments.seed, arguments.windows
chance = random.Random(seed)

STARTING = 0.12  # of the kills come before the window has read its history
LONGEST = 1.2  # seconds of use
NOTHING = object()


class Known:
    """What was said of a history: by (what, chat) the value acknowledged last and those meant since, and the messages."""

    def __init__(self):
        self.kept, self.meant = {}, defaultdict(list)
        self.tags, self.messages = defaultdict(set), {}

    def hear(self, line):
        said = json.loads(line)
        if "will" in said:
            change = said["will"]
            self.meant[change["what"], int(change["chat"])].append(change["is"])
        for fact in said.get("kept", []):
            chat = int(fact["chat"])
            if fact["what"] == "message":
                self.messages[int(fact["id"])] = (chat, fact["is"] if fact["whole"] else None)
            elif fact["what"] == "tag":
                self.tags[chat].add(fact["is"])
            else:
                # Meant later than this, and so perhaps on disk too: what stands behind it.
                place, meant = (fact["what"], chat), self.meant[fact["what"], chat]
                if fact["is"] in meant:
                    del meant[: meant.index(fact["is"]) + 1]
                self.kept[place] = fact["is"]
        return said

    def forget(self, chat):
        for table in (self.kept, self.meant):
            for place in [place for place in table if place[1] == chat]:
                del table[place]
        self.tags.pop(chat, None)
        self.messages = {id: message for id, message in self.messages.items() if message[0] != chat}


def rows(history, query):
    return history.execute(query).fetchall()


def check_left(folder, known, gone, figures):
    """After a kill. `gone`: the chats that were deleted before. Gives the answers that were cut off, with their texts, and the chats
    that are deleted now."""
    with sqlite3.connect(folder / "history.sqlite") as history:
        assert rows(history, "PRAGMA integrity_check") == [("ok",)], rows(history, "PRAGMA integrity_check")
        history.execute("INSERT INTO found(found, rank) VALUES('integrity-check', 1)")
        history.rollback()
        messages = {id: (chat, role, text, state) for id, chat, role, text, state in
                    rows(history, "SELECT id, chat, role, text, state FROM messages")}
        chats = {id: dict(title=title, pinned=bool(pinned), removed=bool(removed), draft=draft) for id, title, pinned, removed, draft in
                 rows(history, "SELECT id, title, pinned, removed, draft FROM chats")}
        tags = set(rows(history, "SELECT chat, tag FROM tags"))
        hashes = {hash for hash, in rows(history, "SELECT DISTINCT hash FROM attachments")}
    history.close()
    for chat in set(gone) - set(chats):
        known.forget(chat)  # a start that was killed had got so far
    for id, (chat, text) in known.messages.items():
        assert id in messages, f"message {id} of chat {chat} was acknowledged and is not there: {text!r}"
        figures["acknowledged messages looked for"] += 1
        if text is not None:
            assert messages[id][2] == text, (id, messages[id], text)
    for (what, chat), value in known.kept.items():
        there = chats[chat][what] if chat in chats else NOTHING
        later = known.meant[what, chat]
        good = there == value or there in later
        if what == "draft" and there is not NOTHING:  # a part of it, while it is typed; nothing, once it is asked
            good = good or any(meant.startswith(there) for meant in later)
        assert good, f"{what} of chat {chat}: {there!r}, acknowledged {value!r}, meant {later!r}"
        figures["other acknowledged values looked for"] += 1
    for chat, wanted in known.tags.items():
        for tag in wanted:
            assert (chat, tag) in tags, (chat, tag)
    for hash in hashes:
        kept = (folder / "pictures" / hash[:2] / hash).read_bytes()
        assert hashlib.sha256(kept).hexdigest() == hash, hash
    gone = [chat for chat, state in chats.items() if state["removed"]]
    return {id: text for id, (chat, _, text, state) in messages.items() if state == "running" and chat not in gone}, gone


def check_opened(folder, cut, gone):
    """After the start that follows: what the kill left is set right."""
    history = sqlite3.connect(f"file:{folder}/history.sqlite?mode=ro", uri=True)
    states = {id: (state, text) for id, state, text in rows(history, "SELECT id, state, text FROM messages")}
    chats = {chat for chat, in rows(history, "SELECT id FROM chats")}
    history.close()
    assert not [id for id, (state, _) in states.items() if state == "running"]
    for id, text in cut.items():
        assert states[id] == ("interrupted", text), (id, states.get(id), text)
    assert not chats & set(gone), "what was deleted came back"


class Window:
    """The window in a process of its own, and what was heard of it."""

    def __init__(self, folder, log):
        self.process = subprocess.Popen([program, "--use-window", str(folder), str(chance.randrange(1 << 31))], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=log)
        self.heard = b""

    def wait_for_history(self):
        first = json.loads(self.process.stdout.readline() or b"{}")
        assert first.get("opened"), f"it did not open its history: {first}"

    def begin(self):
        self.process.stdin.write(b"\n")
        self.process.stdin.flush()
        os.set_blocking(self.process.stdout.fileno(), False)

    def listen(self):
        self.heard += self.process.stdout.read() or b""

    def kill(self):
        """Gives the lines that were said; one that was cut off was not said."""
        assert self.process.poll() is None, f"it ended by itself with {self.process.returncode}"
        self.process.kill()
        self.process.wait()
        os.set_blocking(self.process.stdout.fileno(), True)
        self.listen()
        self.process.stdin.close()
        self.process.stdout.close()
        return self.heard.split(b"\n")[:-1]


def live(folder, known, cut, gone, figures, log):
    """One start, use and kill."""
    used = [Window(folder, log)]
    if chance.random() < STARTING:
        time.sleep(chance.random() * 0.6)
        figures["kills while it started"] += 1
    else:
        used[0].wait_for_history()
        check_opened(folder, cut, gone)
        figures["answers found interrupted"] += len(cut)
        for chat in gone:
            known.forget(chat)
        for _ in range(1, windows):
            used.append(Window(folder, log))
            used[-1].wait_for_history()
        for window in used:
            window.begin()
        end = time.monotonic() + chance.random() * LONGEST
        while time.monotonic() < end:  # read meanwhile, or a full pipe would stop it
            for window in used:
                window.listen()
            time.sleep(max(0.0, min(0.02, end - time.monotonic())))
    for window in used:
        for line in window.kill():
            said = known.hear(line)
            assert "failed" not in said and "recovered" not in said, said
            figures["acknowledgements"] += len(said.get("kept", []))
    if windows > 1:  # which of them was the last to change a title is not known
        known.kept.clear()


def main():
    begin, figures, known = time.monotonic(), Counter(), Known()
    with tempfile.TemporaryDirectory(prefix="killed") as name:
        folder, log = Path(name) / "history", open(Path(name) / "log", "wb")
        folder.mkdir()
        cut, gone = {}, []
        for figures["kills"] in range(1, count + 1):
            try:
                live(folder, known, cut, gone, figures, log)
                if (folder / "history.sqlite").exists():
                    cut, gone = check_left(folder, known, gone, figures)
            except BaseException:
                print(f"in round {figures['kills']} of seed {seed}", file=sys.stderr)
                raise
            if figures["kills"] % 100 == 0:
                print(f"{figures['kills']} kills, {time.monotonic() - begin:.0f} s", flush=True)
        assert not list(folder.glob("history-damaged-*"))
        figures["messages acknowledged and kept at the end"] = len(known.messages)
        figures["bytes of the database"] = (folder / "history.sqlite").stat().st_size
    assert count < 20 or figures["acknowledgements"] > count, figures
    print(f"seed {seed}, {time.monotonic() - begin:.0f} s:", ", ".join(f"{value} {what}" for what, value in figures.items()))


main()
