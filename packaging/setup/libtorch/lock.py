"""The lock files: one wheel a line, as pip's --require-hashes takes them."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Wheel:
    project: str
    version: str
    requirement: str  # the whole line: name==version --hash=sha256:…

    @property
    def label(self):
        return f"{self.project} {self.version}"


def read_lock(path: Path) -> list[Wheel]:
    """Wheels in the file's order. A line without a version or a hash is a bug of ours."""
    wheels = []
    for line in path.read_text(encoding="utf-8").splitlines():
        line = line.split("#", 1)[0].strip()
        if not line:
            continue
        name, found, rest = line.partition("==")
        version, _, hashes = rest.partition(" ")
        assert found and version and "--hash=sha256:" in hashes, f"{path.name}: {line}"
        wheels.append(Wheel(name, version, line))
    return wheels
