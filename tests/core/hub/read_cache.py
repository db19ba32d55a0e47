#!/usr/bin/env python3
"""Whether huggingface_hub itself reads the cache that a pull makes.

    read_cache.py LOCAL_HUB PULL_PROGRAM SCRATCH

Exit status 77 (skipped) where huggingface_hub is not installed.
"""
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

try:
    from huggingface_hub import scan_cache_dir, snapshot_download, try_to_load_from_cache
except ImportError:
    print("skipped: huggingface_hub is not installed in this Python")
    sys.exit(77)


def main():
    hub_script, program, scratch = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    shutil.rmtree(scratch, ignore_errors=True)
    model = scratch / "repositories/Org/Some.Model"
    model.mkdir(parents=True)
    for file in Path("resources/models/fovea-mini").iterdir():
        if file.is_file():
            shutil.copy(file, model)
    hub = subprocess.Popen(["/usr/bin/python3", "-B", hub_script, scratch / "repositories", scratch / "tls"],
                           stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        place = json.loads(hub.stdout.readline())
        for revision in ("", "@v1", "@refs/pr/1"):
            subprocess.run([program, place["hub"], place["authority"], scratch / "cache", "hf", "Org/Some.Model" + revision],
                           check=True)
    finally:
        hub.stdin.close()
        hub.wait()
    cache = scratch / "cache/hf"
    for revision in (None, "v1", "refs/pr/1"):
        folder = Path(snapshot_download("Org/Some.Model", revision=revision, cache_dir=cache, local_files_only=True))
        for file in model.iterdir():
            assert (folder / file.name).read_bytes() == file.read_bytes(), file.name
    assert os.path.islink(try_to_load_from_cache("Org/Some.Model", "config.json", cache_dir=cache))
    found = scan_cache_dir(cache)
    assert not found.warnings, found.warnings
    (repository,) = found.repos
    assert repository.repo_id == "Org/Some.Model" and repository.repo_type == "model"
    assert set(repository.refs) == {"main", "v1", "refs/pr/1"}, repository.refs
    assert repository.size_on_disk == sum(file.stat().st_size for file in model.iterdir())
    print(f"{repository.nb_files} files, {repository.size_on_disk} bytes, refs {sorted(repository.refs)}")
    strategy = found.delete_revisions(*(revision.commit_hash for revision in repository.revisions))
    strategy.execute()
    assert not (cache / "models--Org--Some.Model").exists()


if __name__ == "__main__":
    main()
