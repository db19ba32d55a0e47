#!/usr/bin/env python3
"""transformers on the GPU in bfloat16 with eager attention: one picture's question, the medians after a first run.

    eager.py CHECKPOINT --image FILE --question TEXT --new-tokens N --repeat N

Prints a line of JSON. Needs torch, transformers, torchvision and Pillow.
"""
import argparse
import json
import os
import statistics
import sys
import time
from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")

import torch
import transformers
from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "oracle"))
from token_clock import TokenClock


def one_run(model, processor, args):
    clock = TokenClock()
    start = time.perf_counter()
    content = [{"type": "image"}, {"type": "text", "text": args.question}]
    text = processor.apply_chat_template([{"role": "user", "content": content}], tokenize=False, add_generation_prompt=True)
    with Image.open(args.image) as picture:
        inputs = processor(text=[text], images=[picture.convert("RGB")], return_tensors="pt").to("cuda:0")
    model.model.rope_deltas = None
    with torch.inference_mode():
        model.generate(**inputs, min_new_tokens=args.new_tokens, max_new_tokens=args.new_tokens, do_sample=False, streamer=clock)
    return {**clock.speeds(start), "prompt_tokens": inputs["input_ids"].shape[1]}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint")
    parser.add_argument("--image", required=True)
    parser.add_argument("--question", required=True)
    parser.add_argument("--new-tokens", type=int, required=True)
    parser.add_argument("--repeat", type=int, required=True)
    args = parser.parse_args()
    config = transformers.AutoConfig.from_pretrained(args.checkpoint)
    model_class = getattr(transformers, config.architectures[0])
    model = model_class.from_pretrained(args.checkpoint, dtype=torch.bfloat16, attn_implementation="eager").eval().to("cuda:0")
    processor = transformers.AutoProcessor.from_pretrained(args.checkpoint)
    runs = [one_run(model, processor, args) for _ in range(args.repeat + 1)][1:]
    out = {key: statistics.median(run[key] for run in runs) for key in ("ttft", "decode_tps")}
    print(json.dumps(out | {"prompt_tokens": runs[0]["prompt_tokens"], "transformers": transformers.__version__,
                            "torch": torch.__version__, "peak_bytes": torch.cuda.max_memory_allocated()}))


if __name__ == "__main__":
    main()
