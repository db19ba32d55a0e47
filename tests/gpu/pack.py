#!/usr/bin/env python3
"""Packs the built program with the few libraries that a machine without Qt and OpenCV lacks, small enough to carry to one
with a GPU. libtorch and CUDA's libraries are not in it: they come with that machine's own torch 2.11.

    pack.py PROGRAM OUT.tar.xz

Of OpenCV the program reads clips with videoio, which is linked to imgcodecs and through it to a hundred libraries, and
through FFmpeg to encoders, none of which it calls: in the place of each stands a library that has the names which are asked
for and stops the program where one is called (but for one that FFmpeg asks at its start). The C and C++ runtimes are that machine's: glibc 2.36 and GCC 12 or newer. Needs
gcc and binutils, as a machine that builds the program has them.
"""
import argparse
import io
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

MOST_BYTES = 60_000_000
OF_THE_SYSTEM = re.compile(r"(ld-linux-x86-64|lib(c|m|dl|rt|pthread|stdc\+\+|gcc_s))\.so")
OF_TORCH = re.compile(r"lib(torch\w*|c10\w*|cudart|cupti|gomp)[-.\w]*\.so")
NEVER_CALLED = re.compile(r"lib(opencv_imgcodecs|rsvg-2|codec2|x265)\.so")
ASKED_AT_THE_START = re.compile(r"x265_api_get")  # when FFmpeg lists its encoders; nought says that there is none


def needed(file):
    listed = subprocess.run(["readelf", "-dW", str(file)], check=True, capture_output=True, text=True).stdout
    return re.findall(r"\(NEEDED\).*\[(.+)\]", listed)


def library_places():
    """Where the loader finds each library by its name."""
    listed = subprocess.run(["/sbin/ldconfig", "-p"], check=True, capture_output=True, text=True).stdout
    places = {}
    for name, kind, path in re.findall(r"^\s*(\S+) \((.*?)\) => (\S+)$", listed, re.MULTILINE):
        if "x86-64" in kind:
            places.setdefault(name, path)
    return places


def libraries_of(program):
    """{name: file} of what goes along, and of what something else stands for."""
    places = library_places()
    found, stood_for, left = {}, {}, needed(program)
    while left:
        name = left.pop()
        if name in found or name in stood_for or OF_THE_SYSTEM.match(name) or OF_TORCH.match(name):
            continue
        if name not in places:
            sys.exit(f"{name} is not to be found on this machine")
        file = Path(places[name]).resolve()
        if NEVER_CALLED.match(name):
            stood_for[name] = file
        else:
            found[name] = file
            left += needed(file)
    return found, stood_for


def symbols(file, which):
    """{name: nm's letter} of a library's dynamic symbols."""
    listed = subprocess.run(["nm", "-D", which, str(file)], check=True, capture_output=True, text=True).stdout
    return {words[-1].split("@")[0]: words[-2] for words in (line.split() for line in listed.splitlines()) if len(words) >= 2}


def stand_in(name, real, askers, folder):
    """The bytes of a library in the place of `real`."""
    asked = set().union(*(symbols(file, "--undefined-only") for file in askers))
    lines = []
    for symbol, letter in sorted(symbols(real, "--defined-only").items()):
        if symbol not in asked:
            continue
        code = letter in "TWi"
        body = "xor %eax, %eax\nret" if ASKED_AT_THE_START.match(symbol) else "ud2"
        lines += [".text" if code else ".data", f".globl {symbol}", f".type {symbol}, @{'function' if code else 'object'}",
                  f"{symbol}: {body if code else '.skip 256'}"]
    source, out = Path(folder) / "stand_in.s", Path(folder) / name
    source.write_text("\n".join([*lines, '.section .note.GNU-stack,"",@progbits', ""]), encoding="ascii")
    subprocess.run(["gcc", "-shared", "-nostdlib", f"-Wl,-soname,{name}", str(source), "-o", str(out)], check=True)
    return out.read_bytes()


def add_bytes(archive, name, data, mode=0o755):
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(data), mode
    archive.addfile(entry, io.BytesIO(data))


def stripped(file, folder):
    out = Path(folder) / "stripped"
    subprocess.run(["strip", "-o", str(out), str(file)], check=True)
    return out.read_bytes()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=Path)
    parser.add_argument("out", type=Path)
    args = parser.parse_args()
    found, stood_for = libraries_of(args.program)
    args.out.parent.mkdir(parents=True, exist_ok=True)
    part = args.out.with_suffix(".part")
    with tempfile.TemporaryDirectory() as folder, tarfile.open(part, "w:xz", preset=6) as archive:
        add_bytes(archive, "pack/bin/fovea", stripped(args.program, folder))
        for name, file in sorted(found.items()):
            add_bytes(archive, f"pack/lib/{name}", file.read_bytes())
        for name, real in sorted(stood_for.items()):
            add_bytes(archive, f"pack/lib/{name}", stand_in(name, real, [args.program, *found.values()], folder))
    size = part.stat().st_size
    if size > MOST_BYTES:
        sys.exit(f"the pack is {size / 1e6:.1f} MB, more than the {MOST_BYTES / 1e6:.0f} MB that it may be")
    part.rename(args.out)
    print(f"{args.out}: {size / 1e6:.1f} MB, {len(found)} libraries")


if __name__ == "__main__":
    main()
