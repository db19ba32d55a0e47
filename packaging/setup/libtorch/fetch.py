"""Brings libtorch to ROOT: fetches the locked wheels one at a time, unpacks what is needed, deletes them.

usage: fetch.py ROOT WORK SET...      SET: cpu, cuda

WORK/client, the downloader, stays there once it is whole. What an earlier run finished is not fetched again; of what failed or
was ended by SIGINT or SIGTERM nothing is left in WORK. Exit status 0: every set is complete; 1: a failure, told in one line that
begins with "failed: ".
"""

import signal
import subprocess
import sys
import venv
from pathlib import Path

from download import DownloadFailed, fetch, install_client
from lock import read_lock
from progress import note
from unpack import drop, is_unpacked, mark_complete, unpack

_HERE = Path(__file__).resolve().parent


def client(work: Path) -> Path:
    """A Python of our own with the pinned pip: the system's needs none."""
    wheel = read_lock(_HERE / "pip.lock")[0]
    folder = work / "client"
    python, ready = folder / "bin/python", folder / f"pip-{wheel.version}"
    if not ready.exists():
        drop(folder)
        note("preparing the downloader")
        try:
            venv.create(folder, with_pip=True, symlinks=True)
            install_client(python, wheel, work)
        except BaseException:
            drop(folder)  # nothing half made stays behind where there is no network
            raise
        ready.touch()
    return python


def bring(root: Path, work: Path, sets: list[str]) -> None:
    locks = {name: read_lock(_HERE / f"{name}.lock") for name in sets}
    order = list(dict.fromkeys(wheel for name in sets for wheel in locks[name]))
    work.mkdir(parents=True, exist_ok=True)
    for wheel in order:
        missing = [name for name in sets if wheel in locks[name] and not is_unpacked(root, name, wheel)]
        if missing:
            file = fetch(client(work), wheel, work)
            for name in missing:
                unpack(root, name, wheel, file)
            drop(file.parent)
        for name in sets:
            if all(is_unpacked(root, name, needed) for needed in locks[name]):
                mark_complete(root, name, locks[name])


def main(arguments: list[str]) -> int:
    root, work, *sets = arguments
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that what is temporary is removed
    try:
        bring(Path(root), Path(work), sets)
    except DownloadFailed as failure:
        print(f"failed: {failure}")
    except OSError as failure:
        print(f"failed: {failure.strerror or failure}")
    except subprocess.CalledProcessError:
        print("failed: python3 could not make a virtual environment.")
    else:
        return 0
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
