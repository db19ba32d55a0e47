#!/usr/bin/env python3
"""Write a checkpoint whose decoder's matrices are integers, as other programs publish them, from one of make_checkpoint.py's.

    make_quantized.py KIND SOURCE FOLDER [--plain FOLDER]
    make_quantized.py --list

The same bytes everywhere; needs numpy alone. --plain: beside it the same model with the numbers that the integers mean,
in float32, as the packages compute them. Vision tower, embedding and head stay as they are.
"""
import argparse
import json
import re
import shutil
import sys
from pathlib import Path

import numpy as np

import quantized_packing as packing
import random_weights

# Of a kind: who packs, bits, columns a group (0: a row), and what else differs. Scales are bfloat16 with
# compressed-tensors, float16 with others, as published ones mostly are.
KINDS = {
    "ct-w4a16": {"method": "compressed-tensors", "bits": 4, "group": 32},
    "ct-w4a16-wide": {"method": "compressed-tensors", "bits": 4, "group": 32, "scales": "float32"},
    "ct-w4a16-asym": {"method": "compressed-tensors", "bits": 4, "group": 32, "symmetric": False},
    "ct-w8a16": {"method": "compressed-tensors", "bits": 8, "group": 0, "scales": "float16"},
    "ct-w8a8": {"method": "compressed-tensors", "bits": 8, "group": 0, "bytes": True, "rounds": True},
    "gptq-sym": {"method": "gptq", "bits": 4, "group": 64},
    "gptq-asym-v2": {"method": "gptq", "bits": 4, "group": 64, "symmetric": False, "version": 2},
    "gptq-asym": {"method": "gptq", "bits": 4, "group": 32, "symmetric": False},
    "gptq-order": {"method": "gptq", "bits": 4, "group": 32, "ordered": True},
    "gptq-8": {"method": "gptq", "bits": 8, "group": 64},
    "awq": {"method": "awq", "bits": 4, "group": 32, "symmetric": False},
}
MATRIX = re.compile(r"model\.language_model\.layers\.\d+\.(self_attn\.[qkvo]_proj|mlp\.(gate|up|down|gate_up)_proj)\.weight$")
CODES = {"BF16": ("bfloat16", "<u2"), "F16": ("float16", "<f2"), "F32": ("float32", "<f4")}


def read_checkpoint(folder):
    """{name: (code, array as stored)} of all files."""
    out = {}
    for path in sorted(Path(folder).glob("*.safetensors")):
        data = path.read_bytes()
        length = int.from_bytes(data[:8], "little")
        for name, entry in json.loads(data[8:8 + length]).items():
            if name == "__metadata__":
                continue
            begin, end = (8 + length + at for at in entry["data_offsets"])
            kind = {"I32": "<i4", "I64": "<i8", "I8": "i1"}.get(entry["dtype"]) or CODES[entry["dtype"]][1]
            out[name] = (entry["dtype"], np.frombuffer(data[begin:end], kind).reshape(entry["shape"]))
    return out


def write_checkpoint(folder, tensors):
    header, end = {"__metadata__": {"format": "pt"}}, 0
    for name, (code, array) in tensors.items():
        start, end = end, end + array.nbytes
        header[name] = {"dtype": code, "shape": list(array.shape), "data_offsets": [start, end]}
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(Path(folder) / "model.safetensors", "wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        for _, array in tensors.values():
            np.ascontiguousarray(array).tofile(file)


def numbers_of(code, array):
    """float32."""
    return (array.astype(np.uint32) << np.uint32(16)).view(np.float32) if code == "BF16" else array.astype(np.float32)


def stored(numbers, dtype):
    """(code, array) of float32 numbers."""
    code = {kind: code for code, (kind, _) in CODES.items()}[dtype]
    return code, random_weights.encode(np.ascontiguousarray(numbers, np.float32), dtype).reshape(numbers.shape)


def scale_dtype_of(kind):
    return kind.get("scales", "bfloat16" if kind["method"] == "compressed-tensors" else "float16")


def column_order(kind, name, columns):
    """A group for each column, dealt out as by act-order; None: runs."""
    if not kind.get("ordered"):
        return None
    size, groups = packing.groups_of(columns, kind["group"])
    # k_proj and v_proj see the inputs that q_proj does, in the same order.
    key = random_weights.key_of(7, re.sub(r"[kv]_proj", "q_proj", name).replace("up_proj", "gate_proj"))
    return np.argsort(random_weights.fractions(key, columns), kind="stable").argsort() // size


def pack(kind, name, weight):
    """({end of a tensor's name: (code, array)}, float32 weights that they mean)."""
    symmetric = kind.get("symmetric", True)
    scale_dtype = scale_dtype_of(kind)
    integers, scales, zeros, order = packing.quantize(weight, kind["bits"], kind["group"], symmetric, scale_dtype,
                                                      column_order(kind, name, weight.shape[1]))
    meant = packing.dequantize(integers, scales, zeros, order)
    if kind["method"] == "awq":
        parts = packing.pack_awq(integers, scales, zeros)
    elif kind["method"] == "gptq":
        parts = packing.pack_gptq(integers, scales, zeros, kind["bits"], order, kind.get("version", 1) == 1)
    else:
        how = packing.pack_bytes if kind.get("bytes") else packing.pack_compressed_tensors
        parts = how(integers, scales, zeros, kind["bits"], symmetric)
    if kind["method"] != "compressed-tensors":
        meant = meant.astype(np.float16).astype(np.float32)  # the packages multiply in the scales' type
    codes = {np.dtype(np.int8): "I8", np.dtype(np.int32): "I32", np.dtype(np.int64): "I64"}
    return {end: stored(array, scale_dtype) if array.dtype == np.float32 else (codes[array.dtype], array)
            for end, array in parts.items()}, meant


def quantization_config(kind):
    symmetric, group = kind.get("symmetric", True), kind["group"]
    if kind["method"] == "awq":
        return {"quant_method": "awq", "bits": 4, "group_size": group, "version": "gemm", "zero_point": True,
                "modules_to_not_convert": ["visual"]}
    if kind["method"] == "gptq":
        return {"quant_method": "gptq", "bits": kind["bits"], "group_size": group or -1, "sym": symmetric,
                "desc_act": bool(kind.get("ordered")), "lm_head": False,
                "checkpoint_format": "gptq" if kind.get("version", 1) == 1 else "gptq_v2"}
    weights = {"num_bits": kind["bits"], "type": "int", "symmetric": symmetric, "dynamic": False,
               "strategy": "group" if group else "channel", "group_size": group or None}
    rounded = {"num_bits": 8, "type": "int", "symmetric": True, "dynamic": True, "strategy": "token"}
    form = "int-quantized" if kind.get("bytes") else "pack-quantized"
    return {"quant_method": "compressed-tensors", "format": form, "quantization_status": "compressed",
            "config_groups": {"group_0": {"targets": ["Linear"], "weights": weights, "format": form,
                                          "input_activations": rounded if kind.get("rounds") else None,
                                          "output_activations": None}},
            "ignore": ["re:.*visual.*", "lm_head"], "kv_cache_scheme": None}


def make(name, source, folder, plain=None):
    kind = KINDS[name]
    source = Path(source)
    packed, meant = {}, {}
    for key, (code, array) in read_checkpoint(source).items():
        packed[key] = meant[key] = (code, array)
        if not MATRIX.match(key):
            continue
        del packed[key]
        parts, numbers = pack(kind, key, numbers_of(code, array))
        packed |= {key.removesuffix("weight") + end: part for end, part in parts.items()}
        meant[key] = stored(numbers, "float32")
    for target, tensors in ((folder, packed), (plain, meant)):
        if target is None:
            continue
        target = Path(target)
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        for path in source.iterdir():
            if path.suffix in (".json", ".jinja") and "index" not in path.name:
                shutil.copy(path, target)
        write_checkpoint(target, tensors)
    config = json.loads((source / "config.json").read_text(encoding="utf-8"))
    config["quantization_config"] = quantization_config(kind)
    (Path(folder) / "config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", nargs="?", choices=list(KINDS))
    parser.add_argument("source", nargs="?")
    parser.add_argument("folder", nargs="?")
    parser.add_argument("--plain")
    parser.add_argument("--list", action="store_true")
    args = parser.parse_args()
    if args.list:
        print("\n".join(KINDS))
        return
    if not args.kind or not args.source or not args.folder:
        sys.exit("KIND, SOURCE and FOLDER are needed; --list names the kinds")
    make(args.kind, args.source, args.folder, args.plain)


if __name__ == "__main__":
    main()
