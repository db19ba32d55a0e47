#!/usr/bin/env python3
"""Run transformers over a case list in bfloat16 and in float32 and keep the first-step logits of the former.

    make_bf16_reference.py CHECKPOINT CASES.json OUT.xz [--images DIR]

The file's form is bf16_format.py's.
"""
import argparse
import sys
from pathlib import Path

import numpy as np
import torch

import bf16_format
from make_golden import PICTURES
from transformers_reference import DEFAULT_STEPS, Reference, read_cases, versions


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint")
    parser.add_argument("cases")
    parser.add_argument("out")
    parser.add_argument("--images", default=PICTURES)
    args = parser.parse_args()
    half, full = Reference(args.checkpoint, "bfloat16"), Reference(args.checkpoint)
    records, bits = [], []
    for case in read_cases(args.cases):
        inputs = half.inputs(case, args.images)[0]
        ids, logits = half.generate(inputs, case.get("max_new_tokens", DEFAULT_STEPS))
        first, wide = logits[0].numpy(), full.first_logits(inputs).numpy()
        bits.append(logits[0].to(torch.bfloat16).view(torch.int16).numpy().view(np.uint16))
        if not np.array_equal(bf16_format.widen(bits[-1]), first):
            sys.exit("the reference's logits are not bfloat16 numbers")
        records.append(bf16_format.record(case["name"], first, wide, ids))
    head = {"checkpoint": Path(args.checkpoint).name, "reference": versions(), "cpu": torch.backends.cpu.get_cpu_capability()}
    bf16_format.write(args.out, head, records, bits)
    r = bf16_format.judge(*bf16_format.read(args.out), np.stack([bf16_format.widen(b) for b in bits]))
    print(f"{args.out}: {r['cases']} cases, {r['clear']} clear, mean divergence of bf16 and fp32 {r['own_divergence']:.3g}")


if __name__ == "__main__":
    main()
