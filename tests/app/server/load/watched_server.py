"""A server as a child, what it uses, and a second process that keeps asking for its /health."""
import os
import re
import signal
import subprocess
import sys
import tempfile
from pathlib import Path


class WatchedServer:
    def __init__(self, program, *arguments):
        self.folder = tempfile.TemporaryDirectory(prefix="fovea-load-")
        self.audit = Path(self.folder.name) / "audit"
        environment = {**os.environ, "XDG_RUNTIME_DIR": self.folder.name}
        self.process = subprocess.Popen([program, "serve", "--port", "0", "--audit-log", str(self.audit), *arguments],
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment)
        line = self.process.stdout.readline()
        found = re.search(r":(\d+)[.,]", line)
        if not found:
            raise RuntimeError(f"The server did not start: {line!r}")
        self.port = int(found.group(1))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(120)
        self.process.stdout.close()
        self.folder.cleanup()

    def memory(self):
        """Resident bytes."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+) kB", status).group(1)) * 1024

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(60)

    def ask_to_end(self):
        self.process.send_signal(signal.SIGTERM)


class HealthProbe:
    """Asks for /health twenty times a second, each time over a connection of its own as a load balancer does."""

    def __init__(self, port):
        self.process = subprocess.Popen([sys.executable, str(Path(__file__).with_name("health_probe.py")), str(port)],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def end(self):
        """(how often it asked, how often there was no good answer, the 99th percentile in seconds)."""
        told, _ = self.process.communicate(timeout=60)
        asked, failed, p99 = told.split()
        return int(asked), int(failed), float(p99)
