#!/usr/bin/env python3
"""The program and llama.cpp in turn: decoding and reading a prompt, in bf16, 8 and 4 bits, with the same threads.

    speed_beside_llama.py --program fovea --checkpoint DIR --llama-bench FILE --gguf FOLDER
                          [--formats bf16,int8,int4] [--pairs 3] [--threads 2] [--prompt-tokens 1024] [--new-tokens 64]

`--gguf` holds the same checkpoint as bf16.gguf, int8.gguf (Q8_0) and int4.gguf (Q4_0): llama.cpp's convert_hf_to_gguf.py
with --outtype bf16, then its llama-quantize; both, and llama-bench, are built from the source inside PyPI's
llama-cpp-python. A format whose file is missing is left out with a word.

Each pair starts both sides once for decoding and once for the prompt, in an order that changes from pair to pair; each
start warms up first. Decoding: new tokens a second of one answer after a short prompt, text alone. Prompt: tokens a second
of one prompt of random text. The ratios are formed pair by pair. How fast memory can be read stands beside each format.
Memory: the largest resident size of the process while decoding; llama.cpp maps its file, the pages it read count.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

import ceilings
from run_golden import command_of

NAMES = {"bf16": "BF16", "int8": "Q8_0", "int4": "Q4_0"}
WEIGHTS = {"bf16": "model", "int8": "int8", "int4": "int4"}


def output_and_peak(command):
    """What the command wrote, and the largest resident size of its process in bytes."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        text = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{command[0]} ended with status {process.returncode}")
    return json.loads(text), usage.ru_maxrss * 1024


def llama(args, gguf, prompt, new):
    """Tokens a second, and the peak."""
    command = [args.llama_bench, "-m", str(gguf), "-p", str(prompt), "-n", str(new), "-t", str(args.threads), "-r", "1", "-o", "json"]
    told, peak = output_and_peak(command)
    return told[0]["avg_ts"], peak


def program(args, form, prompt, new):
    verb, figure, options = ("decode", "decode_tokens_per_s", ["--new-tokens", str(new)]) if new else ("prefill", "prefill_ms", [])
    command = [*command_of(args.program), "bench", verb, "--model", args.checkpoint, "--dtype", "bf16", "--weights", WEIGHTS[form],
               "--threads", str(args.threads), "--repeat", "1", "--quiet", "--json", *options]
    if prompt:
        command += ["--prompt-tokens", str(prompt)]
    told, peak = output_and_peak(command)
    part = told["parts"][0]
    value = part["figures"][figure]["median"]
    return (value if new else 1000 * part["prompt_tokens"] / value), peak


def spread(values, digits=1):
    return f"{statistics.median(values):.{digits}f} ({min(values):.{digits}f}–{max(values):.{digits}f})"


def compare(args, form):
    gguf = Path(args.gguf) / f"{form}.gguf"
    before = ceilings.read_rate(args.threads)
    values = {key: ([], []) for key in ("decode", "prompt")}  # of llama.cpp, of the program
    peaks = [0, 0]
    for pair in range(args.pairs):
        for key, prompt, new in (("decode", 0, args.new_tokens), ("prompt", args.prompt_tokens, 0)):
            sides = [(0, lambda: llama(args, gguf, prompt, new)), (1, lambda: program(args, form, prompt, new))]
            for side, run in sides if pair % 2 == 0 else sides[::-1]:
                value, peak = run()
                values[key][side].append(value)
                if new:
                    peaks[side] = max(peaks[side], peak)
        print(f"{form}, pair {pair + 1}: " + ", ".join(f"{key} {v[0][-1]:.1f} and {v[1][-1]:.1f} tok/s" for key, v in values.items())
              + " (llama.cpp, program)", flush=True)
    after = ceilings.read_rate(args.threads)
    rows = []
    for key, (theirs, ours) in values.items():
        ratio = [o / t for t, o in zip(theirs, ours)]
        rows.append(f"| {form} and {NAMES[form]}: {key}, tok/s | {spread(theirs)} | {spread(ours)} | {spread(ratio, 2)} |")
    rows.append(f"| {form} and {NAMES[form]}: peak memory, GB | {peaks[0] / 1e9:.2f} | {peaks[1] / 1e9:.2f} | {peaks[1] / peaks[0]:.2f} |")
    return rows, f"{form}: memory was read at {before / 1e9:.1f} GB/s before and {after / 1e9:.1f} after."


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True)
    parser.add_argument("--checkpoint", required=True)
    parser.add_argument("--llama-bench", required=True)
    parser.add_argument("--gguf", required=True, help="folder of bf16.gguf, int8.gguf and int4.gguf")
    parser.add_argument("--formats", default="bf16,int8,int4")
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--prompt-tokens", type=int, default=1024)
    parser.add_argument("--new-tokens", type=int, default=64)
    args = parser.parse_args()
    table, notes = [], []
    for form in args.formats.split(","):
        if form not in NAMES:
            parser.error(f"--formats knows {', '.join(NAMES)}, not {form!r}")
        if not (Path(args.gguf) / f"{form}.gguf").exists():
            notes.append(f"{form} was left out: there is no {form}.gguf in {args.gguf}.")
            continue
        rows, note = compare(args, form)
        table += rows
        notes.append(note)
    print(f"\n{args.pairs} pairs, {args.threads} threads, prompt of {args.prompt_tokens} tokens, {args.new_tokens} new ones; median (least–largest)\n")
    print("| | llama.cpp | program | ratio |\n|---|---|---|---|")
    print("\n".join(table) + "\n\n" + "\n".join(notes))


if __name__ == "__main__":
    main()
