#!/usr/bin/env python3
"""transformers' side of the side-by-side: loads a checkpoint in bfloat16 once, then answers whenever a line comes.

    speed_transformers.py CHECKPOINT --image FILE --question TEXT --new-tokens N --threads N

Prints a line of JSON when it has loaded and one a run; ends with its standard input.
"""
import time

import torch

from speed_peer import serve
from token_clock import TokenClock
from transformers_reference import Reference, open_picture


def load(args):
    return Reference(args.model, "bfloat16", args.threads, own_memory=False)


def one_run(reference, args):
    """From the picture's file to the last token, each token's time counted from the start."""
    clock = TokenClock()
    start = time.perf_counter()
    content = [{"type": "image"}, {"type": "text", "text": args.question}]
    text = reference.processor.apply_chat_template([{"role": "user", "content": content}], tokenize=False, add_generation_prompt=True)
    inputs = reference.processor(text=[text], images=[open_picture(args.image)], return_tensors="pt")
    reference.model.model.rope_deltas = None
    with torch.inference_mode():
        out = reference.model.generate(**inputs, max_new_tokens=args.new_tokens, do_sample=False, streamer=clock)
    prompt = inputs["input_ids"].shape[1]
    return {**clock.speeds(start), "prompt_tokens": prompt, "ids": out[0, prompt:].tolist()}


if __name__ == "__main__":
    serve(__doc__, load, one_run)
