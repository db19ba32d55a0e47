"""A display that answers and refuses this user: the window says so and the program goes on as without one.

refused_display_test.py FOVEA
"""
import contextlib
import os
import socket
import struct
import subprocess
import sys
import threading

REASON = b"No protocol specified\n"


def refuse(listener):
    """Answers each caller as an X server does whom it lacks the key for: failed, the protocol's version, a reason in words of four."""
    padded = REASON + bytes(-len(REASON) % 4)
    while True:
        caller, _ = listener.accept()
        with caller, contextlib.suppress(OSError):  # who only looks whether somebody is there hangs up first
            caller.recv(4096)
            caller.sendall(struct.pack("<BBHHH", 0, len(REASON), 11, 0, len(padded) // 4) + padded)


def run(fovea, **changes):
    environment = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")}
    return subprocess.run([fovea], env={**environment, **changes}, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL)


def main():
    number = 5000 + os.getpid() % 50000
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(f"\0/tmp/.X11-unix/X{number}")
        listener.listen(8)
        threading.Thread(target=refuse, args=(listener,), daemon=True).start()
        refused = run(sys.argv[1], DISPLAY=f":{number}")
    without = run(sys.argv[1])
    assert refused.returncode == without.returncode, (refused, without)
    assert refused.stdout == without.stdout, refused
    told = [line for line in refused.stderr.splitlines() if line.startswith("No window can be opened: ")]  # xcb says its word before
    assert len(told) == 1 and f":{number}" in told[0], refused.stderr
    assert "core dumped" not in refused.stderr and "Reinstalling" not in refused.stderr, refused.stderr
    print(refused.stderr)


if __name__ == "__main__":
    main()
