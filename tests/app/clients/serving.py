"""A `fovea serve` of the tests' own, on a free port."""
import os
import re
import subprocess
import tempfile


class Server:
    """Starts when made; `address` is where it listens. Its files of state are in a folder of its own."""

    def __init__(self, program, *arguments, **environment):
        self.state = tempfile.TemporaryDirectory(prefix="fovea-serve-")
        self.environment = {**os.environ, "XDG_STATE_HOME": self.state.name, "XDG_RUNTIME_DIR": self.state.name, **environment}
        self.process = subprocess.Popen([program, "serve", "--port", "0", *arguments], stdout=subprocess.PIPE, text=True,
                                        env=self.environment)
        line = self.process.stdout.readline()
        found = re.match(r"Listening on (http://\S+?)[.,]", line)
        if not found:
            self.stop()
            raise RuntimeError(f"The server did not start: {line!r}")
        self.address = re.match(r"http://[^/]*:\d+", line[len("Listening on "):]).group()

    def stop(self):
        """Ends it as SIGTERM does; returns its exit status."""
        self.process.terminate()
        status = self.process.wait(60)
        self.process.stdout.close()
        self.state.cleanup()
        return status

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
