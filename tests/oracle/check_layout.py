#!/usr/bin/env python3
"""Show that tensor_layout.py names the tensors of transformers' own classes: same names, shapes and order.

    check_layout.py CHECKPOINT...
"""
import json
import sys
from pathlib import Path

import torch
import transformers

import make_checkpoint


def own_classes(folder):
    config = transformers.AutoConfig.from_pretrained(folder)
    with torch.device("meta"):
        model = getattr(transformers, config.architectures[0])(config)
    return {name: tuple(value.shape) for name, value in model.state_dict().items()}


def main():
    failed = 0
    for folder in map(Path, sys.argv[1:]):
        spec = make_checkpoint.specs()[folder.name]
        want = own_classes(folder)
        if not make_checkpoint.own_head(spec):
            want.pop("lm_head.weight")
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        have = {t.name: t.shape for t in make_checkpoint.layout(spec, config)}
        same = list(have.items()) == list(want.items())
        failed += not same
        print("same   " if same else "DIFFERS", folder.name, *([] if same else sorted(set(have.items()) ^ set(want.items()))[:3]))
    sys.exit(1 if failed or len(sys.argv) < 2 else 0)


if __name__ == "__main__":
    main()
