"""Unpacks the wanted files of a wheel, and knows afterwards whether they are all still there.

A record a wheel and set, `unpacked/PROJECT.SET`, holds a line a file: size, space, path below the root. `SET.complete`
holds the lines of all shared libraries of the set: what packaging/setup/libtorch.sh compares at every start.
"""

import os
import shutil
import zipfile
from pathlib import Path

from contents import wanted
from progress import Progress

_CHUNK = 4 << 20


def _record(root: Path, set_name, wheel) -> Path:
    return root / "unpacked" / f"{wheel.project}.{set_name}"


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except OSError:
        return []


def is_unpacked(root: Path, set_name, wheel) -> bool:
    """Whether every file of the record is there with its size. No record: no."""
    lines = _lines(_record(root, set_name, wheel))
    for line in lines:
        size, _, name = line.partition(" ")
        try:
            if os.stat(root / name).st_size != int(size):
                return False
        except OSError:
            return False
    return bool(lines)


def unpack(root: Path, set_name, wheel, file: Path) -> None:
    """Every file appears whole or not at all: a program that has the old one open keeps it."""
    with zipfile.ZipFile(file) as archive:
        members = [entry for entry in archive.infolist() if wanted(set_name, wheel.project, entry.filename)]
        assert members, f"nothing wanted in {file.name}"
        total, done = sum(entry.file_size for entry in members), 0
        progress = Progress(f"unpacking {wheel.label}")
        for entry in members:
            target = root / entry.filename
            target.parent.mkdir(parents=True, exist_ok=True)
            part = target.with_name(target.name + ".part")
            with archive.open(entry) as source, open(part, "wb") as out:
                while chunk := source.read(_CHUNK):
                    out.write(chunk)
                    done += len(chunk)
                    progress.at(done, total)
            part.replace(target)
        progress.end()
    _write(_record(root, set_name, wheel), "".join(f"{entry.file_size} {entry.filename}\n" for entry in members))


def mark_complete(root: Path, set_name, wheels) -> None:
    libraries = [line for wheel in wheels for line in _lines(_record(root, set_name, wheel)) if ".so" in Path(line).name]
    _write(root / f"{set_name}.complete", "\n".join(libraries) + "\n")


def drop(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
