#!/usr/bin/env python3
"""What int8 and int4 weights cost in quality: the program against itself with the model's own weights.

    quality_report.py --program fovea --checkpoint DIR (--cases CASES.json --images DIR | --samples DIR [--answers])
                      [--formats int8,int4,int4+vision] [--dtype fp32|bf16] [--threads N] [--max-kl int8=0.01]... [--json FILE]

Each case is answered once with `--weights model` and once in every format; a format may carry a group and what else it
holds (`int4/128+vision+head`); `kv-int8`, `kv-bf16`, `kv-fp16` are the model's own weights with keys and values in that type. Printed for each: the mean and the largest KL(model || format) of the first token's
distribution in nats, how often its likeliest token is the same, and how many greedy ids agree before the first that
does not, of all. --samples: a folder with pictures and questions.json ([{"file", "question", "answer"}]), which are the
cases; with --answers `fovea ask` is asked them too, and right answers are counted, for the model's own weights as well.
Exit status 1 if a mean divergence is not below its --max-kl or a logit is no number. Needs numpy alone.
"""
import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from bf16_format import divergence
from compare import parting
from run_golden import ask_program, command_of


def options_of(text):
    """`int4/128+vision` as the program's options."""
    if text.startswith("kv-"):
        return ["--kv-cache-dtype", text[3:]]
    name, *also = text.split("+")
    name, _, group = name.partition("/")
    return ["--weights", name, *(["--weights-group", group] if group else []), *(f"--weights-{part}" for part in also)]


def answers_of(args, text):
    """(first logits float32 [cases, vocabulary], [ids of each case])."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "logits"
        more = ["--dtype", args.dtype, "--logits-out", path, *options_of(text), *(["--threads", args.threads] if args.threads else [])]
        answers = ask_program(args.program, args.cases, args.checkpoint, args.images, *more)
        return np.fromfile(path, "<f4").reshape(len(answers), -1), [a["ids"] for a in answers]


def figures_of(own_logits, own_ids, logits, ids):
    """The format's figures against the model's own."""
    kl = [divergence(p, q) if np.isfinite(q).all() else float("inf") for p, q in zip(own_logits, logits)]
    partings = [parting(a, b) for a, b in zip(own_ids, ids)]
    agreed = sum(len(a) if at is None else at for a, at in zip(own_ids, partings))
    return {"cases": len(kl), "mean_kl": float(np.mean(kl)), "largest_kl": float(np.max(kl)),
            "same_first": int((np.argmax(own_logits, -1) == np.argmax(logits, -1)).sum()),
            "ids_agreed": agreed, "ids": sum(map(len, own_ids))}


def write_cases(samples, path):
    """The questions of a folder as a case list."""
    questions = json.loads((Path(samples) / "questions.json").read_text(encoding="utf-8"))
    path.write_text(json.dumps([
        {"name": f"{at}", "max_new_tokens": 16, "messages": [{"role": "user", "content": [
            {"type": "image", "image": one["file"]}, {"type": "text", "text": one["question"]}]}]}
        for at, one in enumerate(questions)]))


def samples_right(args, text):
    """(right answers, questions) of `fovea ask` on the sample pictures."""
    folder = Path(args.samples)
    questions = json.loads((folder / "questions.json").read_text(encoding="utf-8"))
    right = 0
    for one in questions:
        command = [*command_of(args.program), "ask", str(folder / one["file"]), one["question"], "--model", args.checkpoint, "--dtype",
                   args.dtype, "--temperature", "0", "--json", *options_of(text), *(["--threads", str(args.threads)] if args.threads else [])]
        ended = subprocess.run(command, check=True, capture_output=True, text=True)
        right += json.loads(ended.stdout)["answer"].strip() == one["answer"]
    return right, len(questions)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("program", "checkpoint"):
        parser.add_argument(f"--{name}", required=True)
    for name in ("cases", "images", "samples", "json"):
        parser.add_argument(f"--{name}")
    parser.add_argument("--answers", action="store_true")
    parser.add_argument("--formats", default="int8,int4")
    parser.add_argument("--dtype", default="bf16", choices=["fp32", "bf16"])
    parser.add_argument("--threads", type=int)
    parser.add_argument("--max-kl", action="append", default=[], metavar="FORMAT=NATS")
    args = parser.parse_args()
    if not (args.samples or (args.cases and args.images)) or (args.answers and not args.samples):
        parser.error("--cases and --images, or --samples, which --answers needs")
    bounds = {name: float(most) for name, _, most in (one.rpartition("=") for one in args.max_kl)}
    formats = args.formats.split(",")
    if unknown := bounds.keys() - set(formats):
        sys.exit(f"--max-kl for what is not measured: {', '.join(unknown)}")

    with tempfile.TemporaryDirectory() as folder:
        if not args.cases:
            args.cases, args.images = Path(folder) / "cases.json", args.samples
            write_cases(args.samples, args.cases)
        measure(args, formats, bounds)


def measure(args, formats, bounds):
    own_logits, own_ids = answers_of(args, "model")
    if not np.isfinite(own_logits).all():
        sys.exit("the model's own logits hold what is no number")
    report = {text: figures_of(own_logits, own_ids, *answers_of(args, text)) for text in formats}
    if args.answers:
        for text in ["model", *formats]:
            report.setdefault(text, {})["samples_right"], report[text]["samples"] = samples_right(args, text)
    for text, f in report.items():
        words = [f"{text:18}"]
        if "mean_kl" in f:
            words.append(f"KL {f['mean_kl']:.3g} (at most {f['largest_kl']:.3g}), first token {f['same_first']} of {f['cases']}, "
                         f"ids {f['ids_agreed']} of {f['ids']}")
        if "samples_right" in f:
            words.append(f"samples right {f['samples_right']} of {f['samples']}")
        print("; ".join(words))
    if args.json:
        Path(args.json).write_text(json.dumps({"checkpoint": Path(args.checkpoint).name, "dtype": args.dtype, "formats": report}, indent=1) + "\n")
    missed = [text for text in formats if not report[text]["mean_kl"] < bounds.get(text, float("inf"))]
    for text in missed:
        print(f"{text}: the mean divergence is not below {bounds.get(text, float('inf'))}")
    sys.exit(bool(missed))


if __name__ == "__main__":
    main()
