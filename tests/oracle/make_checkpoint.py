#!/usr/bin/env python3
"""Write a checkpoint folder of a real architecture, with random weights, in Hugging Face layout.

    make_checkpoint.py NAME FOLDER [--layers N] [--vision-layers N] [--zero PATTERN] [--digest]
    make_checkpoint.py --list

NAME is one of specs.json. The same bytes on every machine; needs numpy alone. --zero writes a spoilt one: every tensor
whose name matches the pattern holds zeros.
"""
import argparse
import copy
import hashlib
import json
import re
import sys
from pathlib import Path

import numpy as np

import checkpoint_config
import checkpoint_tokenizer
import random_weights
import tensor_layout

HERE = Path(__file__).resolve().parent
DATA = HERE.parent / "data"


def write_json(path, value, **style):
    path.write_text(json.dumps(value, ensure_ascii=False, **(style or {"indent": 2})) + "\n", encoding="utf-8")


def write_template(spec, folder, tokenizer_config, text):
    """The chat template in the place that the spec names; returns nothing, may add to tokenizer_config."""
    place = spec["template_in"]
    if place == "chat_template.jinja":
        (folder / place).write_text(text, encoding="utf-8")
    elif place == "chat_template.json":  # as older Qwen3-VL folders: in two files
        write_json(folder / place, {"chat_template": text})
        tokenizer_config["chat_template"] = text
    else:  # several by name, of which "default" counts
        tokenizer_config["chat_template"] = [{"name": "tool_use", "template": "{{ 'not this one' }}"},
                                             {"name": "default", "template": text}]


def write_side_files(spec, folder, source):
    tokenizer, tokenizer_config, ids = checkpoint_tokenizer.build(spec, source)
    template = DATA / "oracle/templates" / ("qwen3vl.jinja" if spec["family"] == "qwen3_vl" else "glm46v.jinja")
    write_template(spec, folder, tokenizer_config, template.read_text(encoding="utf-8"))
    write_json(folder / "tokenizer.json", tokenizer, separators=(",", ":"))
    write_json(folder / "tokenizer_config.json", tokenizer_config)
    image, video = checkpoint_config.processors(spec)
    if spec.get("one_processor_file"):  # as transformers 5 saves them
        write_json(folder / "processor_config.json", {
            "processor_class": image["processor_class"], "image_processor": image, "video_processor": video})
    else:
        write_json(folder / "preprocessor_config.json", image)
        write_json(folder / "video_preprocessor_config.json", video)
    write_json(folder / "generation_config.json", checkpoint_config.generation_config(spec, ids))
    config = checkpoint_config.config(spec, ids)
    write_json(folder / "config.json", config)
    return config


def layout(spec, config):
    """The tensors of the checkpoint that config.json describes."""
    text = config.get("text_config", config)
    return list(tensor_layout.tensors(spec["family"], text, config["vision_config"], own_head(spec)))


def own_head(spec):
    return not spec["tie_word_embeddings"] or spec.get("head_although_tied", False)


def write_weights(spec, config, folder, zero):
    dtype = spec["dtype"]
    tensors = layout(spec, config)
    if spec.get("file_order") == "reversed":  # a reader has to go by the header
        tensors.reverse()
    make = (random_weights.pooled if spec.get("fill") == "pool" else random_weights.drawn)(spec["seed"], dtype)
    if zero:
        if not any(re.search(zero, t.name) for t in tensors):
            sys.exit(f"no tensor's name matches {zero}")
        kept = make
        make = lambda t: np.zeros_like(kept(t)) if re.search(zero, t.name) else kept(t)  # noqa: E731
    files, total = random_weights.split(tensors, dtype, spec.get("shards", 1), spec.get("shard_bytes"))
    places = {}
    for k, part in enumerate(files):
        name = "model.safetensors" if len(files) == 1 else f"model-{k + 1:05d}-of-{len(files):05d}.safetensors"
        random_weights.write_safetensors(folder / name, part, dtype, make)
        places |= {t.name: name for t in part}
    if len(files) > 1:
        write_json(folder / "model.safetensors.index.json",
                   {"metadata": {"total_size": total}, "weight_map": dict(sorted(places.items()))})


def specs():
    return json.loads((HERE / "specs.json").read_text(encoding="utf-8"))


def make(name, folder, tokenizer=None, layers=None, vision_layers=None, zero=None):
    """Write checkpoint `name` into `folder`, replacing what a former run left there."""
    spec = copy.deepcopy(specs()[name])
    spec["text"]["num_hidden_layers"] = layers or spec["text"]["num_hidden_layers"]
    if vision_layers:
        spec["vision"]["depth"] = vision_layers
        if "deepstack_visual_indexes" in spec["vision"]:
            spec["vision"]["deepstack_visual_indexes"] = list(range(min(3, vision_layers)))
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        if old.is_file() and old.suffix in (".safetensors", ".json", ".jinja"):
            old.unlink()
    source = Path(tokenizer) if tokenizer else DATA / "tokenizer/qwen3-tokenizer.json.xz"
    write_weights(spec, write_side_files(spec, folder, source), folder, zero)


def digest(folder):
    whole = hashlib.sha256()
    for path in sorted(Path(folder).iterdir()):
        whole.update(path.name.encode())
        with open(path, "rb") as file:
            while block := file.read(1 << 24):
                whole.update(block)
    return whole.hexdigest()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", nargs="?")
    parser.add_argument("folder", nargs="?")
    parser.add_argument("--layers", type=int, help="only so many decoder layers")
    parser.add_argument("--vision-layers", type=int, help="only so many vision blocks")
    parser.add_argument("--zero", help="regular expression: these tensors hold zeros")
    parser.add_argument("--tokenizer", help="a tokenizer.json of Qwen3's, if not the one in tests/data")
    parser.add_argument("--digest", action="store_true", help="print a hash of the whole folder")
    parser.add_argument("--list", action="store_true")
    args = parser.parse_args()
    if args.list:
        print("\n".join(specs()))
        return
    if not args.name or not args.folder:
        parser.error("NAME and FOLDER are needed; --list names the checkpoints")
    if args.name not in specs():
        parser.error(f"no checkpoint is called {args.name}; --list names them")
    make(args.name, args.folder, args.tokenizer, args.layers, args.vision_layers, args.zero)
    if args.digest:
        print(args.name, digest(args.folder))


if __name__ == "__main__":
    main()
