#!/usr/bin/env python3
"""make_adapter.py's merged checkpoints against PEFT's own merge.

    check_adapter_merging.py CHECKPOINT ADAPTER MERGED

CHECKPOINT, loaded by transformers in float32, with ADAPTER by PEFT and merge_and_unload(): every tensor has to be that of
MERGED, within the rounding of a sum of a few products. Every tensor that the adapter holds has to be used. Needs
transformers and peft.
"""
import importlib.util
import sys

if not importlib.util.find_spec("peft"):
    print("peft is not installed")
    sys.exit(77)  # ctest's SKIP_RETURN_CODE

import numpy as np
import torch
from peft import PeftModel
from transformers import AutoModelForImageTextToText

import make_quantized


def main():
    checkpoint, adapter, merged = sys.argv[1:]
    model = AutoModelForImageTextToText.from_pretrained(checkpoint, dtype=torch.float32)
    whole = PeftModel.from_pretrained(model, adapter)
    used = sum(name.endswith(".lora_A.default.weight") for name in whole.state_dict())
    held = len(make_quantized.read_checkpoint(adapter)) // 2
    if used != held:
        sys.exit(f"PEFT has a place for {used} matrices, the adapter holds {held}")
    theirs = {name: tensor.numpy() for name, tensor in whole.merge_and_unload().state_dict().items()}
    ours = {name: make_quantized.numbers_of(code, array) for name, (code, array) in make_quantized.read_checkpoint(merged).items()}
    before = {name: make_quantized.numbers_of(code, array) for name, (code, array) in make_quantized.read_checkpoint(checkpoint).items()}
    changed = 0
    for name, numbers in ours.items():
        if name not in theirs:
            sys.exit(f"{name} is nothing of transformers'")
        far = np.abs(theirs[name] - numbers).max()
        if far > 1e-5:
            sys.exit(f"{name}: {far} apart")
        changed += not np.array_equal(before[name], numbers)
    if changed != held:
        sys.exit(f"{changed} matrices changed, the adapter holds {held}")
    print(f"ok   {changed} of {len(ours)} tensors changed, all as PEFT merges them")


if __name__ == "__main__":
    main()
