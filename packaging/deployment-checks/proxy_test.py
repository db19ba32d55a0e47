#!/usr/bin/env python3
"""Two real `fovea serve` behind a real proxy with the configuration of packaging/proxy: streams are handed on as they come, the
engine with less to do is asked, a dead engine costs no question, one that ends or is drained gets no new ones.

  proxy_test.py FOVEA haproxy|nginx CONFIGURATION

The proxy is looked for in PATH and /usr/sbin; without it the status is 77."""

import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile

from servers import CheckFailed, Server, Stream, ask, expect, free_port, get, wait_until
from stepwise_engine import EVENTS, StepwiseEngine

LONG = 1500  # tokens: seconds, in which the checks below happen


class HaProxy:
    probes = True  # asks /ready by itself

    def __init__(self, binary, configuration, ports, folder):
        self.port = free_port()
        self.socket = str(folder / f"{self.port}.sock")
        environment = {**os.environ, "FOVEA_PROXY_BIND": f"127.0.0.1:{self.port}", "FOVEA_ENGINE_A": f"127.0.0.1:{ports[0]}",
                       "FOVEA_ENGINE_B": f"127.0.0.1:{ports[1]}", "FOVEA_PROXY_SOCKET": self.socket}
        self.names = ["a", "b"]
        self.process = subprocess.Popen([binary, "-db", "-f", configuration], env=environment, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)

    def command(self, text):
        with socket.socket(socket.AF_UNIX) as one:
            one.connect(self.socket)
            one.sendall(text.encode() + b"\n")
            return b"".join(iter(lambda: one.recv(4096), b"")).decode()

    def states(self):
        rows = [row.split(",") for row in self.command("show stat -1 4 -1").splitlines() if row]
        return {row[1]: row[17] for row in rows[1:]}

    def all_up(self):
        return os.path.exists(self.socket) and all(self.states().get(name) == "UP" for name in self.names)


class Nginx:
    probes = False

    def __init__(self, binary, configuration, ports, folder):
        self.port = free_port()
        text = pathlib.Path(configuration).read_text()
        for old, new in (("listen 127.0.0.1:8080", f"listen 127.0.0.1:{self.port}"), ("127.0.0.1:8081", f"127.0.0.1:{ports[0]}"),
                         ("127.0.0.1:8082", f"127.0.0.1:{ports[1]}"), ("/run/fovea-nginx.pid", str(folder / "pid"))):
            if text.count(old) != 1:
                raise CheckFailed(f"{configuration} holds {old} {text.count(old)} times, and should once")
            text = text.replace(old, new)
        # Debian's nginx keeps bodies in a system folder; a check has its own.
        places = "".join(f"  {kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        (folder / "nginx.conf").write_text(text.replace("http {\n", "http {\n" + places, 1))
        self.names = [f"127.0.0.1:{port}" for port in ports]
        self.process = subprocess.Popen([binary, "-g", "daemon off;", "-c", str(folder / "nginx.conf")], stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)

    def all_up(self):
        return get(self.port, "/ready")[0] == 200


def long_stream(proxy):
    """A stream that has begun, and its first event with text in it."""
    stream = Stream(proxy.port, LONG)
    stream.next_event()
    expect(stream.next_event() not in (None, "[DONE]"), f"a stream began at engine {stream.engine}")
    return stream


def check_stepwise(proxy, engine):
    """No event waits for the next: that one is sent only once this one is here."""
    stream = Stream(proxy.port, LONG)
    for number in range(EVENTS):
        if stream.next_event() != str(number):
            raise CheckFailed(f"event {number} of a stream came in another's place")
        engine.arrived.release()
    expect(stream.next_event() is None, f"each of {EVENTS} small events came before the next was sent")


def check(proxy, servers):
    engines = dict(zip(proxy.names, servers))

    def other(name):
        return next(one for one in proxy.names if one != name)

    def by(name, answer):
        """Whether that engine gave it, be it the last of several that were tried (nginx names them all)."""
        return answer[0] == 200 and answer[1].endswith(name)

    stream = long_stream(proxy)
    expect(engines[stream.engine].value("fovea_engine_running") == 1, "its first words came while the engine was still writing")
    answers = [ask(proxy.port) for _ in range(4)]
    expect(all(one == (200, other(stream.engine)) for one in answers), "meanwhile every question went to the engine with less to do")
    count, last = stream.rest()
    expect(last == "[DONE]" and count > LONG // 8, f"the stream came whole, in {count + 2} events")
    expect(get(proxy.port, "/metrics")[0] == 404, "the engines' figures don't go out")

    dead = stream.engine
    engines[dead].process.kill()
    engines[dead].process.wait()
    answers = [ask(proxy.port) for _ in range(6)]
    expect(all(by(other(dead), one) for one in answers), f"engine {dead} was killed: the next six questions were answered by {other(dead)}")
    engines[dead].start()
    wait_until(proxy.all_up, "the proxy sees the engine again")
    wait_until(lambda: {ask(proxy.port)[1] for _ in range(4)} == set(proxy.names), "both engines are asked again")
    expect(True, f"engine {dead} was started again and is asked again")

    stream = long_stream(proxy)
    engines[stream.engine].process.send_signal(signal.SIGTERM)
    answers = [ask(proxy.port) for _ in range(6)]
    expect(all(by(other(stream.engine), one) for one in answers),
           f"engine {stream.engine} was told to end: new questions went to {other(stream.engine)}")
    ending = stream.engine
    count, last = stream.rest()
    expect(last == "[DONE]", "and its running stream came whole")
    expect(engines[ending].process.wait(timeout=60) == 0, "then it ended with status 0")
    engines[ending].start()
    if not proxy.probes:
        return

    wait_until(proxy.all_up, "the proxy sees the engine again")
    stream = long_stream(proxy)
    proxy.command(f"set server engines/{other(stream.engine)} state drain")
    answers = [ask(proxy.port) for _ in range(4)]
    expect(all(by(stream.engine, one) for one in answers),
           f"engine {other(stream.engine)} was drained by hand: new questions went to {stream.engine}, busy as it was")
    proxy.command(f"set server engines/{other(stream.engine)} state ready")
    stream.rest()


def behind(kind, binary, configuration, folder, ports, checks):
    """Runs `checks` on a proxy in front of two engines."""
    proxy = {"haproxy": HaProxy, "nginx": Nginx}[kind](binary, configuration, ports, folder)
    try:
        wait_until(proxy.all_up, "the proxy sees both engines")
        checks(proxy)
    finally:
        proxy.process.terminate()
        proxy.process.wait()


def main():
    fovea, kind, configuration = sys.argv[1:]
    binary = shutil.which(kind, path=os.environ["PATH"] + ":/usr/sbin")
    if binary is None:
        print(f"skipped: there is no {kind} here; packaging/check-deployment.sh fetches one")
        sys.exit(77)
    with tempfile.TemporaryDirectory(prefix="fovea-proxy-") as folder:
        folder = pathlib.Path(folder)
        with StepwiseEngine() as engine:
            behind(kind, binary, configuration, folder, [engine.port] * 2, lambda proxy: check_stepwise(proxy, engine))
        patient = ["--drain-seconds", "600"]  # on a slow machine too an answer ends by itself
        with Server(fovea, options=patient) as a, Server(fovea, options=patient) as b:
            behind(kind, binary, configuration, folder, [a.port, b.port], lambda proxy: check(proxy, (a, b)))


if __name__ == "__main__":
    try:
        main()
    except CheckFailed as fault:
        sys.exit(f"FAILED: {fault}")
