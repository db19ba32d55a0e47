"""The inputs of the security table that reach the server, each sent to a real one: the right answer comes, nobody else is disturbed.

refused_inputs.py --program FOVEA

Where the rest of that table is shown:
  pixel formats, golden pixels, header bombs in detail   tests/core/vision (image_header_test, image_loader_test, golden pixels)
  damaged checkpoints, tokenizers, templates             tests/core/model, tests/core/text, tests/core/template
  slow heads and bodies, floods, long addresses, Content-Length with chunks, oversized bodies, bad Hosts
                                                         Http.RefusesWhatIsNoRequest, and under load server_load (siege)
  half-closed and unread streams                         server_load (siege); Http.ACallerWhoDoesNotReadIsDropped; ChatRoute.ACallerWhoLeavesFreesTheEngine
  a failure after the stream began                       ChatRoute.AFailureAfterTheFirstWordIsAnEventWithoutAnEnd
  many connections, full queue, rate limit               Http.MoreConnectionsThanAllowedAreTurnedAway, server_load (hold), Http.LimitsWhatOneCallerAsks
  addresses that may not be dialled, one by one          MediaFetcherTest.DialsNothingThatOnlyThisMachineReaches
  redirects, their number, slow and endless servers      FetchedMedia
  WebSockets                                             WebSocketTest
  every documented and undocumented body                 clients.openapi (schemathesis), tests/fuzz
"""
import argparse
import base64
import hashlib
import hmac
import http.client
import json
import re
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import zlib
from pathlib import Path

SAMPLES = Path(__file__).resolve().parents[3] / "resources" / "samples"
PICTURE = (SAMPLES / "label.png").read_bytes()
ANIMATION = (Path(__file__).resolve().parents[2] / "data" / "images" / "png_apng.png").read_bytes()
LOCKED_PDF = b"%PDF-1.7\n1 0 obj\n<< /Filter /Standard /V 2 /R 3 /O (o) /U (u) /P -4 >>\nendobj\ntrailer\n<< /Encrypt 1 0 R /Root 2 0 R >>\n%%EOF\n"
SECRET = "a secret of the tests that is long enough"
LEAK = re.compile(r"/(root|home|tmp|work|usr|proc)/|0x[0-9a-f]{6,}|\.cpp|std::", re.IGNORECASE)


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width, height, *chunks, rows=b""):
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) + b"".join(chunks)
            + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def token(header, claims, secret=SECRET):
    def part(value):
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    signed = part(header) + "." + part(claims)
    seal = hmac.new(secret.encode(), signed.encode(), hashlib.sha256).digest() if header["alg"] != "none" else b""
    return signed + "." + base64.urlsafe_b64encode(seal).rstrip(b"=").decode()


class Server:
    def __init__(self, program, *arguments):
        self.folder = tempfile.TemporaryDirectory(prefix="fovea-refused-")
        self.process = subprocess.Popen([program, "serve", "--port", "0", "--no-page", *arguments], stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, text=True, env={"XDG_RUNTIME_DIR": self.folder.name, "PATH": "/usr/bin:/bin"})
        self.port = int(re.search(r":(\d+)[.,]", self.process.stdout.readline()).group(1))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(60)
        self.process.stdout.close()
        self.folder.cleanup()

    def send(self, body=None, kind="application/json", path="/v1/chat/completions", **fields):
        """(status, body) of a POST, or of a GET without a body."""
        caller = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        try:
            headers = {name.replace("_", "-"): value for name, value in fields.items()}
            if body is None:
                caller.request("GET", path, headers=headers)
            else:
                caller.request("POST", path, body, {"Content-Type": kind, **headers})
            reply = caller.getresponse()
            return reply.status, reply.read().decode()
        finally:
            caller.close()

    def announce(self, size):
        """(status, body) of a question's head alone, whose caller waits to be told to go on, as curl does."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as caller:
            caller.sendall(b"POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                           b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % size)
            answer = b""
            while piece := caller.recv(65536):
                answer += piece
        head, _, body = answer.partition(b"\r\n\r\n")
        return int(head.split()[1]), body.decode()

    def ask(self, content="Hello", **more):
        return self.send(json.dumps({"messages": [{"role": "user", "content": content}], "max_tokens": 4, **more}).encode())

    def show(self, picture, kind="image/png"):
        return self.send(picture, kind, "/api/v1/generate?prompt=%3F&max_tokens=2")


def picture_at(url):
    return [{"type": "image_url", "image_url": {"url": url}}]


def pictures(server):
    bomb = b"name\0\0" + zlib.compress(bytes(300 << 20), 9)
    for what, picture, status in (
            ("0 bytes", b"", 400), ("truncated", PICTURE[:len(PICTURE) // 2], 400), ("text that says it is a picture", b"<html>", 400),
            ("a header of 100,000 x 100,000", png(100_000, 100_000), {400, 413}), ("iCCP bomb", png(8, 8, chunk(b"iCCP", bomb), rows=bytes(25 * 8)), 400),
            ("zTXt bomb", png(8, 8, chunk(b"zTXt", bomb), rows=bytes(25 * 8)), 400), ("over 200 megapixels", png(20_000, 20_000), {400, 413}),
            ("GIF", b"GIF89a" + bytes(40), 400), ("an encrypted PDF", LOCKED_PDF, 400), ("a picture named otherwise", PICTURE, 200), ("a picture with a page behind it", PICTURE + b"<script>alert(1)</script>", {200, 400}),
            ("1 x 1", png(1, 1, rows=bytes(4)), {200, 400}), ("1 x 100,000", png(1, 100_000, rows=bytes(400_000)), {200, 400})):
        yield what, server.show(picture, "image/jpeg" if status == 200 else "image/png"), status
    yield "GIF, with the remedy", server.show(b"GIF89a" + bytes(40)), (400, "PNG")
    yield "an animation, of which the first frame is seen", server.show(ANIMATION), (200, "first frame of an animation")
    yield "a broken clip", server.show(b"\0\0\0\x18ftypmp42" + bytes(2000), "video/mp4"), 400
    yield "a clip that is text", server.show(b"no clip", "video/mp4"), 400
    yield "invalid Base64", server.ask(picture_at("data:image/png;base64," + "!" * 1000)), 400
    yield "a body that says it is huge", server.announce(70 << 20), 413


def texts(server):
    for what, body in (("invalid UTF-8", b'{"messages": "\xff"}'), ("a lone surrogate", b'{"messages": [{"role": "user", "content": "\\ud800"}]}'),
                       ("NUL", b'{"messages": [{"role": "user", "content": "\\u0000"}]}'), ("depth 100,000", b"[" * 100_000),
                       ("a key twice", b'{"messages": [], "messages": []}'), ("1e999", b'{"messages": [], "seed": 1e999}'), ("NaN", b'{"temperature": NaN}')):
        yield what, server.send(body), 400
    yield "a million times the same character", server.ask("a" * 1_000_000), (400, "context_length_exceeded")
    for field, value in (("temperature", -1), ("temperature", "hot"), ("n", 10**9), ("top_p", 0), ("top_p", 2), ("max_tokens", -1)):
        yield f"{field} {value}", server.ask(**{field: value}), (400, f'"param":"{field}"')
    yield "arguments of a call that are no JSON", server.send(json.dumps({"messages": [
        {"role": "user", "content": "?"}, {"role": "assistant", "tool_calls": [{"type": "function", "function": {"name": "f", "arguments": "{"}}]}]}).encode()), 400
    yield "a form of a hundred thousand parts", server.send(b'--b\r\nContent-Disposition: form-data; name="x"\r\n\r\n1\r\n' * 100_000 + b"--b--\r\n", "multipart/form-data; boundary=b"), {400, 413}
    yield "gzip", server.send(zlib.compress(bytes(1 << 20)), Content_Encoding="gzip"), 415
    yield "text/plain", server.send(b"{}", "text/plain"), 415


def strangers(server):
    yield "a foreign Host", server.send(path="/health", Host="evil.example"), 403
    yield "a foreign Origin", server.send(path="/health", Origin="https://evil.example"), 403
    yield "Origin null", server.send(path="/health", Origin="null"), 403


def addresses(server):
    """With --fetch-media: one text for all, and nothing is dialled."""
    with socket.create_server(("127.0.0.1", 0)) as bait:
        port = bait.getsockname()[1]
        dialled = []
        threading.Thread(target=lambda: dialled.append(bait.accept()), daemon=True).start()
        said = set()
        for host in ("127.0.0.1", "localhost", "2130706433", "0x7f000001", "[::ffff:127.0.0.1]", "[::1]", "0.0.0.0", "169.254.169.254", "10.0.0.1", "a@127.0.0.1"):
            answer = server.ask(picture_at(f"http://{host}:{port}/a.png"))
            said.add(answer[1])
            yield f"a picture at {host}", answer, 400
        for url in ("file:///etc/passwd", "ftp://127.0.0.1/a"):
            answer = server.ask(picture_at(url))
            said.add(answer[1])
            yield url, answer, 400
        assert len(said) == 1, said
        time.sleep(0.2)
        assert not dialled, "it dialled an address of this machine"


def tokens(server):
    now = int(time.time())
    good = {"sub": "tests", "exp": now + 600, "aud": "fovea"}
    yield "a good token", server.send(path="/v1/models", Authorization="Bearer " + token({"alg": "HS256", "typ": "JWT"}, good)), 200
    for what, made in (("alg none", token({"alg": "none"}, good)), ("another alg", token({"alg": "RS256"}, good)), ("another secret", token({"alg": "HS256"}, good, "another")),
                       ("expired", token({"alg": "HS256"}, {**good, "exp": now - 600})), ("another audience", token({"alg": "HS256"}, {**good, "aud": "others"})),
                       ("no token", "")):
        yield what, server.send(path="/v1/models", Authorization="Bearer " + made), 401
    yield "an unknown route without a key", server.send(path="/nowhere"), 401
    yield "/health without a key", server.send(path="/health"), 200


def fault_of(answer, wanted):
    """`wanted`: a status, a set of them, or a status and words of the answer."""
    status, text = answer
    statuses = wanted if isinstance(wanted, set) else {wanted[0] if isinstance(wanted, tuple) else wanted}
    words = wanted[1] if isinstance(wanted, tuple) else ""
    if status not in statuses:
        return f"status {status}, not {wanted}: {text[:200]}"
    if words not in text:
        return f"{words!r} is not in {text[:200]}"
    if status >= 400 and not {"message", "type", "param", "code"} <= json.loads(text)["error"].keys():
        return f"no error object: {text[:200]}"
    return f"it says too much: {text[:200]}" if LEAK.search(text) else None


def run(server, cases):
    """Prints what was wrong; how many."""
    faults = 0
    for what, answer, wanted in cases(server):
        fault = fault_of(answer, wanted)
        alive = server.process.poll() is None and server.send(path="/health")[0] == 200
        faults += bool(fault) or not alive
        print(f"{'ok' if not fault and alive else 'WRONG'}: {what}{': ' + fault if fault else ''}{'' if alive else ': the server is gone'}")
        if not alive:
            break
    return faults


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True)
    program = parser.parse_args().program
    faults = 0
    with Server(program) as server:
        ended, disturbed = threading.Event(), []

        def others():
            while not ended.is_set():
                try:
                    status = server.ask()[0]
                except OSError:
                    status = 0
                if status != 200:
                    disturbed.append(status)

        other = threading.Thread(target=others)
        other.start()
        faults += run(server, pictures) + run(server, texts) + run(server, strangers)
        ended.set()
        other.join()
        print(f"{'WRONG' if disturbed else 'ok'}: questions of others that were disturbed: {disturbed}")
        faults += len(disturbed)
    with Server(program, "--fetch-media") as server:
        faults += run(server, addresses)
    with tempfile.NamedTemporaryFile("w", prefix="fovea-secret-") as secret:
        secret.write(SECRET)
        secret.flush()
        with Server(program, "--jwt-secret", secret.name, "--jwt-audience", "fovea") as server:
            faults += run(server, tokens)
    open_to_all = subprocess.run([program, "serve", "--host", "0.0.0.0", "--port", "0"], capture_output=True, text=True, timeout=60, check=False)
    print(f"{'ok' if open_to_all.returncode == 2 else 'WRONG'}: listening for others without a key is refused at the start")
    faults += open_to_all.returncode != 2
    sys.exit(faults > 0)


if __name__ == "__main__":
    main()
