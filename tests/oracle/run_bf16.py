#!/usr/bin/env python3
"""Run a program in bfloat16 over the cases and hold its first-step logits against transformers' bfloat16.

    run_bf16.py --program "fovea" --checkpoint DIR --cases CASES.json --reference FILE.xz --images DIR [--threads N]

Passes if the first token is transformers' wherever transformers' margin exceeds its own difference between bfloat16 and
float32, and if the mean divergence to transformers' bfloat16 is no larger than that of transformers' own float32.
Needs numpy alone.
"""
import argparse
import sys
import tempfile
from pathlib import Path

import numpy as np

import bf16_format
from run_golden import ask_program


def program_logits(program, checkpoint, cases, images, head, threads=None, device=None):
    """(float32 [cases, vocabulary], answers) of the program's bfloat16 run, in the order of the reference's cases."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "logits"
        more = ["--dtype", "bf16", "--logits-out", path] + (["--threads", threads] if threads else []) + (["--device", device] if device else [])
        answers = ask_program(program, cases, checkpoint, images, *more)
        rows = np.fromfile(path, "<f4").reshape(len(answers), -1)
    place = {a["case"]: i for i, a in enumerate(answers)}
    missing = [c["case"] for c in head["cases"] if c["case"] not in place]
    if missing:
        sys.exit(f"no answer to {', '.join(missing)}")
    order = [place[c["case"]] for c in head["cases"]]
    return rows[order], [answers[i] for i in order]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("program", "checkpoint", "cases", "reference", "images"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--threads", type=int)
    args = parser.parse_args()
    head, reference = bf16_format.read(args.reference)
    logits, _ = program_logits(args.program, args.checkpoint, args.cases, args.images, head, args.threads)
    if logits.shape != reference.shape:
        sys.exit(f"logits of shape {logits.shape}, expected {reference.shape}")
    r = bf16_format.judge(head, reference, logits)
    print(f"first token as transformers': {r['same_top']} of {r['cases']}; of the {r['clear']} clear ones missed: "
          f"{', '.join(r['missed']) or 'none'}")
    print(f"mean KL(transformers bf16 || program) {r['divergence']:.4g}, || transformers fp32) {r['own_divergence']:.4g}")
    sys.exit(0 if r["passed"] else 1)


if __name__ == "__main__":
    main()
