#!/usr/bin/env python3
"""Run transformers over a case list in float32 and keep what a faithful engine has to reproduce.

    make_golden.py CHECKPOINT CASES.json OUT.json [--images DIR] [--only NAME ...] [--attention eager]

Without --images the pictures are those of tests/data/oracle.
"""
import argparse
import hashlib
import sys
from pathlib import Path

import numpy as np
import torch

import golden_format
from transformers_reference import DEFAULT_STEPS, Reference, read_cases, versions

PICTURES = Path(__file__).resolve().parent.parent / "data/oracle/pictures"


def short(number, digits=7):
    return float(f"{float(number):.{digits}g}")


def sha256(tensor, kind):
    return hashlib.sha256(np.ascontiguousarray(tensor.numpy().astype(kind)).tobytes()).hexdigest()


def seen(inputs, clips):
    """Grids, the patches' digest and the sampled frames: whether both sides look at the same picture."""
    record = {}
    for kind, patches, grid in (("image_patches", "pixel_values", "image_grid_thw"),
                                ("video_patches", "pixel_values_videos", "video_grid_thw")):
        if patches in inputs:
            record[kind] = {"grid_thw": inputs[grid].tolist(), "sha256_float32": sha256(inputs[patches], "<f4")}
    if clips:
        record["videos"] = [{"frames_indices": [int(i) for i in clip.frames_indices]} for clip in clips]
    return record


def margins(logits):
    """Of each step: how far the best logit lies above the second, in standard deviations of the row."""
    out = []
    for row in logits:
        best = torch.topk(row.double(), 2).values
        out.append(short((best[0] - best[1]) / row.double().std(), 3))
    return out


def answer(reference, case, pictures):
    """One case, run: the golden's record of it."""
    inputs, clips = reference.inputs(case, pictures)
    positions, delta = reference.positions(inputs)
    ids, logits = reference.generate(inputs, case.get("max_new_tokens", DEFAULT_STEPS))
    first = logits[0].double()
    return {
        "case": case["name"], "prompt_ids": golden_format.pack(inputs["input_ids"][0].tolist()), **seen(inputs, clips),
        "mrope": {"sha256_int64": sha256(positions, "<i8"), "last": positions[:, -1].tolist(), "rope_delta": delta},
        "first_logits": {"std": short(first.std(correction=0)),
                         "at": [[i, short(first[i])] for i in golden_format.sample_indices(len(first))]},
        "ids": ids, "margins": margins(logits)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint")
    parser.add_argument("cases")
    parser.add_argument("out")
    parser.add_argument("--images", default=PICTURES)
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--attention", default="sdpa", choices=["sdpa", "eager"])
    args = parser.parse_args()
    reference = Reference(args.checkpoint, attention=args.attention)
    records = []
    for case in read_cases(args.cases, args.only):
        records.append(answer(reference, case, args.images))
        r = records[-1]
        print(f"{case['name']:24} {len(golden_format.unpack(r['prompt_ids'])):5} ids, {len(set(r['ids'])):2} distinct answers, "
              f"least margin {min(r['margins'])}", file=sys.stderr, flush=True)
    head = {"checkpoint": Path(args.checkpoint).name, "dtype": "float32", "attention": args.attention, "reference": versions()}
    golden_format.write_golden(args.out, head, records)


if __name__ == "__main__":
    main()
