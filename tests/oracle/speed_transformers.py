#!/usr/bin/env python3
"""transformers' side of the side-by-side: loads a checkpoint in bfloat16 once, then answers whenever a line comes.

    speed_transformers.py CHECKPOINT --image FILE --question TEXT --new-tokens N --threads N

Prints a line of JSON when it has loaded and one a run; ends with its standard input.
"""
import argparse
import json
import sys
import time

import torch

from peak_memory import peak_memory
from token_clock import TokenClock
from transformers_reference import Reference, open_picture


def one_run(reference, image, question, new_tokens):
    """From the picture's file to the last token, each token's time counted from the start."""
    clock = TokenClock()
    start = time.perf_counter()
    content = [{"type": "image"}, {"type": "text", "text": question}]
    text = reference.processor.apply_chat_template([{"role": "user", "content": content}], tokenize=False, add_generation_prompt=True)
    inputs = reference.processor(text=[text], images=[open_picture(image)], return_tensors="pt")
    reference.model.model.rope_deltas = None
    with torch.inference_mode():
        out = reference.model.generate(**inputs, max_new_tokens=new_tokens, do_sample=False, streamer=clock)
    prompt = inputs["input_ids"].shape[1]
    return {**clock.speeds(start), "peak_rss": peak_memory(),
            "prompt_tokens": prompt, "ids": out[0, prompt:].tolist()}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint")
    parser.add_argument("--image", required=True)
    parser.add_argument("--question", required=True)
    parser.add_argument("--new-tokens", type=int, required=True)
    parser.add_argument("--threads", type=int, required=True)
    args = parser.parse_args()
    start = time.perf_counter()
    reference = Reference(args.checkpoint, "bfloat16", args.threads, own_memory=False)
    print(json.dumps({"load_seconds": time.perf_counter() - start, "peak_rss": peak_memory()}), flush=True)
    for _ in sys.stdin:
        print(json.dumps(one_run(reference, args.image, args.question, args.new_tokens)), flush=True)


if __name__ == "__main__":
    main()
