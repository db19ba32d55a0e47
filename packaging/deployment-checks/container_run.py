#!/usr/bin/env python3
"""Runs an image that container_root.py made: its command, as its user, over a read-only root, without capabilities; then its
health check, a question, and a stop by SIGTERM. Called in name spaces of its own (mount, net, pid).

  container_run.py IMAGE.json"""

import array
import fcntl
import json
import pathlib
import secrets
import signal
import socket
import struct
import subprocess
import sys
import time

KEY = secrets.token_hex(24)


def say(text):
    print(f"[container] {text}", flush=True)


def loopback_up():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        up = array.array("b", struct.pack("16sh14x", b"lo", 0x1 | 0x40))  # IFF_UP, IFF_RUNNING
        fcntl.ioctl(one.fileno(), 0x8914, up)  # SIOCSIFFLAGS


def mount(*words):
    subprocess.run(["mount", *words], check=True)


class Container:
    def __init__(self, image):
        self.image = image
        self.root = image["root"]
        mount("--make-rprivate", "/")
        mount("--bind", self.root, self.root)
        for volume in image["volumes"]:
            mount("--bind", self.root + volume, self.root + volume)
        mount("-o", "remount,ro,bind", self.root)
        mount("-t", "proc", "proc", self.root + "/proc")
        mount("-t", "tmpfs", "-o", "mode=1777", "tmpfs", self.root + "/tmp")
        mount("-t", "tmpfs", "-o", "mode=755", "tmpfs", self.root + "/dev")
        for device in ("null", "zero", "urandom", "random"):
            pathlib.Path(self.root + "/dev/" + device).touch()
            mount("--bind", "/dev/" + device, self.root + "/dev/" + device)

    def words(self, command):
        user, group = self.image["user"].split(":")
        assert user != "0", "the image's user is root"
        return ["/usr/sbin/chroot", self.root, "setpriv", f"--reuid={user}", f"--regid={group}", "--clear-groups", "--no-new-privs",
                "--bounding-set=-all", "--inh-caps=-all", "env", f"--chdir={self.image['folder']}", *command]

    def start(self, command):
        return subprocess.Popen(self.words(command), env={**self.image["environment"], "FOVEA_API_KEY": KEY})

    def run(self, command):
        return subprocess.run(self.words(command), env=self.image["environment"], capture_output=True, text=True, timeout=120, check=False)


def expect(condition, what):
    if not condition:
        sys.exit(f"[container] FAILED: {what}")
    say(f"ok: {what}")


def main():
    container = Container(json.loads(pathlib.Path(sys.argv[1]).read_text()))
    loopback_up()
    written = container.run(["sh", "-c", "touch /opt/fovea/x /etc/x /usr/x"])
    expect(written.returncode != 0 and "Read-only" in written.stderr, "nothing can be written outside of /tmp and the volume")
    expect(container.run(["sh", "-c", "touch /models/x && rm /models/x"]).returncode == 0, "the user may write to /models")
    expect(container.run(container.image["healthcheck"]).returncode != 0, "the health check fails where nothing answers")
    missing = container.run([*container.image["command"]])
    expect(missing.returncode != 0 and "key" in missing.stderr, "without a key it refuses to listen to the network")

    server = container.start(container.image["command"])
    healthy = None
    for _ in range(120):
        healthy = container.run(container.image["healthcheck"])
        if healthy.returncode == 0 or server.poll() is not None:
            break
        time.sleep(1)
    expect(healthy.returncode == 0, f"the health check says {healthy.stdout.strip() or healthy.stderr.strip()}")
    status = pathlib.Path(f"/proc/{server.pid}/status").read_text()
    ids = next(line for line in status.splitlines() if line.startswith("Uid:")).split()[1:]
    expect(set(ids) == {container.image["user"].split(":")[0]}, f"it runs as user {ids[0]}")
    expect("CapEff:\t0000000000000000" in status, "it has no capabilities")
    answer = container.run(["curl", "-s", "http://127.0.0.1:8080/api/v1/generate", "-H", f"X-Api-Key: {KEY}",
                            "-F", "image=@/opt/fovea/share/fovea/samples/label.png", "-F", "prompt=Read the text."])
    expect("Platform 7 North" in answer.stdout, f"it reads a picture: {json.loads(answer.stdout or '{}').get('text')}")
    stranger = container.run(["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "http://127.0.0.1:8080/v1/models"])
    expect(stranger.stdout == "401", "a caller without a key gets 401")
    server.send_signal(signal.SIGTERM)
    expect(server.wait(timeout=40) == 0, "SIGTERM ends it with status 0")


if __name__ == "__main__":
    main()
