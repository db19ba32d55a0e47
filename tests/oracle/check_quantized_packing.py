#!/usr/bin/env python3
"""Our packing of integers against the packages' own, on generated matrices.

    check_quantized_packing.py [compressed-tensors] [gptq] [awq]

Without arguments all whose package is installed; a package that is named and missing is an error. compressed-tensors: it unpacks our words
to our weights and packs these to the same words. GPTQ: GPTQModel's
TorchLinear dequantises our tensors. AWQ: AutoAWQ's dequantize_gemm does. Needs torch and numpy.
"""
import importlib.util
import sys
from pathlib import Path

import numpy as np
import torch

import make_quantized
import quantized_packing as packing
import random_weights

SKIPPED = 77  # ctest's SKIP_RETURN_CODE
SHAPES = [(48, 128), (64, 192), (128, 64)]


def matrix(rows, columns):
    return ((random_weights.fractions(rows * columns, rows * columns) - np.float32(0.5)) * np.float32(0.3)).reshape(rows, columns)


def same(what, ours, theirs):
    theirs = theirs.detach().float().numpy() if isinstance(theirs, torch.Tensor) else theirs
    if ours.shape != theirs.shape or not np.array_equal(ours, theirs):
        sys.exit(f"{what}: differs")


def tensors_of(kind, weight):
    parts, meant = make_quantized.pack(kind, "w", weight)
    def tensor(code, array):
        if code == "BF16":
            return torch.from_numpy(array.view(np.int16).copy()).view(torch.bfloat16)
        return torch.from_numpy(array.copy())
    return {end: tensor(*part) for end, part in parts.items()}, meant


def check_compressed_tensors(kind, weight):
    from compressed_tensors.compressors import BaseCompressor
    from compressed_tensors.quantization import QuantizationScheme
    group = make_quantized.quantization_config(kind)["config_groups"]["group_0"]
    scheme = QuantizationScheme(targets=["Linear"], weights=group["weights"])
    compressor = BaseCompressor.get_value_from_registry(group["format"])
    for dtype in ("float32", "bfloat16", "float16"):
        ours, meant = tensors_of(kind | {"scales": dtype}, weight)
        theirs = compressor.decompress({**ours, "weight_scale": ours["weight_scale"].float()}, scheme)["weight"]
        same(f"{dtype} unpacked", meant, theirs)
        # And back: what it packs of these numbers.
        again = {"weight": torch.from_numpy(meant), "weight_scale": ours["weight_scale"].float()}
        if not kind.get("symmetric", True):
            zeros = compressor.decompress(dict(ours), scheme)["weight_zero_point"]
            again["weight_zero_point"] = zeros
        packed = compressor.compress(again, scheme)
        for end in ours.keys() & packed.keys() - {"weight_scale"}:
            same(f"{dtype} {end}", ours[end].numpy(), packed[end].numpy())


def check_gptq(kind, weight):
    from gptqmodel.nn_modules.qlinear.torch import TorchLinear
    rows, columns = weight.shape
    config = make_quantized.quantization_config(kind)
    ours, meant = tensors_of(kind, weight)
    layer = TorchLinear(bits=config["bits"], group_size=config["group_size"], sym=config["sym"], desc_act=config["desc_act"],
                        in_features=columns, out_features=rows, bias=False, register_buffers=True)
    qzeros = ours["qzeros"]
    if config["checkpoint_format"] == "gptq":  # as gptqmodel's convert_gptq_v1_to_v2_format: one more in each field
        ones = sum(1 << at for at in range(0, 32, config["bits"]))
        qzeros = torch.from_numpy((qzeros.numpy().view(np.uint32) + np.uint32(ones)).view(np.int32))
    layer.load_state_dict({**ours, "qzeros": qzeros}, strict=False)
    layer.post_init()
    same("dequantised", meant, layer.dequantize_weight().T)


def check_awq(kind, weight):
    # The package wants kernels to be imported whole; this file of its stands alone.
    place = Path(importlib.util.find_spec("awq").submodule_search_locations[0]) / "utils/packing_utils.py"
    spec = importlib.util.spec_from_file_location("packing_utils", place)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    ours, meant = tensors_of(kind, weight)
    theirs = module.dequantize_gemm(ours["qweight"], ours["qzeros"], ours["scales"], 4, kind["group"])
    same("dequantised", meant, theirs.T)


def main():
    checks = {"compressed-tensors": (check_compressed_tensors, "compressed_tensors"), "gptq": (check_gptq, "gptqmodel"),
              "awq": (check_awq, "awq")}
    wanted = sys.argv[1:] or [name for name, (_, package) in checks.items() if importlib.util.find_spec(package)]
    if not wanted:
        print("none of the packages is installed")
        sys.exit(SKIPPED)
    for method in wanted:
        check = checks[method][0]
        for name, kind in make_quantized.KINDS.items():
            if kind["method"] != method:
                continue
            for shape in SHAPES:
                check(kind, matrix(*shape))
            print(f"ok   {name}")


if __name__ == "__main__":
    main()
