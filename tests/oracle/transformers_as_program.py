#!/usr/bin/env python3
"""transformers with the command line of `fovea debug golden`: to try the comparing scripts, and for their own tests.

    transformers_as_program.py debug golden CASES.json --model DIR --images DIR --out ACTUAL.json
                               [--dtype bf16] [--logits-out FILE] [--threads N]
"""
import argparse
import json

import golden_format
from make_golden import answer, read_cases
from transformers_reference import Reference

DTYPES = {"fp32": "float32", "bf16": "bfloat16", "fp16": "float16"}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("verb", nargs=2)
    parser.add_argument("cases")
    parser.add_argument("--model", required=True)
    parser.add_argument("--images", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--dtype", default="fp32", choices=DTYPES)
    parser.add_argument("--logits-out")
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    reference = Reference(args.model, DTYPES[args.dtype], args.threads)
    answers, rows = [], []
    for case in read_cases(args.cases):
        record = answer(reference, case, args.images)
        videos, grids = record.get("videos", []), {k: record.get(k, {}) for k in ("image_patches", "video_patches")}
        answers.append({
            "case": record["case"], "prompt_ids": golden_format.unpack(record["prompt_ids"]), "ids": record["ids"],
            "first_logits_at": [v for _, v in record["first_logits"]["at"]],
            "image_grids": grids["image_patches"].get("grid_thw", []), "video_grids": grids["video_patches"].get("grid_thw", []),
            "image_patches_sha256": grids["image_patches"].get("sha256_float32", ""),
            "video_patches_sha256": grids["video_patches"].get("sha256_float32", ""),
            "frames_indices": [v["frames_indices"] for v in videos],
            "positions_sha256": record["mrope"]["sha256_int64"], "rope_delta": record["mrope"]["rope_delta"]})
        if args.logits_out:
            rows.append(reference.first_logits(reference.inputs(case, args.images)[0]))
    with open(args.out, "w", encoding="utf-8") as file:
        json.dump(answers, file)
    if args.logits_out:
        with open(args.logits_out, "wb") as file:
            for row in rows:
                file.write(row.numpy().astype("<f4").tobytes())


if __name__ == "__main__":
    main()
