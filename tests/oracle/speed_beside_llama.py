#!/usr/bin/env python3
"""The program and llama.cpp in turn: decoding, reading a prompt, looking at a picture; bf16, 8 and 4 bits, same threads.

    speed_beside_llama.py --program fovea --checkpoint DIR --llama FOLDER --gguf FOLDER
                          [--formats bf16,int8,int4] [--parts decode,prompt,picture] [--pairs 3] [--threads 2]
                          [--prompt-tokens 1024] [--new-tokens 64] [--size 512] [--json FILE] [--goals]

`--llama`: the folder of llama-bench and llama-mtmd-cli. `--gguf` holds the same checkpoint as bf16.gguf, int8.gguf (Q8_0)
and int4.gguf (Q4_0), and its vision tower as mmproj.gguf (README.md says how they are made). What is missing is left out
with a word. Layers and head have the format's bits on both sides, the tower is in bf16.

Each pair starts both sides once for each part, in an order that changes from pair to pair; each start warms up first but
for llama.cpp's pictures, which have a process of their own each. Decoding: new tokens a second of one answer after a short
prompt, text alone; beside it the share of what memory allows, which is read just before and just after each format.
Prompt: tokens a second of one prompt of random text. Picture: milliseconds in the vision tower, once whatever the formats.
The ratios are formed pair by pair; above 1 the program is ahead, but for memory. Memory: the largest resident size of the
process while decoding; llama.cpp maps its file, the pages that it read count. --goals: exit status 1 if a median misses
what is aimed at (GOALS). On a machine where a run may only take minutes: one format and part at a time.
"""
import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import ceilings
from run_golden import command_of

NAMES = {"bf16": "BF16", "int8": "Q8_0", "int4": "Q4_0"}
WEIGHTS = {"bf16": ["--weights", "model"], "int8": ["--weights", "int8", "--weights-head"], "int4": ["--weights", "int4", "--weights-head"]}
PARTS = {"decode": "tok/s", "prompt": "tok/s", "picture": "ms"}
GOALS = {("bf16", "decode"): 0.97, ("int8", "decode"): 1.2, ("int4", "decode"): 1.25, ("bf16", "prompt"): 1.15,
         ("int8", "prompt"): 2.4, ("int4", "prompt"): 2.0, ("tower", "picture"): 1.1}
MOST_MEMORY = 1.1
ENCODED = re.compile(r"(?:slice encoded|batch encoding done) in (\d+) ms")  # older and newer llama.cpp


def run(command):
    """What the command wrote (its log behind it), and the largest resident size of its process in bytes."""
    with tempfile.TemporaryFile("w+") as log:
        with subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE, stderr=log, stdin=subprocess.DEVNULL, text=True) as process:
            text = process.stdout.read()
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        log.seek(0)
        told = log.read()
    if process.returncode:
        sys.exit(f"{command[0]} ended with status {process.returncode}:\n{told[-2000:]}")
    return text, told, usage.ru_maxrss * 1024


def llama(args, form, part):
    """The part's figure and the peak."""
    if part == "picture":
        text, told, peak = run([Path(args.llama) / "llama-mtmd-cli", "-m", Path(args.gguf) / "bf16.gguf", "--mmproj", Path(args.gguf) / "mmproj.gguf",
                                "--image", args.picture, "-p", "What is this?", "-n", 1, "-t", args.threads, "--temp", 0, "-c", 4096])
        slices = [int(one) for one in ENCODED.findall(text + told)]
        if not slices:
            sys.exit("llama-mtmd-cli did not say how long the picture took")
        return sum(slices), peak
    prompt, new = (0, args.new_tokens) if part == "decode" else (args.prompt_tokens, 0)
    text, _, peak = run([Path(args.llama) / "llama-bench", "-m", Path(args.gguf) / f"{form}.gguf", "-p", prompt, "-n", new, "-t", args.threads, "-r", 1,
                         "-o", "json"])
    return json.loads(text)[0]["avg_ts"], peak


def program(args, form, part):
    options = {"decode": ["--new-tokens", args.new_tokens], "prompt": ["--prompt-tokens", args.prompt_tokens],
               "picture": ["--size", f"{args.size}x{args.size}", "--new-tokens", 1]}[part]
    verb = {"decode": "decode", "prompt": "prefill", "picture": "ttft"}[part]
    weights = [] if part == "picture" else WEIGHTS[form]
    text, _, peak = run([*command_of(args.program), "bench", verb, "--model", args.checkpoint, "--dtype", "bf16", *weights, "--threads", args.threads,
                         "--repeat", 1, "--quiet", "--json", *options])
    told = json.loads(text)
    figures = told["parts"][0]["figures"]
    args.step_bytes = told["step_weight_bytes"]
    return figures[{"decode": "decode_tokens_per_s", "prompt": "prefill_tokens_per_s", "picture": "vision_ms"}[part]]["median"], peak


def missing(args, form, part):
    """What is not there that the part needs."""
    needed = ([Path(args.llama) / "llama-mtmd-cli", Path(args.gguf) / "mmproj.gguf", Path(args.gguf) / "bf16.gguf"] if part == "picture"
              else [Path(args.llama) / "llama-bench", Path(args.gguf) / f"{form}.gguf"])
    return [str(one) for one in needed if not one.exists()]


def compare(args, form, part):
    """One format and part: its figures as they are kept."""
    before = ceilings.read_rate(args.threads)
    theirs, ours, peaks = [], [], [0, 0]
    for pair in range(args.pairs):
        for side in (0, 1) if pair % 2 == 0 else (1, 0):
            value, peak = (llama, program)[side](args, form, part)
            (theirs, ours)[side].append(value)
            peaks[side] = max(peaks[side], peak)
        print(f"{form}, {part}, pair {pair + 1}: {theirs[-1]:.1f} and {ours[-1]:.1f} {PARTS[part]} (llama.cpp, program)", flush=True)
    read = max(before, ceilings.read_rate(args.threads))
    ahead = [t / o if part == "picture" else o / t for t, o in zip(theirs, ours)]
    result = {"format": form, "part": part, "unit": PARTS[part], "llama": theirs, "program": ours, "ahead": ahead, "peaks": peaks, "read": read}
    if part == "decode":
        theirs_bytes = (Path(args.gguf) / f"{form}.gguf").stat().st_size
        result["share"] = [statistics.median(theirs) * theirs_bytes / read, statistics.median(ours) * args.step_bytes / read]
    return result


def spread(values, digits=1):
    return f"{statistics.median(values):.{digits}f} ({min(values):.{digits}f}–{max(values):.{digits}f})"


def rows_of(one):
    name = f"{one['format']} and {NAMES[one['format']]}" if one["format"] in NAMES else one["format"]
    yield f"| {name}: {one['part']}, {one['unit']} | {spread(one['llama'])} | {spread(one['program'])} | {spread(one['ahead'], 2)} |"
    if "share" in one:
        yield f"| {name}: of what memory allows ({one['read'] / 1e9:.1f} GB/s) | {one['share'][0]:.0%} | {one['share'][1]:.0%} | |"
        theirs, ours = one["peaks"]
        yield f"| {name}: peak memory, GB | {theirs / 1e9:.2f} | {ours / 1e9:.2f} | {ours / theirs:.2f} |"


def missed(results):
    for one in results:
        key, reached = (one["format"], one["part"]), statistics.median(one["ahead"])
        if reached < GOALS[key]:
            yield f"{key[0]}, {key[1]}: {reached:.2f} of {GOALS[key]}"
        if "share" in one and one["peaks"][1] > MOST_MEMORY * one["peaks"][0]:
            yield f"{key[0]}: memory, {one['peaks'][1] / one['peaks'][0]:.2f} of {MOST_MEMORY}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("program", "checkpoint", "llama", "gguf"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--formats", default="bf16,int8,int4")
    parser.add_argument("--parts", default="decode,prompt,picture")
    for name, value in (("pairs", 3), ("threads", 2), ("prompt-tokens", 1024), ("new-tokens", 64), ("size", 512)):
        parser.add_argument(f"--{name}", type=int, default=value)
    parser.add_argument("--json", help="a file that the figures are added to, a JSON object a line")
    parser.add_argument("--goals", action="store_true")
    args = parser.parse_args()
    formats, parts = args.formats.split(","), args.parts.split(",")
    for given, known in ((formats, NAMES), (parts, PARTS)):
        if unknown := set(given) - set(known):
            parser.error(f"known are {', '.join(known)}, not {', '.join(unknown)}")
    wanted = [(form, part) for form in formats for part in parts if part != "picture"]
    wanted += [("tower", "picture")] if "picture" in parts else []
    results, notes = [], []
    with tempfile.TemporaryDirectory() as work:
        if "picture" in parts:
            from PIL import Image
            from make_pictures import scenery
            args.picture = Path(work) / "view.png"
            Image.fromarray(scenery(args.size, args.size, 77)).save(args.picture)
        for form, part in wanted:
            if gone := missing(args, form, part):
                notes.append(f"{form}, {part} was left out: there is no {', no '.join(gone)}.")
                continue
            results.append(compare(args, form, part))
            if args.json:
                with open(args.json, "a", encoding="utf-8") as file:
                    file.write(json.dumps(results[-1]) + "\n")
    print(f"\n{args.pairs} pairs, {args.threads} threads, prompt of {args.prompt_tokens} tokens, {args.new_tokens} new ones, {args.size} × {args.size} "
          "picture; median (least–largest)\n\n| | llama.cpp | program | ahead |\n|---|---|---|---|")
    print("\n".join(row for one in results for row in rows_of(one)))
    print("\n".join(["", *notes]))
    if args.goals and (short := list(missed(results))):
        sys.exit("missed: " + "; ".join(short))


if __name__ == "__main__":
    main()
