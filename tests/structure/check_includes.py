#!/usr/bin/env python3
"""Prove the include rules of the architecture over a source tree.

    check_includes.py ROOT

The rules are rooms.py's: which room includes which, which library's headers are seen where, directly or through other
headers; ui panels keep apart; includes in quotes are paths from the root (in tests, a neighbour's name will do). Files over 400 lines are listed, for a
reader to ask why. Exit status 1 if a rule is broken. Needs the standard library alone.
"""
import re
import sys
from pathlib import Path, PurePosixPath

from rooms import LIBRARIES, PANELS, QT, ROOMS, TORCH, TORCH_IN_ENGINE, UNREACHABLE

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^">]+)[">]', re.MULTILINE)
ENDINGS = {".h", ".hpp", ".cpp", ".cc", ".cu", ".cuh", ".inc"}
LONG = 400


def inside(path, folder):
    """Whether a path from the root lies in a folder; "app/*" means files right in app."""
    if folder.endswith("/*"):
        return path.rpartition("/")[0] == folder[:-2]
    return path.startswith(folder if folder.endswith("/") else folder + "/")


def room_of(path):
    return max((r for r in ROOMS if inside(path, r)), key=len, default=None)


def library_of(header):
    return next((name for pattern, name in LIBRARIES if re.fullmatch(pattern, header)), None)


class Tree:
    def __init__(self, root):
        folders = [root / top for top in ("core", "app", "ui", "tests") if (root / top).is_dir()]
        files = [f for folder in folders for f in sorted(folder.rglob("*")) if f.suffix in ENDINGS and f.is_file()]
        self.text = {f.relative_to(root).as_posix(): f.read_text(encoding="utf-8", errors="replace") for f in files}
        self.includes = {path: [self.named(path, *found) for found in INCLUDE.findall(text)] for path, text in self.text.items()}
        self.reached = {}

    def named(self, path, bracket, name):
        """An include with its path from the root; in tests a helper may lie beside the file."""
        beside = f"{path.rpartition('/')[0]}/{name}"
        return bracket, beside if bracket == '"' and inside(path, "tests") and beside in self.text else name

    def libraries(self, path):
        """Every library whose headers a file sees, itself or through headers of ours, with the way to it."""
        if path not in self.reached:
            self.reached[path] = found = {}  # set first: a circle of headers ends here
            for bracket, name in self.includes.get(path, []):
                if bracket == "<":
                    found.setdefault(library_of(name), [path])
                for library, way in (self.libraries(name) if bracket == '"' and name in self.text else {}).items():
                    found.setdefault(library, [path, *way])
        return self.reached[path]


def may_include(room, path, name):
    """Whether a file of a room may include that file of ours."""
    own = "core/input" if room == "core/input/vision" else room
    if PANELS == room + "/" and inside(path, "ui") and inside(name, "ui"):
        panel, other = (p.split("/")[1] if p.count("/") > 1 else "" for p in (path, name))
        return not panel or not other or panel == other
    return inside(name, own) or any(inside(name, r) for r in ROOMS[room][0]) or (
        inside(path, "tests") and inside(name, "tests"))


def broken_rules(tree):
    """Sentences, one for each include that the table forbids."""
    for path, includes in tree.includes.items():
        room = room_of(path)
        if room is None:
            yield f"{path}: the table has no such room"
            continue
        for bracket, name in includes:
            if bracket == '"':
                if name == PurePosixPath(path).stem + ".moc":
                    continue  # what Qt's moc makes of this very file
                if name not in tree.text:
                    yield f"{path}: \"{name}\" is no path from the root"
                elif not may_include(room, path, name):
                    yield f"{path}: {room} may not include {name}"
                continue
            library = library_of(name)
            if library is None:
                yield f"{path}: <{name}> belongs to no library that rooms.py knows"
            elif library not in ROOMS[room][1]:
                yield f"{path}: {room} may not include <{name}> ({library})"
            elif library == TORCH and room == "core/engine" and not path.startswith(TORCH_IN_ENGINE):
                yield f"{path}: the engine's loop knows no torch, but includes <{name}>"
        seen = tree.libraries(path)
        for library in sorted(UNREACHABLE.get(room, set()) & set(seen)):
            if len(seen[library]) > 1:
                yield f"{path}: {room} must not see {library}, but does through {' → '.join(seen[library][1:])}"
        if QT in seen and TORCH in seen:
            yield f"{path}: sees both Qt and torch"


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    tree = Tree(Path(sys.argv[1]))
    if not tree.text:
        sys.exit("no source file found")
    for path, text in tree.text.items():
        if (lines := text.count("\n")) > LONG:
            print(f"long: {path} has {lines} lines")
    broken = list(broken_rules(tree))
    print(*broken, f"{len(tree.text)} files, {len(broken)} broken rules", sep="\n")
    sys.exit(bool(broken))


if __name__ == "__main__":
    main()
