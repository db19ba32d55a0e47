#!/usr/bin/env python3
"""Run a program over the cases of a golden and compare.

    run_golden.py --program "fovea" --checkpoint DIR --cases CASES.json --golden GOLDEN.json --images DIR [--threads N]
                  [--device cpu:operators]

The program is called as `PROGRAM debug golden CASES.json --model DIR --images DIR --out FILE`. Needs the standard
library alone.
"""
import argparse
import json
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

import compare
from golden_format import read_golden


def command_of(program):
    """The words that start the program: a file's path, spaces in it and all, or a command line."""
    return [str(program)] if Path(program).is_file() else shlex.split(program)


def ask_program(program, cases, checkpoint, images, *more):
    """The program's answers to the cases. Those that it could not answer are missing; ends this process if all are."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "actual.json"
        command = [*command_of(program), "debug", "golden", str(cases), "--model", str(checkpoint), "--images", str(images),
                   "--out", str(out), *map(str, more)]
        ended = subprocess.run(command, check=False, stderr=subprocess.PIPE, text=True, errors="replace")
        if ended.returncode:
            print(ended.stderr[-2000:], f"the program ended with status {ended.returncode}", sep="\n", file=sys.stderr)
        if not out.exists():
            sys.exit("and wrote no answers")
        return json.loads(out.read_text(encoding="utf-8"))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("program", "checkpoint", "cases", "golden", "images"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--threads", type=int)
    parser.add_argument("--device", help="where the model computes, as fovea's --device takes it")
    parser.add_argument("--complete", action="store_true", help="fail if the answers leave out an intermediate")
    args = parser.parse_args()
    more = ["--threads", args.threads] if args.threads else []
    if args.device:
        more += ["--device", args.device]
    actual = ask_program(args.program, args.cases, args.checkpoint, args.images, *more)
    results = compare.compare(read_golden(args.golden), actual, complete=args.complete)
    if not results:
        sys.exit("the golden holds no case")
    sys.exit(bool(compare.report(results)))


if __name__ == "__main__":
    main()
