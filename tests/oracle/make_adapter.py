#!/usr/bin/env python3
"""Write a LoRA adapter in PEFT's layout for a checkpoint of make_checkpoint.py's, with random numbers.

    make_adapter.py KIND CHECKPOINT FOLDER [--merged FOLDER]

KIND: `plain` (query, value and output), `stabilized` (use_rslora, all matrices, ranks and alphas of their own for some, the
vision tower too). The same bytes everywhere; needs numpy alone. --merged: beside it the checkpoint with the adapter merged,
in float32.
"""
import argparse
import json
import re
import shutil
from pathlib import Path

import numpy as np

import make_quantized
import random_weights

LAYERS = r"model\.language_model\.layers\.\d+\."
KINDS = {
    "plain": {"targets": LAYERS + r"self_attn\.[qvo]_proj\.weight$", "config": {"r": 4, "lora_alpha": 8}},
    "stabilized": {"targets": LAYERS + r"(self_attn|mlp)\..*_proj\.weight$|model\.visual\.blocks\.\d+\.attn\.qkv\.weight$",
                   "by_pattern": True,
                   "config": {"r": 4, "lora_alpha": 6, "use_rslora": True, "rank_pattern": {"k_proj": 2},
                              "alpha_pattern": {"down_proj": 3, "layers.0.self_attn.q_proj": 9}}},
}


def of_end(pattern, module):
    return next((value for end, value in pattern.items() if module == end or module.endswith("." + end)), None)


def settings_of(config, module):
    """(rank, factor)."""
    rank = of_end(config.get("rank_pattern", {}), module) or config["r"]
    alpha = of_end(config.get("alpha_pattern", {}), module) or config["lora_alpha"]
    return rank, alpha / (rank**0.5 if config.get("use_rslora") else rank)


def drawn(name, rows, columns, wide):
    numbers = random_weights.fractions(random_weights.key_of(11, name), rows * columns).reshape(rows, columns)
    return (numbers - np.float32(0.5)) * np.float32(wide)


def make(kind, checkpoint, folder, merged=None):
    config = KINDS[kind]["config"]
    adapter, whole, modules = {}, {}, set()
    for name, (code, array) in make_quantized.read_checkpoint(checkpoint).items():
        whole[name] = (code, array)
        if not re.match(KINDS[kind]["targets"], name):
            continue
        module = name.removesuffix(".weight")
        modules.add(module.rpartition(".")[2])
        rank, factor = settings_of(config, module)
        rows, columns = array.shape
        a = drawn(name + " a", rank, columns, 2 / columns**0.5)
        b = drawn(name + " b", rows, rank, 0.4)
        adapter[f"base_model.model.{module}.lora_A.weight"] = ("F32", a)
        adapter[f"base_model.model.{module}.lora_B.weight"] = ("F32", b)
        whole[name] = ("F32", make_quantized.numbers_of(code, array) + np.float32(factor) * (b @ a))
    folder = Path(folder)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    make_quantized.write_checkpoint(folder, adapter)
    (folder / "model.safetensors").rename(folder / "adapter_model.safetensors")
    said = {"peft_type": "LORA", "task_type": None, "base_model_name_or_path": None, "bias": "none", "fan_in_fan_out": False,
            "lora_dropout": 0.0, "inference_mode": True, "target_modules": sorted(modules), **config}
    if KINDS[kind].get("by_pattern"):
        said["target_modules"] = KINDS[kind]["targets"].replace(r"\.weight$", "")
    (folder / "adapter_config.json").write_text(json.dumps(said, indent=2) + "\n", encoding="utf-8")
    if merged is None:
        return
    merged = Path(merged)
    shutil.rmtree(merged, ignore_errors=True)
    merged.mkdir(parents=True)
    for path in Path(checkpoint).iterdir():
        if path.suffix in (".json", ".jinja") and "index" not in path.name:
            shutil.copy(path, merged)
    make_quantized.write_checkpoint(merged, whole)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=list(KINDS))
    parser.add_argument("checkpoint")
    parser.add_argument("folder")
    parser.add_argument("--merged")
    args = parser.parse_args()
    make(args.kind, args.checkpoint, args.folder, args.merged)


if __name__ == "__main__":
    main()
