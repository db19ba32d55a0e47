"""clang-tidy over many files in few translation units.

Nearly all the time of clang-tidy goes into the headers of libraries, which each file's run parses and walks anew. Files that are
compiled with the same flags are therefore included, up to GROUP at a time, into one made-up file. A group whose files can't stand
together (two of them name something alike in their unnamed namespaces, say) is taken apart until each part compiles: what is
reported is the same, only the time differs.

    tidy_groups.py [--leave-out TEXT] COMMANDS JOBS FILE...

COMMANDS is a compile_commands.json, JOBS how many run at once. Files that have no command there (those of another configuration) are
passed over, as are those whose command contains TEXT. Prints what clang-tidy found; exit status 1 if there was anything.
"""
import argparse
import concurrent.futures
import json
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile
import threading

CHECKS = pathlib.Path(__file__).resolve().parent.parent / ".clang-tidy"
GROUP = 20
PRECOMPILED = re.compile(r" -Winvalid-pch -include \S*cmake_pch\S*")
MADE_UP = re.compile(r"/Unity/unity_\d+_cxx\.cxx$")
ERROR = "[clang-diagnostic-error]"
printing = threading.Lock()


def single_files(commands):
    """An entry for each file of ours; one that CMake made up of several (FOVEA_UNITY) stands for each of them."""
    for entry in json.loads(commands.read_text()):
        if not MADE_UP.search(entry["file"]):
            yield entry
            continue
        for file in re.findall(r'^#include "(.+\.cpp)"$', pathlib.Path(entry["file"]).read_text(), re.MULTILINE):
            yield {**entry, "file": file, "command": entry["command"].replace(entry["file"], file)}


def flags_of(entry):
    """The command without its compiler, input, output and GCC's precompiled header: what files of one group have in common."""
    words = shlex.split(PRECOMPILED.sub("", entry["command"]))[1:]
    kept = []
    skip = False
    for word in words:
        if skip:
            skip = False
        elif word in ("-o", "-MF", "-MT", "-MQ", "-c"):
            skip = word != "-c"
        elif word != entry["file"]:
            kept.append(word)
    return tuple(kept)


def tidy(files, flags, directory, scratch):
    """The output of clang-tidy over the files together, and whether it found nothing."""
    if len(files) == 1:
        unit = files[0]
        extra = []
    else:
        with tempfile.NamedTemporaryFile("w", suffix=".cpp", dir=scratch, delete=False) as made:
            made.writelines(f'#include "{file}"\n' for file in files)
        unit = made.name
        # The made-up file includes .cpp files, and a name may hide one of another file: no mistakes of theirs.
        extra = ["--checks=-bugprone-suspicious-include", "--extra-arg=-Wno-shadow"]
    command = ["clang-tidy", "--quiet", *extra, f"--config-file={CHECKS}", unit, "--", *flags, "-Wno-unknown-warning-option"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=directory)
    return done.stdout + "".join(line for line in done.stderr.splitlines(True) if " generated" not in line), done.returncode == 0


def report(text):
    with printing:
        sys.stdout.write(text)
        sys.stdout.flush()


def check(files, flags, directory, scratch):
    """Whether clang-tidy finds nothing in these files; prints what it finds."""
    text, clean = tidy(files, flags, directory, scratch)
    if len(files) > 1 and not clean and ERROR in text:
        # Those that name again what a file before them named, apart from the others.
        apart = [file for file in files if any(line.startswith(file + ":") and ERROR in line for line in text.splitlines())]
        if not 0 < len(apart) < len(files):
            apart = files[len(files) // 2:]
        together = [file for file in files if file not in apart]
        return all([check(some, flags, directory, scratch) for some in (together, apart)])
    if not clean:
        report(text)
    return clean


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--leave-out", default=None)
    parser.add_argument("commands", type=pathlib.Path)
    parser.add_argument("jobs", type=int)
    parser.add_argument("files", nargs="+")
    options = parser.parse_args()
    wanted = {str(pathlib.Path(file).absolute()) for file in options.files}
    groups = {}
    for entry in single_files(options.commands):
        if entry["file"] not in wanted or (options.leave_out and options.leave_out in entry["command"]):
            continue
        wanted.remove(entry["file"])
        groups.setdefault((flags_of(entry), entry["directory"]), []).append(entry["file"])
    print(f"         {sum(map(len, groups.values()))} files in {len(groups)} kinds of flags", file=sys.stderr)
    with tempfile.TemporaryDirectory() as scratch, concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        running = []
        for (flags, directory), files in groups.items():
            # Even parts: a rest of one file would pay for all the headers alone.
            parts = -(-len(files) // GROUP)
            for part in range(parts):
                chunk = files[len(files) * part // parts:len(files) * (part + 1) // parts]
                running.append(pool.submit(check, chunk, flags, directory, scratch))
        clean = [one.result() for one in running]
    sys.exit(0 if all(clean) else 1)


main()
