"""One wheel from the package index the user's pip is configured for, checked against its pinned hash.

pip does the talking, so that index, proxy, certificates and mirrors are the user's own.
"""

import os
import re
import shutil
import subprocess
import time
from collections import deque
from pathlib import Path

from lock import Wheel
from progress import Progress, note

TRIES = 3
_PAUSES = (2, 5)  # seconds before the second and the third try
_PROGRESS = re.compile(r"Progress (\d+) of (\d+)")
# The wheels named in the locks, whatever Python runs this: nothing of them is imported, only unpacked.
_TARGET = ["--only-binary", ":all:", "--implementation", "cp", "--python-version", "3.11", "--abi", "cp311"] + [
    part
    for tag in ("manylinux_2_28", "manylinux_2_27", "manylinux_2_25", "manylinux_2_18", "manylinux_2_17", "manylinux2014")
    for part in ("--platform", f"{tag}_x86_64")
]


class DownloadFailed(Exception):
    """Its text is one line for the user: which wheel, and why."""


def _run_pip(python, arguments, scratch, label):
    """Exit status and the last lines of pip's output."""
    scratch.mkdir(parents=True, exist_ok=True)
    environment = dict(os.environ, TMPDIR=str(scratch), PIP_USER="0", PIP_NO_INPUT="1", PYTHONUNBUFFERED="1",
                       PIP_DISABLE_PIP_VERSION_CHECK="1", PIP_NO_CACHE_DIR="1", NO_COLOR="1")
    environment.pop("PIP_QUIET", None)
    environment.pop("PIP_CACHE_DIR", None)
    progress = Progress(label)
    tail = deque(maxlen=40)
    with subprocess.Popen([str(python), "-m", "pip", *arguments], env=environment, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace") as pip:
        for line in pip.stdout:
            if found := _PROGRESS.search(line):
                progress.at(int(found[1]), int(found[2]))
                continue
            tail.append(line.strip())
            if "resume incomplete download" in line:
                progress.end()
                note(f"{label}: the connection was lost; going on from there")
    progress.end()
    return pip.returncode, list(tail)


def _reason(tail):
    """Why pip gave up, in one line, and whether trying again may help (pip itself has tried to connect five times)."""
    if any("DO NOT MATCH THE HASHES" in line for line in tail):
        return "What arrived is damaged: it doesn't match the pinned hash.", True
    if any("WARNING: Retrying" in line for line in tail):
        return "The package index can't be reached.", False
    spoken = [line for line in tail if line and not line.startswith(("[notice]", "WARNING:"))] or ["pip gave no reason."]
    return spoken[-1].removeprefix("ERROR:").strip(), True


def _with_retries(python, arguments, scratch, wheel):
    for attempt in range(TRIES):
        try:
            status, tail = _run_pip(python, arguments, scratch, wheel.label)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
        if status == 0:
            return
        reason, again = _reason(tail)
        if not again or attempt + 1 == TRIES:
            raise DownloadFailed(f"{wheel.label} could not be fetched. {reason}")
        note(f"{wheel.label}: {reason} Fetching it again.")
        time.sleep(_PAUSES[attempt])


def install_client(python: Path, wheel: Wheel, work: Path) -> None:
    """Puts the pinned pip into the virtual environment of `python`."""
    requirement = work / "client.txt"
    requirement.write_text(wheel.requirement + "\n", encoding="utf-8")
    try:
        _with_retries(python, ["install", "--require-hashes", "--no-deps", "--only-binary", ":all:", "--progress-bar", "off",
                               "-r", str(requirement)], work / "tmp", wheel)
    finally:
        requirement.unlink()


def fetch(python: Path, wheel: Wheel, work: Path) -> Path:
    """The wheel's file, its hash checked by pip. An intact file of an earlier run is taken as it is."""
    folder = work / wheel.project
    folder.mkdir(parents=True, exist_ok=True)
    requirement = work / "wheel.txt"
    requirement.write_text(wheel.requirement + "\n", encoding="utf-8")
    try:
        _with_retries(python, ["download", "--require-hashes", "--no-deps", "--progress-bar", "raw", *_TARGET,
                               "--dest", str(folder), "-r", str(requirement)], work / "tmp", wheel)
    finally:
        requirement.unlink()
        if not os.listdir(folder):
            folder.rmdir()
    files = list(folder.glob("*.whl"))
    assert len(files) == 1, files
    return files[0]
