#!/usr/bin/env python3
"""The program and transformers in turn: time to first token, decoding, loading, memory; bfloat16, same threads.

    speed_side_by_side.py --program fovea --checkpoint DIR [--pairs 5] [--threads 2] [--size 512] [--new-tokens 64]
                          [--weights int8|int4] [--weights-group G] [--weights-head] [--weights-vision] [--openvino FOLDER --openvino-python PYTHON]
                          [--min-ttft 1.05] [--min-decode 2.5] [--max-memory 1.15]

The checkpoint is `make_checkpoint.py qwen3vl-2b-random DIR`'s. First both sides' first-step logits and ids are compared;
only then is anything timed. transformers stays loaded and idle while the program runs, and the other way about each
side has the machine to itself; both have answered once before a run counts; the order changes from pair to pair. The
ratios are formed pair by pair. With a bound given, the exit status is 1 if the median misses it.

--weights: the program's in integers, the peer's as they are; what is compared before are bf16's ids all the same, and
quality_report.py says what the integers cost. --openvino: OpenVINO GenAI in place of transformers, with an export of the
checkpoint (README.md says how it is made); it computes in what it takes for best on this processor.

TTFT: from opening the picture's file to the first token. Decode: (n - 1) / (time of the last token - of the first).
Memory: the largest resident size of the process, against the weights' bytes plus keys and values of all tokens.
"""
import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from math import prod
from pathlib import Path

from PIL import Image

import bf16_format
import ceilings
from make_pictures import scenery
from run_bf16 import program_logits
from speed_sides import Peer, run_program

QUESTION = "Describe this view: what is near, what is far, and where does the light come from?"


def compare_first(args, folder, image):
    """Both sides' first step: (transformers' bf16 ids, the program's ids). Ends this process if they do not agree."""
    content = [{"type": "image", "image": image.name}, {"type": "text", "text": QUESTION}]
    cases = folder / "cases.json"
    cases.write_text(json.dumps([{"name": "speed", "max_new_tokens": args.new_tokens, "messages": [{"role": "user", "content": content}]}]))
    script = Path(__file__).resolve().parent / "make_bf16_reference.py"
    subprocess.run([sys.executable, str(script), args.checkpoint, str(cases), str(folder / "reference"), "--images", str(folder)],
                   check=True, stdout=subprocess.DEVNULL)
    head, reference = bf16_format.read(folder / "reference")
    logits, answers = program_logits(args.program, args.checkpoint, cases, folder, head, args.threads)
    own = head["cases"][0]
    distance = bf16_format.deviation(reference[0], logits[0])
    theirs, mine = own["ids"], answers[0]["ids"]
    same = next((i for i, (a, b) in enumerate(zip(theirs, mine)) if a != b), min(len(theirs), len(mine)))
    print(f"first step, in deviations of the logits: program {distance:.4f} from transformers' bf16, transformers' fp32 "
          f"{own['deviation']:.4f}; first token {'the same' if same else 'another'}; the first {same} of {len(theirs)} ids are the same",
          flush=True)
    clear = own["margin"] > own["difference"]
    if (clear and not same) or distance > args.max_deviation * own["deviation"]:
        sys.exit("the two sides do not compute the same: nothing is timed")
    return mine


def bytes_of(checkpoint):
    """(bytes of all weights, bytes read for each decoded token, key and value bytes of a token)."""
    whole = read = 0
    for path in Path(checkpoint).glob("*.safetensors"):
        with open(path, "rb") as file:
            header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        header.pop("__metadata__", None)
        for name, tensor in header.items():
            size = tensor["data_offsets"][1] - tensor["data_offsets"][0]
            whole += size
            read += size if "language_model.layers" in name or name.endswith(("lm_head.weight", "language_model.norm.weight")) else 0
    config = json.loads((Path(checkpoint) / "config.json").read_text(encoding="utf-8"))
    text = config.get("text_config", config)
    if config["tie_word_embeddings"]:
        read += 2 * prod((text["vocab_size"], text["hidden_size"]))
    head = text.get("head_dim") or text["hidden_size"] // text["num_attention_heads"]
    return whole, read, 2 * 2 * text["num_hidden_layers"] * text["num_key_value_heads"] * head


def spread(values, digits=2):
    return f"{statistics.median(values):.{digits}f} ({min(values):.{digits}f}–{max(values):.{digits}f})"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True)
    parser.add_argument("--checkpoint", required=True)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--size", type=int, default=512, help="side of the square picture")
    parser.add_argument("--new-tokens", type=int, default=64)
    parser.add_argument("--max-deviation", type=float, default=1.5,
                        help="how many times transformers' own bf16-fp32 deviation the program's may be; two roundings that know nothing "
                             "of each other stand at 1.41")
    parser.add_argument("--weights", choices=("model", "int8", "int4"), default="model")
    parser.add_argument("--weights-group", choices=("32", "64", "128", "row"))
    parser.add_argument("--weights-head", action="store_true")
    parser.add_argument("--weights-vision", action="store_true")
    parser.add_argument("--openvino", metavar="FOLDER")
    parser.add_argument("--openvino-python", metavar="PYTHON", default=sys.executable, help="one that has openvino-genai")
    parser.add_argument("--min-ttft", type=float, default=0)
    parser.add_argument("--min-decode", type=float, default=0)
    parser.add_argument("--max-memory", type=float, default=float("inf"))
    args = parser.parse_args()
    peer = "OpenVINO" if args.openvino else "transformers"
    with tempfile.TemporaryDirectory() as work:
        image = Path(work) / "view.png"
        Image.fromarray(scenery(args.size, args.size, 77)).save(image)
        ids = compare_first(args, Path(work), image)
        before = ceilings.read_rate(args.threads), ceilings.product_rate(args.threads)
        theirs, ours = [], []
        with Peer(args, image, QUESTION) as other:
            other.run()
            for k in range(args.pairs):
                sides = [lambda: theirs.append(other.run()), lambda: ours.append(run_program(args, image, QUESTION))]
                for side in sides if k % 2 == 0 else sides[::-1]:
                    side()
                print(f"pair {k + 1}: TTFT {theirs[-1]['ttft']:.2f} and {ours[-1]['ttft']:.2f} s, decode {theirs[-1]['decode_tps']:.2f} "
                      f"and {ours[-1]['decode_tps']:.2f} tok/s ({peer}, program)", flush=True)
            loaded = other.loaded
        after = ceilings.read_rate(args.threads), ceilings.product_rate(args.threads)
    if args.weights == "model" and any(o["ids"] != ids for o in ours):
        sys.exit("the program's timed runs gave other ids than the run that was compared")
    report(args, peer, loaded, theirs, ours, before, after)


def report(args, peer, loaded, theirs, ours, before, after):
    whole, read, cached = bytes_of(args.checkpoint)
    bandwidth, product = max(before[0], after[0]), max(before[1], after[1])
    ttft = [t["ttft"] / o["ttft"] for t, o in zip(theirs, ours)]
    decode = [o["decode_tps"] / t["decode_tps"] for t, o in zip(theirs, ours)]
    prompt = theirs[0]["prompt_tokens"]
    needed = whole + cached * (prompt + args.new_tokens)
    memory = [max(o["peak_rss"] for o in ours), max(t["peak_rss"] for t in theirs)]
    print(f"""
{args.pairs} pairs, {args.threads} threads, program's weights: {args.weights}{' by ' * bool(args.weights_group)}{args.weights_group or ''}, {args.size} × {args.size} picture, {prompt} prompt tokens, {args.new_tokens} new ones; median (least–largest)

| | {peer} | program | ratio |
|---|---|---|---|
| TTFT, s | {spread([t['ttft'] for t in theirs])} | {spread([o['ttft'] for o in ours])} | {spread(ttft)} |
| decode, tok/s | {spread([t['decode_tps'] for t in theirs])} | {spread([o['decode_tps'] for o in ours])} | {spread(decode)} |
| decode, share of bf16's limit | {statistics.median(t['decode_tps'] for t in theirs) * read / bandwidth:.0%} | {statistics.median(o['decode_tps'] for o in ours) * read / bandwidth:.0%} | |
| load, s | {loaded['load_seconds']:.1f} | {spread([o['load_seconds'] for o in ours], 1)} | |
| peak memory, GB | {memory[1] / 1e9:.2f} | {memory[0] / 1e9:.2f} | {memory[0] / needed:.3f} of weights + cache ({needed / 1e9:.2f} GB) |

In this run: {bandwidth / 1e9:.1f} GB/s read (before {before[0] / 1e9:.1f}, after {after[0] / 1e9:.1f}), so at most {bandwidth / read:.1f} tok/s at {read / 1e9:.2f} GB a token;
best bfloat16 product {product / 1e9:.0f} GFLOP/s (before {before[1] / 1e9:.0f}, after {after[1] / 1e9:.0f}).""")
    for key in ("vision", "prefill"):
        if all(key in o for o in ours):
            print(f"Program's {key}: {spread([o[key] for o in ours])} s.")
    missed = [what for what, bad in (("TTFT", statistics.median(ttft) < args.min_ttft), ("decode", statistics.median(decode) < args.min_decode),
                                     ("memory", memory[0] > args.max_memory * needed)) if bad]
    if missed:
        sys.exit(f"missed: {', '.join(missed)}")


if __name__ == "__main__":
    main()
