#!/usr/bin/env python3
"""A small disk for a test that fills it: runs the command with FOVEA_SMALL_DISK naming a folder on one of 3 MB, in a mount namespace of
its own, so that nobody else sees it. Without the right to make one the command runs without the variable.

    small_disk.py COMMAND...
"""
import os
import subprocess
import sys
import tempfile

MOUNT = 'mount -t tmpfs -o size=3m small "$FOVEA_SMALL_DISK" && exec "$@"'
apart = ["unshare", "--user", "--map-root-user", "--mount"]
with tempfile.TemporaryDirectory() as folder:
    env = dict(os.environ, FOVEA_SMALL_DISK=folder)
    try:
        able = not subprocess.run([*apart, "sh", "-c", MOUNT, "sh", "true"], env=env, stderr=subprocess.DEVNULL).returncode
    except FileNotFoundError:
        able = False
    if able:
        command = [*apart, "sh", "-c", MOUNT, "sh", *sys.argv[1:]]
    else:
        print("no small disk can be made here", flush=True)
        command, env = sys.argv[1:], dict(os.environ)
    status = subprocess.run(command, env=env).returncode
sys.exit(status)
