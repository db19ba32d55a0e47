"""starter_test.py SOURCE: what the Debian package installs as `fovea`, with a download and dialogs of our own."""

import os
import pathlib
import pty
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

SOURCE = pathlib.Path(sys.argv.pop(1))

# Says what it was started with; its exit status is not one of the starter's.
PROGRAM = """#!/bin/sh
printf 'program:'; printf ' <%s>' "$@"; printf '\\n%s\\n%s\\n' "$LD_LIBRARY_PATH" "$FOVEA_RESOURCES"
exit 7
"""
# In the place of the download: FETCH says how it goes.
FETCH = """
import os, pathlib, sys, time
root = pathlib.Path(sys.argv[1])
open(os.environ["FETCHED"], "a").write(" ".join(sys.argv[3:]) + "\\n")
how = os.environ.get("FETCH", "well")
if how == "offline":
    print("failed: torch 2.11.0 could not be fetched. The package index can't be reached.")
    sys.exit(1)
for percent in (0, 50, 99):
    print(f"         torch 2.11.0: {percent} of 100 MB ({percent} %)", file=sys.stderr, flush=True)
if how == "endless":
    open(os.environ["FETCHED"] + ".pid", "w").write(str(os.getpid()))
    while True:
        time.sleep(0.05)
        print("         torch 2.11.0: 99 of 100 MB (99 %)", file=sys.stderr, flush=True)
(root / "torch/lib").mkdir(parents=True)
(root / "torch/lib/libtorch_cpu.so").write_bytes(b"12345")
(root / "cpu.complete").write_text("5 torch/lib/libtorch_cpu.so\\n")
"""
# In the place of zenity and kdialog: writes down what it was asked; ANSWERS holds the exit status of each dialog in turn.
DIALOG = """#!/usr/bin/python3 -B
import os, sys
log = os.environ["DIALOGS"]
count = len(open(log).read().split("\\f")) - 1 if os.path.exists(log) else 0
status = int(os.environ["ANSWERS"][count])
shown = "\\n".join(sys.argv)
if "--progress" in sys.argv:
    for line in sys.stdin:
        shown += "\\n" + line.strip()
        if status and line.strip() == "99":
            break
open(log, "a").write(shown + "\\f")
sys.exit(status)
"""


def write(path, text, mode=0o644):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(mode)


class Starter(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="with a space ")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.prefix, self.home = self.folder / "usr", self.folder / "home"
        self.home.mkdir()
        shutil.copytree(SOURCE / "packaging/setup", self.prefix / "share/fovea/setup")
        write(self.prefix / "share/fovea/setup/libtorch/fetch.py", FETCH)
        write(self.prefix / "bin/fovea", (SOURCE / "packaging/deb/fovea").read_text(), 0o755)
        write(self.prefix / "lib/fovea/program/fovea", PROGRAM, 0o755)
        self.fetched, self.dialogs = self.folder / "fetched", self.folder / "dialogs"
        # A PATH in which the dialogs are those of the test alone.
        self.tools = self.folder / "tools"
        self.tools.mkdir()
        for name in ("bash cat cut dirname df flock getent grep head id kill mkdir mv nproc printf readlink rm rmdir sed sh sha256sum "
                     "stat tail touch tr uname xargs awk").split():
            (self.tools / name).symlink_to(shutil.which(name))
        self.env = {"HOME": str(self.home), "PATH": str(self.tools), "LC_ALL": "C.UTF-8", "FETCHED": str(self.fetched), "FOVEA_GPU": "0",
                    "DIALOGS": str(self.dialogs)}

    def start(self, *arguments, **env):
        done = subprocess.run([self.prefix / "bin/fovea", *arguments], env=dict(self.env, **env), stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=60)
        return done.returncode, done.stdout, done.stderr

    def on_terminal(self, typed, *arguments, **env):
        main, terminal = pty.openpty()
        os.write(main, typed.encode())
        done = subprocess.run([self.prefix / "bin/fovea", *arguments], env=dict(self.env, **env), stdin=terminal,
                              stdout=subprocess.PIPE, stderr=terminal, text=True, timeout=60)
        os.close(terminal)
        said = b""
        try:
            while part := os.read(main, 65536):
                said += part
        except OSError:
            pass  # all is read
        os.close(main)
        return done.returncode, done.stdout, said.decode()

    def fetches(self):
        return self.fetched.read_text().splitlines() if self.fetched.exists() else []

    def shown(self):
        return self.dialogs.read_text().split("\f")[:-1] if self.dialogs.exists() else []

    def dialog(self, name, answers):
        write(self.tools / name, DIALOG, 0o755)
        self.env.update(DISPLAY=":77", ANSWERS=answers)

    def assert_untouched(self):
        left = [path for path in (self.home / ".cache").rglob("*") if path.name != "lock" and path.is_file() or path.name == "libtorch"]
        self.assertEqual(left, [])

    def test_without_anybody_to_ask_it_says_how_and_writes_nothing(self):
        status, out, said = self.start("ask", "x.png")
        self.assertEqual((status, out), (69, ""))
        self.assertIn("fovea --yes", said)
        self.assertEqual((self.fetches(), list(self.home.iterdir())), ([], []))

    def test_yes_fetches_once_and_starts_the_program_with_its_arguments(self):
        status, out, said = self.start("--yes", "ask", "a picture.png", "")
        library = next(self.home.glob(".cache/fovea/libtorch/2.11.0-*/torch/lib"))
        self.assertEqual(status, 7)
        self.assertEqual(out, f"program: <ask> <a picture.png> <>\n{library}\n{self.prefix}/share/fovea\n")
        self.assertIn("(50 %)", said)
        self.assertEqual(self.start("models", "rm", "x", "--yes")[1].splitlines()[0], "program: <models> <rm> <x> <--yes>")
        self.assertEqual(self.start("--yes", "--version")[1].splitlines()[0], "program: <--version>")
        self.assertEqual(self.fetches(), ["cpu"])

    def test_the_environment_may_agree_or_forbid(self):
        status, _, said = self.start("ask", FOVEA_FETCH="no")
        self.assertEqual((status, self.fetches()), (69, []))
        self.assertIn("forbids", said)
        self.assertEqual(self.start("ask", FOVEA_FETCH="yes")[0], 7)

    def test_a_terminal_is_asked(self):
        status, _, said = self.on_terminal("n\n", "ask")
        self.assertEqual((status, self.fetches()), (69, []))
        self.assertIn("Fetch it now?", said)
        self.assertIn("550 MB", said)
        self.assertEqual(self.on_terminal("\n", "ask")[0], 7)
        self.assertEqual(self.fetches(), ["cpu"])

    def test_without_a_network_it_says_why_and_what_to_do_and_leaves_nothing(self):
        status, out, said = self.start("--yes", "ask", FETCH="offline")
        self.assertEqual((status, out), (69, ""))
        self.assertIn("The package index can't be reached.", said)
        self.assertIn("What to do:\n  Check the network", said)
        self.assert_untouched()

    def test_damage_is_noticed(self):
        self.start("--yes")
        next(self.home.glob(".cache/fovea/libtorch/*/torch/lib/libtorch_cpu.so")).write_bytes(b"1234")
        status, out, _ = self.start("ask")
        self.assertEqual((status, out), (69, ""))

    def test_cuda_is_fetched_with_the_rest_or_when_asked_for(self):
        self.assertEqual(self.start("--yes")[0], 7)
        self.assertEqual(self.start("ask", FOVEA_GPU="")[0], 7)
        self.assertEqual(self.fetches(), ["cpu"])
        status, _, said = self.on_terminal("n\n", "ask", FOVEA_GPU="1")
        self.assertEqual(status, 69)
        self.assertIn("with CUDA", said)

    def test_another_libtorch(self):
        status, _, said = self.start("ask", FOVEA_LIBTORCH=str(self.folder))
        self.assertEqual(status, 69)
        self.assertIn("FOVEA_LIBTORCH", said)
        write(self.folder / "torch/lib/libtorch_cpu.so", "")
        status, out, _ = self.start("ask", FOVEA_LIBTORCH=str(self.folder), LD_LIBRARY_PATH="/elsewhere")
        self.assertEqual((status, out.splitlines()[1]), (7, f"{self.folder}/torch/lib:/elsewhere"))
        self.assertEqual((self.fetches(), list(self.home.iterdir())), ([], []))

    def test_a_desktop_asks_in_a_dialog_and_shows_progress(self):
        self.dialog("zenity", "00")
        status, out, _ = self.start()
        self.assertEqual((status, out.splitlines()[0]), (7, "program: <>"))
        question, progress = self.shown()
        self.assertIn("--question", question)
        self.assertIn("550 MB", question)
        self.assertEqual([line for line in progress.splitlines() if line.isdigit()], ["420", "0", "50", "99", "100"])
        self.assertIn("# torch 2.11.0: 50 of 100 MB (50 %)", progress)

    def test_a_dialog_is_for_the_window_alone(self):
        self.dialog("zenity", "")
        self.assertEqual(self.start("ask")[0], 69)
        self.assertEqual(self.shown(), [])

    def test_a_dialog_may_be_answered_with_no(self):
        for name in ("zenity", "kdialog"):
            self.dialog(name, "11")
            self.assertEqual(self.start()[0], 69)
            self.assertEqual(self.fetches(), [])
            (self.tools / name).unlink()

    def test_a_dialog_tells_of_a_failure(self):
        for name, answers in (("zenity", "000"), ("kdialog", "000")):
            self.dialog(name, answers)
            status, out, said = self.start(FETCH="offline")
            self.assertEqual((status, out), (69, ""))
            for words in (self.shown()[-1], said):
                self.assertIn("The package index can't be reached.", words)
                self.assertIn("What to do", words)
            (self.tools / name).unlink()
            self.dialogs.unlink()

    def test_kdialog_asks_tells_and_goes_on(self):
        self.dialog("kdialog", "00")
        self.assertEqual(self.start()[0], 7)
        self.assertIn("--yesno", self.shown()[0])

    def test_cancelling_ends_the_download(self):
        self.dialog("zenity", "01")
        status, out, said = self.start(FETCH="endless")
        self.assertEqual((status, out), (69, ""))
        self.assertIn("cancelled", said)
        pid = int(pathlib.Path(f"{self.fetched}.pid").read_text())
        end = time.monotonic() + 10
        while os.path.exists(f"/proc/{pid}") and time.monotonic() < end:
            time.sleep(0.05)
        self.assertFalse(os.path.exists(f"/proc/{pid}"))


unittest.main()
