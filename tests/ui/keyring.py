#!/usr/bin/env python3
"""A keyring of one's own, unlocked, for a test that keeps keys in it.

    keyring.py COMMAND...

Runs the command on a session bus of its own where GNOME Keyring answers, with its files in a folder that goes away, and
ends with the command's exit status; 77 where there is no dbus-run-session, gnome-keyring-daemon or libsecret.
"""
import ctypes
import os
import shutil
import subprocess
import sys
import tempfile

if len(sys.argv) > 2 and sys.argv[1] == "--inside":
    daemon = subprocess.run(["gnome-keyring-daemon", "--unlock", "--components=secrets"], input=b"test\n", capture_output=True)
    if daemon.returncode != 0:
        print("the keyring does not start:", daemon.stderr.decode())
        sys.exit(77)
    sys.exit(subprocess.run(sys.argv[2:]).returncode)

missing = [tool for tool in ("dbus-run-session", "gnome-keyring-daemon") if not shutil.which(tool)]
try:
    ctypes.CDLL("libsecret-1.so.0")
except OSError:
    missing.append("libsecret-1.so.0")
if missing:
    print("no " + ", ".join(missing))
    sys.exit(77)
with tempfile.TemporaryDirectory() as folder:
    places = {name: folder for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR")}
    os.chmod(folder, 0o700)
    command = ["dbus-run-session", "--", sys.executable, "-B", os.path.abspath(__file__), "--inside", *sys.argv[1:]]
    sys.exit(subprocess.run(command, env=dict(os.environ, **places)).returncode)
