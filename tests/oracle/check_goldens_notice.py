#!/usr/bin/env python3
"""Show that the goldens notice: with any kind of tensor zeroed, the program's answers no longer agree.

    check_goldens_notice.py NAME --program "fovea" --cases CASES.json --golden GOLDEN.json --images DIR [--only KIND]

NAME is a checkpoint of make_checkpoint.py. Of each kind of tensor (the layers' numbers left out) all tensors are zeroed
at once, the program answers some of the cases, and at least one of them has to differ in ids; that it answers all of
them rightly with nothing zeroed is shown first. At the end each case asked has to have differed under some kind. Needs
numpy alone.
"""
import argparse
import json
import re
import sys
import tempfile
from pathlib import Path

import make_checkpoint
from golden_format import read_golden
from run_golden import ask_program

ASKED = ("text_greeting", "image_photo", "images_two", "video_part", "image_second_turn")


def kinds(folder, spec):
    """The patterns under which the tensors' names fall together, layer numbers left out."""
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    return list(dict.fromkeys(re.sub(r"\.\d+\.", ".N.", t.name) for t in make_checkpoint.layout(spec, config)))


def differing(answers, goldens):
    """The names of the asked cases whose ids are not the golden's, or that have no answer."""
    ids = {a["case"]: a["ids"] for a in answers}
    return [name for name in ASKED if ids.get(name) != goldens[name]["ids"]]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name")
    for option in ("program", "cases", "golden", "images"):
        parser.add_argument(f"--{option}", required=True)
    parser.add_argument("--only", help="regular expression: only such kinds of tensors")
    args = parser.parse_args()
    spec = make_checkpoint.specs()[args.name]
    goldens = {c["case"]: c for c in read_golden(args.golden)["cases"]}
    with tempfile.TemporaryDirectory() as work:
        folder, cases = Path(work) / args.name, Path(work) / "cases.json"
        asked = [c for c in json.loads(Path(args.cases).read_text(encoding="utf-8")) if c["name"] in ASKED]
        cases.write_text(json.dumps(asked), encoding="utf-8")
        make_checkpoint.make(args.name, folder)
        if wrong := differing(ask_program(args.program, cases, folder, args.images), goldens):
            sys.exit(f"the sound checkpoint already differs: {', '.join(wrong)}")
        unnoticed, noticed = [], set()
        for kind in [k for k in kinds(folder, spec) if not args.only or re.search(args.only, k)]:
            make_checkpoint.make(args.name, folder, zero="^" + re.escape(kind).replace(r"\.N\.", r"\.\d+\.") + "$")
            moved = differing(ask_program(args.program, cases, folder, args.images), goldens)
            noticed |= set(moved)
            unnoticed += [] if moved else [kind]
            print(f"{'noticed by ' + str(len(moved)) if moved else 'NOT NOTICED':12} {kind}", flush=True)
    blind = [c["name"] for c in asked if c["name"] not in noticed]
    if unnoticed or blind or not asked:
        sys.exit(f"not noticed: {unnoticed}; cases that noticed nothing: {blind}")


if __name__ == "__main__":
    main()
