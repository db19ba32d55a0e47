#!/usr/bin/env python3
"""What a real server asks of the kernel, against what fovea.service lets it: system calls, address families, memory that is
written and run. In bf16, where oneDNN makes its kernels while the program runs (if the processor has instructions for it).

  system_calls.py FOVEA UNIT      needs strace and systemd-analyze"""

import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile

from servers import CheckFailed, Server, ask, expect


def members(name, seen):
    """The calls of a set of systemd's."""
    if not name.startswith("@"):
        return {name}
    if name in seen:
        return set()
    seen.add(name)
    listed = subprocess.run(["systemd-analyze", "syscall-filter", name], check=True, capture_output=True, text=True).stdout
    words = [line.strip() for line in listed.splitlines()[1:]]
    return set().union(*(members(word, seen) for word in words if word and not word.startswith("#")))


def allowed_calls(unit):
    allowed = members("@default", set())
    for rule in re.findall(r"^SystemCallFilter=(.+)$", unit, re.MULTILINE):
        calls = set().union(*(members(word, set()) for word in rule.removeprefix("~").split()))
        allowed = allowed - calls if rule.startswith("~") else allowed | calls
    return allowed


def main():
    fovea, unit = sys.argv[1], pathlib.Path(sys.argv[2]).read_text()
    with tempfile.TemporaryDirectory(prefix="fovea-strace-") as folder:
        trace = pathlib.Path(folder, "trace")
        wrapper = pathlib.Path(folder, "fovea")
        wrapper.write_text(f'#!/bin/sh\nexec strace -f -qq -e signal=none -o "{trace}" "{fovea}" "$@"\n')
        wrapper.chmod(0o755)
        with Server(str(wrapper), options=["--dtype", "bf16"]) as server:
            expect(ask(server.port, max_tokens=32)[0] == 200, "a traced server answers")
            traced = pathlib.Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text().split()[0]
            os.kill(int(traced), signal.SIGTERM)
            expect(server.process.wait(timeout=60) == 0, "and ends by SIGTERM with status 0")
        text = trace.read_text(errors="replace")
    # The first execve is strace's own doing.
    used = set(re.findall(r"^\d+\s+(\w+)\(", text, re.MULTILINE)) - {"execve"}
    missing = used - allowed_calls(unit)
    expect(len(used) > 30, f"it made {len(used)} different system calls")
    expect(not missing, f"the unit's filter lets all of them pass{': not ' + ', '.join(sorted(missing)) if missing else ''}")
    families = set(re.findall(r"socket(?:pair)?\((AF_\w+)", text))
    listed = set(re.search(r"^RestrictAddressFamilies=(.+)$", unit, re.MULTILINE)[1].split())
    expect(families and families <= listed, f"its sockets are of {', '.join(sorted(families))}, which the unit lets pass")
    runs_written = re.search(r"(?:mmap|mprotect)\([^)]*PROT_WRITE\|PROT_EXEC|mprotect\([^)]*PROT_EXEC", text) is not None
    denied = "MemoryDenyWriteExecute=yes" in unit
    expect(not (runs_written and denied),
           f"it {'runs' if runs_written else 'does not run'} memory that it wrote; the unit {'denies' if denied else 'allows'} that")


if __name__ == "__main__":
    try:
        main()
    except CheckFailed as fault:
        sys.exit(f"FAILED: {fault}")
