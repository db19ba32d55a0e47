"""Callers who mean harm, many of each kind, each in a thread of its own until it is turned away."""
import socket
import threading
import time

PATIENCE = 40.0  # seconds after which a caller who was not turned away has won

POST = b"POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"


def turned_away(caller, status=None):
    """Whether the server ended the connection, with that status if one is given."""
    answer = b""
    try:
        while piece := caller.recv(65536):
            answer = (answer + piece)[:4096]
    except ConnectionError:
        pass  # closed while we still sent
    except TimeoutError:
        return False
    return status is None or answer.startswith(b"HTTP/1.1 %d " % status)


def slow_head(caller):
    """A byte of its head now and then."""
    caller.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
    try:
        for _ in range(int(PATIENCE)):
            caller.sendall(b"x")
            time.sleep(0.5)
    except OSError:
        return True
    return turned_away(caller, 408)


def silent(caller):
    """Opens and says nothing."""
    return turned_away(caller)


def header_flood(caller):
    try:
        caller.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\n" + b"".join(b"X-%d: %s\r\n" % (i, b"y" * 100) for i in range(10_000)) + b"\r\n")
    except OSError:
        return True
    return turned_away(caller)


def oversized_body(caller):
    """Announces a terabyte."""
    caller.sendall(POST + b"Content-Length: 1000000000000\r\n\r\n" + b"{" * 1000)
    return turned_away(caller, 413)


def endless_body(caller):
    """Chunks without an end."""
    try:
        caller.sendall(POST + b"Transfer-Encoding: chunked\r\n\r\n")
        piece = b"100000\r\n" + b" " * 0x100000 + b"\r\n"
        for _ in range(200):
            caller.sendall(piece)
    except OSError:
        return True
    return turned_away(caller)


def unread_stream(caller):
    """Asks for much and reads nothing."""
    body = b'{"messages": [{"role": "user", "content": "instant 100000"}], "stream": true}'
    caller.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    caller.sendall(POST + b"Content-Length: %d\r\n\r\n" % len(body) + body)
    began = time.monotonic()
    while time.monotonic() - began < PATIENCE:
        try:
            caller.send(b"x", socket.MSG_DONTWAIT)
        except BlockingIOError:
            pass
        except OSError:
            return True
        time.sleep(0.5)
    return False


def half_closed(caller):
    """Asks, and closes its own side at once."""
    body = b'{"messages": [{"role": "user", "content": "hold"}], "stream": true}'
    caller.sendall(POST + b"Content-Length: %d\r\n\r\n" % len(body) + body)
    caller.shutdown(socket.SHUT_WR)
    return turned_away(caller)


KINDS = (slow_head, silent, header_flood, oversized_body, endless_body, unread_stream, half_closed)
FEW = {endless_body: 4, unread_stream: 4}  # those that cost this machine as much as the server


class Siege:
    def __init__(self, port, callers):
        self.port = port
        self.lost = {kind.__name__.replace("_", " "): 0 for kind in KINDS}
        self.lock = threading.Lock()
        self.threads = [threading.Thread(target=self.call, args=(kind,)) for kind in KINDS for _ in range(min(callers, FEW.get(kind, callers)))]

    def call(self, kind):
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as caller:
                won = not kind(caller)
        except OSError:
            won = False  # reset: turned away too
        with self.lock:
            self.lost[kind.__name__.replace("_", " ")] += won

    def begin(self):
        for thread in self.threads:
            thread.start()

    def end(self):
        """How many of each kind were not turned away."""
        for thread in self.threads:
            thread.join()
        return self.lost
