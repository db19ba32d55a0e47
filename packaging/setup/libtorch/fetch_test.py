"""Tests of fetching: against a package index of our own that loses connections, damages wheels, or refuses.

usage: fetch_test.py WORK      WORK/client is the downloader, as fetch.py keeps it (made if it isn't there)

The wheel is small, but pip, hashes, unpacking and records are the real ones.
"""

import hashlib
import os
import re
import sys
import tempfile
import threading
import unittest
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import download  # noqa: E402
import fetch  # noqa: E402
import unpack  # noqa: E402
from lock import Wheel, read_lock  # noqa: E402

_LIBRARY = "torch/lib/libtorch_cpu.so"
_HEADER = "torch/include/ATen/Tensor.h"


class Index:
    """A package index on this machine with one wheel of torch. `faults`: what happens to the next downloads of it."""

    def __init__(self, wheel: Path):
        self.content = wheel.read_bytes()
        self.faults, self.downloads, self.resumed = [], 0, 0
        index = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                if self.path == "/simple/torch/":
                    self._send(f'<a href="/files/{wheel.name}">{wheel.name}</a>'.encode(), "text/html")
                elif self.path == f"/files/{wheel.name}":
                    index.downloads += 1
                    self._wheel(index.faults.pop(0) if index.faults else None)
                else:
                    self.send_error(404)

            def _send(self, body, kind="application/octet-stream", sent=None):
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.send_header("ETag", '"wheel"')
                self.end_headers()
                self.wfile.write(body[:sent])

            def _send_rest(self, first):
                index.resumed += 1
                size = len(index.content)
                self.send_response(206)
                self.send_header("Content-Range", f"bytes {first}-{size - 1}/{size}")
                self.send_header("Content-Length", str(size - first))
                self.end_headers()
                self.wfile.write(index.content[first:])

            def _wheel(self, fault):
                if fault == "damage":
                    middle = len(index.content) // 2
                    self._send(index.content[:middle] + b"\x00damaged\x00" + index.content[middle + 9:])
                elif fault == "lose":
                    self._send(index.content, sent=30_000)
                elif fault == "refuse":
                    self.send_error(503)
                elif found := re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", "")):
                    self._send_rest(int(found[1]))
                else:
                    self._send(index.content)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/simple/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def _make_wheel(folder: Path) -> Path:
    path = folder / "torch-2.11.0-cp311-cp311-manylinux_2_28_x86_64.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as wheel:
        wheel.writestr(_LIBRARY, os.urandom(50_000))
        wheel.writestr(_HEADER, "#pragma once\n")
        wheel.writestr("torch/lib/libtorch_python.so", b"not wanted")
        wheel.writestr("torch-2.11.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: torch\nVersion: 2.11.0\n")
        wheel.writestr("torch-2.11.0.dist-info/WHEEL",
                       "Wheel-Version: 1.0\nRoot-Is-Purelib: false\nTag: cp311-cp311-manylinux_2_28_x86_64\n")
        wheel.writestr("torch-2.11.0.dist-info/RECORD", "")
    return path


class FetchTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.shared = tempfile.TemporaryDirectory()
        folder = Path(cls.shared.name)
        cls.python = fetch.client(WORK)
        cls.wheel_file = _make_wheel(folder)
        digest = hashlib.sha256(cls.wheel_file.read_bytes()).hexdigest()
        cls.wheel = Wheel("torch", "2.11.0", f"torch==2.11.0 --hash=sha256:{digest}")
        cls.kept = (fetch.client, fetch.read_lock, download._PAUSES, dict(os.environ))
        fetch.client = lambda work: cls.python
        fetch.read_lock = lambda path: [cls.wheel]
        download._PAUSES = (0, 0)

    @classmethod
    def tearDownClass(cls):
        fetch.client, fetch.read_lock, download._PAUSES, environment = cls.kept
        os.environ.clear()
        os.environ.update(environment)
        cls.shared.cleanup()

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="with a space ")
        self.root, self.work = Path(self.folder.name) / "root", Path(self.folder.name) / "work"
        self.index = Index(self.wheel_file)
        for name in [name for name in os.environ if name.lower().endswith("_proxy") or name.startswith("PIP_")]:
            del os.environ[name]
        os.environ.update(PIP_INDEX_URL=self.index.url, PIP_CONFIG_FILE=os.devnull, PIP_RETRIES="1")

    def tearDown(self):
        self.index.close()
        self.folder.cleanup()

    def bring(self):
        fetch.bring(self.root, self.work, ["cpu"])

    def assert_complete(self):
        size = os.path.getsize(self.root / _LIBRARY)
        self.assertEqual((self.root / "cpu.complete").read_text(), f"{size} {_LIBRARY}\n")
        with zipfile.ZipFile(self.wheel_file) as wheel:
            self.assertEqual((self.root / _LIBRARY).read_bytes(), wheel.read(_LIBRARY))
        self.assertTrue((self.root / _HEADER).exists())
        self.assertFalse((self.root / "torch/lib/libtorch_python.so").exists())
        self.assertEqual(list(self.work.glob("**/*.whl")), [], "wheels are deleted")

    def test_unpacks_what_is_wanted_and_deletes_the_rest(self):
        self.bring()
        self.assert_complete()
        self.assertEqual(self.index.downloads, 1)

    def test_second_run_fetches_nothing(self):
        self.bring()
        self.bring()
        self.assertEqual(self.index.downloads, 1)

    def test_damaged_download_is_noticed_and_fetched_again(self):
        self.index.faults = ["damage"]
        self.bring()
        self.assert_complete()
        self.assertEqual(self.index.downloads, 2)

    def test_lost_connection_is_noticed_and_goes_on_from_there(self):
        self.index.faults = ["lose"]
        self.bring()
        self.assert_complete()
        self.assertEqual((self.index.downloads, self.index.resumed), (2, 1))

    def test_damage_at_every_try_is_a_failure_that_leaves_nothing_marked_complete(self):
        self.index.faults = ["damage"] * download.TRIES
        with self.assertRaisesRegex(download.DownloadFailed, "damaged"):
            self.bring()
        self.assertEqual(self.index.downloads, download.TRIES)
        self.assertFalse((self.root / "cpu.complete").exists())
        self.assertEqual(list(self.work.rglob("*")), [], "nothing half made is left")
        self.bring()
        self.assert_complete()

    def test_refusal_is_a_failure_with_a_reason(self):
        self.index.faults = ["refuse"] * 9
        with self.assertRaisesRegex(download.DownloadFailed, r"torch 2\.11\.0 could not be fetched\. .*503"):
            self.bring()

    def test_no_index_is_told_as_such_and_at_once(self):
        self.index.close()
        with self.assertRaisesRegex(download.DownloadFailed, "can't be reached"):
            self.bring()
        self.assertEqual(list(self.work.rglob("*")), [], "nothing half made is left")

    def test_lost_or_cut_library_is_fetched_again(self):
        self.bring()
        for harm in (lambda file: file.unlink(), lambda file: os.truncate(file, 100)):
            harm(self.root / _LIBRARY)
            self.bring()
            self.assert_complete()
        self.assertEqual(self.index.downloads, 3)

    def test_interrupted_unpacking_is_not_taken_for_complete(self):
        def full_disk(path, *arguments):
            if str(path).endswith("Tensor.h.part"):
                raise OSError(28, "No space left on device")
            return open(path, *arguments)

        unpack.open = full_disk
        try:
            with self.assertRaises(OSError):
                self.bring()
        finally:
            del unpack.open
        self.assertFalse((self.root / "cpu.complete").exists())
        self.bring()
        self.assert_complete()


class LockTest(unittest.TestCase):
    def test_every_line_has_version_and_hash_and_torch_is_the_same_in_both(self):
        here = Path(__file__).resolve().parent
        cpu, cuda = read_lock(here / "cpu.lock"), read_lock(here / "cuda.lock")
        self.assertEqual([wheel.project for wheel in cpu], ["torch", "nvidia-cuda-runtime", "nvidia-cuda-cupti"])
        for wheel in cpu + cuda + read_lock(here / "pip.lock"):
            self.assertRegex(wheel.requirement, r"^[a-z0-9-]+==[0-9.]+ --hash=sha256:[0-9a-f]{64}$")
        self.assertTrue(set(cpu) & set(cuda) == {cpu[0], cpu[1]})


if __name__ == "__main__":
    WORK = Path(sys.argv.pop(1))
    unittest.main(buffer=True)
