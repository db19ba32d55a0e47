#!/usr/bin/env python3
"""transformers under the program's command line: to try the comparing scripts, and to show that goldens come out again.

    transformers_as_program.py debug golden CASES.json --model DIR --images DIR --out ACTUAL.json
                               [--dtype bf16] [--logits-out FILE] [--threads N]
    transformers_as_program.py debug speed --model DIR --image FILE --question TEXT --new-tokens N --repeat N
                               [--dtype bf16] [--threads N]
"""
import argparse
import json
import time

import compare
import golden_format
from make_golden import answer, read_cases
from speed_transformers import one_run
from transformers_reference import Reference

DTYPES = {"fp32": "float32", "bf16": "bfloat16", "fp16": "float16"}


def golden(args):
    """The cases' answers, and their logits if asked for."""
    reference = Reference(args.model, DTYPES[args.dtype], args.threads)
    answers, rows = [], []
    for case in read_cases(args.cases):
        answers.append(told(answer(reference, case, args.images)))
        if args.logits_out:
            rows.append(reference.first_logits(reference.inputs(case, args.images)[0]))
    with open(args.out, "w", encoding="utf-8") as file:
        json.dump(answers, file)
    if args.logits_out:
        with open(args.logits_out, "wb") as file:
            for row in rows:
                file.write(row.numpy().astype("<f4").tobytes())


def told(record):
    """A golden's record under the names of a program's answer."""
    return {"case": record["case"], "ids": record["ids"], "first_logits_at": [v for _, v in record["first_logits"]["at"]],
            **dict(compare.intermediates(record | {"prompt_ids": golden_format.unpack(record["prompt_ids"])}))}


def speed(args):
    start = time.perf_counter()
    reference = Reference(args.model, DTYPES[args.dtype], args.threads, own_memory=False)
    loaded = time.perf_counter() - start
    for _ in range(args.repeat):
        print(json.dumps({"load_seconds": loaded} | one_run(reference, args.image, args.question, args.new_tokens)), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("debug", choices=["debug"])
    verbs = parser.add_subparsers(required=True)
    verb = verbs.add_parser("golden")
    verb.set_defaults(run=golden)
    verb.add_argument("cases")
    for name in ("images", "out"):
        verb.add_argument(f"--{name}", required=True)
    verb.add_argument("--logits-out")
    verb = verbs.add_parser("speed")
    verb.set_defaults(run=speed)
    for name in ("image", "question"):
        verb.add_argument(f"--{name}", required=True)
    for name in ("new-tokens", "repeat"):
        verb.add_argument(f"--{name}", type=int, required=True)
    for verb in verbs.choices.values():
        verb.add_argument("--model", required=True)
        verb.add_argument("--dtype", default="fp32", choices=DTYPES)
        verb.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    args.run(args)


if __name__ == "__main__":
    main()
