#!/usr/bin/env python3
"""A model hub on this machine for the download tests: speaks Hugging Face's and ModelScope's protocols over TLS.

    local_hub.py REPOSITORIES SCRATCH

REPOSITORIES holds ORG/NAME/FILES; a folder ORG/NAME.next, if there is one, is the same repository's next version. Makes an
authority and a certificate for localhost and 127.0.0.1 in SCRATCH, listens on two ports (the hub at localhost, its storage
at 127.0.0.1, so that they are two hosts), prints one line of JSON (hub, storage, authority) and serves until its standard
input is closed. Standard library and the openssl command only.

Large files (LARGE bytes and safetensors) are answered by the hub with a redirect to the storage, whose links are signed.
What goes wrong is set by `POST /control` with a JSON object; `GET /control` gives the requests so far. See FAULTS.
"""
import hashlib
import http.server
import json
import os
import ssl
import subprocess
import sys
import threading
import time
from pathlib import Path
from urllib.parse import parse_qs, quote, unquote, urlsplit

LARGE = 4096
FAULTS = {
    "list_status": [],        # statuses that the next requests for a list get
    "file_status": [],        # statuses that the next requests to the storage get
    "retry_after": None,      # header of those
    "truncate": 0,            # bytes after which the storage closes the connection, the next `truncate_times` times
    "truncate_times": 0,
    "stall": 0,               # bytes after which the storage says nothing more, once
    "wrong_bytes": "",        # file whose first byte is wrong
    "wrong_times": 1 << 30,
    "link_uses": 0,           # requests after which a link of the storage has expired; 0: never
    "no_ranges": False,       # the storage sends whole files only
    "next_after": 0,          # storage requests after which the next version is served; 0: never
    "list_next": False,       # the list is the next version's once that is served
    "old_etag": False,        # the next version keeps the old one's ETag
    "bytes_a_second": 0,      # of each answer of the storage
    "extra_names": [],        # names that the list has beside the files
    "gated": False,           # files are given to the token "hf_good" only
    "private": False,         # so is the list
    "redirect_to_http": False,
    "redirect_loop": False,
    "nonsense": False,        # the list is no JSON
}


class Hub:
    def __init__(self, root):
        self.root = root
        self.lock = threading.Lock()
        self.faults = dict(FAULTS)
        self.requests = []
        self.storage_requests = 0
        self.links = {}
        self.signature = 0

    def next_served(self):
        after = self.faults["next_after"]
        return bool(after) and self.storage_requests >= after

    def folder(self, repository, listing=False):
        following = self.root / (repository + ".next")
        served = self.next_served() and (not listing or self.faults["list_next"])
        return following if served and following.is_dir() else self.root / repository

    def files(self, repository):
        folder = self.folder(repository, listing=True)
        return sorted(p for p in folder.rglob("*") if p.is_file()), folder


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def git_blob(data):
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()


def is_large(path, data):
    return len(data) >= LARGE or path.endswith(".safetensors")


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    hub = None
    storage = False

    def log_message(self, *_):
        pass

    def answer(self, status, body=b"", headers=None):
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        settings = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        unknown = set(settings) - set(FAULTS)
        with self.hub.lock:
            self.hub.faults.update(settings)
        self.answer(400 if unknown else 200, b"{}")

    def do_GET(self):
        hub = self.hub
        url = urlsplit(self.path)
        if url.path == "/control":
            with hub.lock:
                return self.answer(200, json.dumps(hub.requests).encode())
        with hub.lock:
            hub.requests.append({
                "host": "storage" if self.storage else "hub", "path": unquote(url.path), "query": url.query,
                "range": self.headers.get("Range"), "authorization": self.headers.get("Authorization"),
                "cookie": self.headers.get("Cookie"), "agent": self.headers.get("User-Agent")})
        try:
            parts = unquote(url.path).strip("/").split("/")
            query = {name: values[0] for name, values in parse_qs(url.query).items()}
            if self.storage:
                self.serve_stored(parts, query)
            elif parts[:2] == ["api", "models"]:
                self.list_hugging_face("/".join(parts[2:4]), unquote("/".join(parts[5:])))
            elif parts[:3] == ["api", "v1", "models"] and parts[5:] == ["repo", "files"]:
                self.list_modelscope("/".join(parts[3:5]), query.get("Revision"))
            elif parts[:3] == ["api", "v1", "models"] and parts[5:] == ["repo"]:
                self.resolve("/".join(parts[3:5]), query["FilePath"])
            elif len(parts) > 4 and parts[2] == "resolve":
                self.resolve("/".join(parts[:2]), "/".join(parts[4:]))
            else:
                self.answer(404)
        except (BrokenPipeError, ConnectionResetError, ssl.SSLError):
            self.close_connection = True

    def token_is_good(self):
        return self.headers.get("Authorization") == "Bearer hf_good"

    def taken(self, name):
        with self.hub.lock:
            queue = self.hub.faults[name]
            return queue.pop(0) if queue else None

    def fail_with(self, status):
        headers = {"Retry-After": self.hub.faults["retry_after"]} if self.hub.faults["retry_after"] else {}
        self.answer(status, b"trouble", headers)

    def refused(self, repository):
        """Answers what a list cannot be given for; whether it did."""
        if status := self.taken("list_status"):
            self.fail_with(status)
        elif self.hub.faults["nonsense"]:
            self.answer(200, b"<html>a page of a hotel's network</html>")
        elif self.hub.faults["private"] and not self.token_is_good() or not (self.hub.root / repository).is_dir():
            known = self.headers.get("Authorization") is None
            self.answer(401 if known else 404, b"{}", {"X-Error-Code": "RepoNotFound"})
        else:
            return False
        return True

    def list_hugging_face(self, repository, revision):
        if self.refused(repository):
            return
        files, folder = self.hub.files(repository)
        commit = hashlib.sha1(b"".join(p.read_bytes() for p in files)).hexdigest()
        if revision not in ("main", "v1", "refs/pr/1", commit):
            return self.answer(404, b"{}", {"X-Error-Code": "RevisionNotFound"})
        siblings = []
        for path in files:
            data, name = path.read_bytes(), path.relative_to(folder).as_posix()
            entry = {"rfilename": name, "size": len(data), "blobId": git_blob(data)}
            if is_large(name, data):
                entry["lfs"] = {"sha256": sha256(data), "size": len(data), "pointerSize": 134}
            siblings.append(entry)
        siblings += [{"rfilename": n, "size": 1, "blobId": "0" * 40} for n in self.hub.faults["extra_names"]]
        self.answer(200, json.dumps({"id": repository, "sha": commit, "siblings": siblings}).encode())

    def list_modelscope(self, repository, revision):
        if self.refused(repository):
            return
        if revision not in ("master", "v1"):
            return self.answer(404, b'{"Code": 10010205001}')
        files, folder = self.hub.files(repository)
        entries = [{"Name": "sub", "Path": "sub", "Type": "tree", "Size": 0, "Sha256": ""}]
        for path in files:
            data = path.read_bytes()
            entries.append({"Name": path.name, "Path": path.relative_to(folder).as_posix(), "Type": "blob", "Size": len(data),
                            "Sha256": sha256(data), "Revision": "0" * 40})
        entries += [{"Path": n, "Type": "blob", "Size": 1, "Sha256": "0" * 64} for n in self.hub.faults["extra_names"]]
        self.answer(200, json.dumps({"Code": 200, "Data": {"Files": entries}, "Success": True}).encode())

    def resolve(self, repository, name):
        hub = self.hub
        if hub.faults["gated"] and not self.token_is_good():
            return self.answer(403 if self.headers.get("Authorization") else 401, b"{}", {"X-Error-Code": "GatedRepo"})
        path = hub.folder(repository) / name
        if not path.is_file():
            return self.answer(404, b"{}", {"X-Error-Code": "EntryNotFound"})
        data = path.read_bytes()
        if not is_large(name, data):
            return self.send_bytes(name, data, '"%s"' % git_blob(data))
        with hub.lock:
            hub.signature += 1
            signature = str(hub.signature)
            hub.links[signature] = 0
        target = "%s/%s/%s?Signature=%s" % (Handler.storage_url, repository, quote(name), signature)
        if hub.faults["redirect_to_http"]:
            target = "http" + target[5:]
        if hub.faults["redirect_loop"]:
            target = self.path
        self.answer(302, b"", {"Location": target, "X-Linked-ETag": '"%s"' % sha256(data), "X-Linked-Size": str(len(data))})

    def serve_stored(self, parts, query):
        hub = self.hub
        repository, name = "/".join(parts[:2]), "/".join(parts[2:])
        signature = query.get("Signature", "")
        with hub.lock:
            hub.storage_requests += 1
            known = signature in hub.links
            if known:
                hub.links[signature] += 1
            uses = hub.faults["link_uses"]
            expired = not known or (uses and hub.links[signature] > uses)
        if expired:
            return self.answer(403, b"<Error>Request has expired</Error>")
        if status := self.taken("file_status"):
            return self.fail_with(status)
        data = (hub.folder(repository) / name).read_bytes()
        etag = '"%s"' % hashlib.md5((self.hub.root / repository / name).read_bytes() if hub.faults["old_etag"] else data).hexdigest()
        self.send_bytes(name, data, etag)

    def send_bytes(self, name, data, etag):
        faults = self.hub.faults
        if name == faults["wrong_bytes"] and data:
            with self.hub.lock:
                faults["wrong_times"] -= 1
                wrong = faults["wrong_times"] >= 0
            data = bytes([data[0] ^ 1]) + data[1:] if wrong else data
        first, last, status, headers = 0, len(data) - 1, 200, {"ETag": etag}
        wanted = self.headers.get("Range")
        if wanted and not faults["no_ranges"]:
            begin, _, end = wanted.removeprefix("bytes=").partition("-")
            first, last = int(begin), min(int(end or last), last)
            if first > last:
                return self.answer(416, b"", {"Content-Range": "bytes */%d" % len(data)})
            status, headers["Content-Range"] = 206, "bytes %d-%d/%d" % (first, last, len(data))
        body = data[first:last + 1]
        self.send_response(status)
        for key, value in headers.items():
            self.send_header(key, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with self.hub.lock:
            cut = faults["truncate"] if self.storage and faults["truncate_times"] > 0 else 0
            faults["truncate_times"] -= 1 if cut else 0
            stall, faults["stall"] = (faults["stall"], 0) if self.storage else (0, faults["stall"])
        if stall:
            self.wfile.write(body[:stall])
            time.sleep(30)
            self.close_connection = True
            return
        if cut:
            body = body[:cut]
            self.close_connection = True
        rate = faults["bytes_a_second"] if self.storage else 0
        piece = max(1, rate // 50) if rate else len(body) or 1
        for begin in range(0, len(body), piece):
            self.wfile.write(body[begin:begin + piece])
            if rate:
                time.sleep(0.02)


class Storage(Handler):
    storage = True


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, *_):  # clients that go away are what the tests are about
        pass


def make_certificate(scratch):
    authority, key, certificate = scratch / "authority.pem", scratch / "key.pem", scratch / "certificate.pem"
    new = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    quiet = {"check": True, "capture_output": True}
    subprocess.run([*new, "-subj", "/CN=test authority", "-keyout", scratch / "authority.key", "-out", authority,
                    "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign"], **quiet)
    subprocess.run([*new, "-subj", "/CN=localhost", "-keyout", key, "-out", certificate, "-CA", authority, "-CAkey",
                    scratch / "authority.key", "-addext", "basicConstraints=critical,CA:FALSE",
                    "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"], **quiet)
    return authority, key, certificate


def main():
    root, scratch = Path(sys.argv[1]), Path(sys.argv[2])
    scratch.mkdir(parents=True, exist_ok=True)
    authority, key, certificate = make_certificate(scratch)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    Handler.hub = Hub(root)
    ports = []
    for handler in (Handler, Storage):
        server = Server(("127.0.0.1", 0), handler)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        ports.append(server.server_address[1])
        threading.Thread(target=server.serve_forever, daemon=True).start()
    Handler.storage_url = "https://127.0.0.1:%d" % ports[1]
    print(json.dumps({"hub": "https://localhost:%d" % ports[0], "storage": Handler.storage_url, "authority": str(authority)}),
          flush=True)
    sys.stdin.buffer.read()
    os._exit(0)


if __name__ == "__main__":
    main()
