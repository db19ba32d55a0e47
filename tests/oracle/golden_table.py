#!/usr/bin/env python3
"""The golden table: every case on every checkpoint, in float32 and in bfloat16, against transformers.

    golden_table.py --program fovea --checkpoints DIR [--reference FOLDER] [--bf16 DIR] [--only NAME ...] [--threads N] [--out FILE.md]

DIR holds checkpoint folders; those of our own names are run on tests/data/oracle, the others on the goldens of the
reference folder. bfloat16 is shown where tests/data/oracle/bf16 or --bf16 holds a NAME.xz of make_bf16_reference.py. A
checkpoint that is missing is made. Exit status 1 if anything in the table is not as it should be. Needs numpy alone.
"""
import argparse
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import bf16_format
import compare
import make_checkpoint
from golden_format import read_golden
from run_bf16 import program_logits
from run_golden import ask_program

HERE = Path(__file__).resolve().parent
OWN = HERE.parent / "data/oracle"
SHORT = {"prompt_ids": "prompt", "ids": "ids", "first": "logits"}


class Subject(NamedTuple):
    """One checkpoint and what it is held against."""
    name: str
    maker: Path  # the script that writes it
    cases: Path
    golden: Path
    images: Path
    bf16: Path


def subjects(reference, bf16):
    for name in ("qwen-tied", "qwen-untied", "qwen-forms", "glm-flash", "glm-41v", "glm-46v"):
        yield Subject(name, HERE / "make_checkpoint.py", OWN / f"cases/{name.split('-')[0]}.json", OWN / f"golden/{name}.json",
                      OWN / "pictures", next((p for p in (OWN / f"bf16/{name}.xz", bf16 / f"{name}.xz") if p.exists()), OWN / "none"))
    if reference:
        for golden in sorted((reference / "oracle/golden").glob("*-tiny*.json")):
            family = "qwen3vl" if golden.stem.startswith("qwen3vl") else "glm"
            yield Subject(golden.stem, reference / "oracle/make_checkpoint.py", reference / f"oracle/cases/{family}.json", golden,
                          reference / "images", bf16 / f"{golden.stem}.xz")


class Outcome(NamedTuple):
    problems: dict  # case name: what differs
    distance: float  # the largest difference of a sampled first logit in deviations
    bf16: dict | None  # bf16_format.judge's
    told: frozenset  # what the program told of every case, beside the ids
    bf16_ids: tuple  # (cases whose 32 bfloat16 ids are all the reference's, ids before the first difference on average)


def run(subject, folder, program, more):
    golden = read_golden(subject.golden)
    actual = ask_program(program, subject.cases, folder, subject.images, *more)
    by_name = {a["case"]: a for a in actual}
    told = [compare.logits_distance(g, by_name[g["case"]]) for g in golden["cases"] if "first_logits_at" in by_name.get(g["case"], {})]
    verdict, ids = None, ()
    if subject.bf16.exists():
        head, logits = bf16_format.read(subject.bf16)
        mine, answers = program_logits(program, folder, subject.cases, subject.images, head, more[1] if more else None)
        verdict = bf16_format.judge(head, logits, mine)
        parts = [compare.parting(c["ids"], a["ids"]) for c, a in zip(head["cases"], answers)]
        ids = (parts.count(None), sum(len(c["ids"]) if p is None else p for c, p in zip(head["cases"], parts)) / len(parts))
    keys = frozenset.intersection(*(frozenset(a) for a in actual)) & ({"first_logits_at"} | {k for k, _ in compare.intermediates(golden["cases"][0])})
    keys -= {"prompt_ids"}
    return Outcome(dict(compare.compare(golden, actual)), max(told, default=float("nan")), verdict, keys, ids)


def cell(found):
    """= for a case that agrees, else what differs first."""
    if found is None:
        return ""
    return "=" if not found else SHORT.get(found[0].split()[0].rstrip(":"), found[0].split()[0].rstrip(":"))


def table(outcomes):
    """Markdown: one row a case, one column a checkpoint, then one row a checkpoint."""
    names = list(outcomes)
    rows = list(dict.fromkeys(case for o in outcomes.values() for case in o.problems))
    yield "| case, float32 | " + " | ".join(names) + " |"
    yield "|---" * (len(names) + 1) + "|"
    for case in rows:
        yield f"| {case} | " + " | ".join(cell(o.problems.get(case)) for o in outcomes.values()) + " |"
    yield ""
    told = ", ".join(sorted(frozenset.intersection(*(o.told for o in outcomes.values())))) or "nothing else"
    yield f"`=`: prompt ids and all greedy ids are transformers', and so is what else the program told: {told} (logits within 1e-4 deviations)."
    yield ""
    yield ("| checkpoint | float32: cases equal | largest first-logit difference, deviations | bfloat16: first token equal where clear | "
           "first token equal at all | mean KL to transformers' bf16 | of transformers' own fp32 | all ids equal, mean equal run |")
    yield "|---" * 8 + "|"
    for name, o in outcomes.items():
        equal = sum(not found for found in o.problems.values())
        half = " | – | – | – | – | –"
        if o.bf16:
            b = o.bf16
            half = (f" | {b['clear'] - len(b['missed'])} of {b['clear']} | {b['same_top']} of {b['cases']} | {b['divergence']:.3g} | "
                    f"{b['own_divergence']:.3g} | {o.bf16_ids[0]} of {b['cases']}, {o.bf16_ids[1]:.1f}")
        yield f"| {name} | {equal} of {len(o.problems)} | {o.distance:.1e}{half} |"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True)
    parser.add_argument("--checkpoints", required=True, type=Path)
    parser.add_argument("--reference", type=Path)
    parser.add_argument("--bf16", type=Path, default=OWN / "bf16")
    parser.add_argument("--only", nargs="*")
    parser.add_argument("--threads", type=int)
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()
    outcomes = {}
    for subject in subjects(args.reference, args.bf16):
        if args.only and subject.name not in args.only:
            continue
        folder = args.checkpoints / subject.name
        if not (folder / "config.json").exists():
            subprocess.run([sys.executable, str(subject.maker), subject.name, str(folder)], check=True)
        outcomes[subject.name] = run(subject, folder, args.program, ["--threads", args.threads] if args.threads else [])
        o = outcomes[subject.name]
        print(f"{subject.name}: {sum(map(bool, o.problems.values()))} of {len(o.problems)} differ", file=sys.stderr, flush=True)
        for case, found in o.problems.items():
            if found:
                print(f"  {case}: {'; '.join(found)}", file=sys.stderr, flush=True)
    if not outcomes:
        sys.exit(f"nothing to run; the names are {', '.join(make_checkpoint.specs())}")
    text = "\n".join(table(outcomes)) + "\n"
    if args.out:
        args.out.write_text(text, encoding="utf-8")
    print(text)
    sys.exit(any(any(o.problems.values()) or (o.bf16 and not o.bf16["passed"]) for o in outcomes.values()))


if __name__ == "__main__":
    main()
