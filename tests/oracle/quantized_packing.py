"""Integers of a matrix, and how published checkpoints pack them. Needs numpy alone; check_quantized_packing.py holds the
packing to that of the packages themselves."""
import numpy as np

AWQ_ORDER = [0, 2, 4, 6, 1, 3, 5, 7]  # which row of eight a word's nibble is for


def groups_of(columns, group):
    """(columns a group, groups)."""
    size = group or columns
    return size, -(-columns // size)


def rounded_scale(numbers, scale_dtype):
    """Scales as the checkpoint stores them: float16, or bfloat16 as float32 numbers."""
    if scale_dtype == "bfloat16":
        bits = numbers.astype(np.float32).view(np.uint32)
        bits = (bits + np.uint32(0x7FFF) + ((bits >> np.uint32(16)) & np.uint32(1))) & np.uint32(0xFFFF0000)
        return bits.view(np.float32)
    return numbers.astype({"float16": np.float16, "float32": np.float32}[scale_dtype]).astype(np.float32)


def quantize(weight, bits, group, symmetric, scale_dtype, order=None):
    """weight float32 [rows, columns] → (integers 0 .. 2^bits - 1 [rows, columns], scales float32 and zero points
    [rows, groups]). `order`: the group of each column; None: runs."""
    rows, columns = weight.shape
    size, groups = groups_of(columns, group)
    order = np.arange(columns) // size if order is None else order
    top = (1 << bits) - 1
    scales = np.zeros((rows, groups), np.float32)
    zeros = np.full((rows, groups), 1 << (bits - 1), np.int32)
    for g in range(groups):
        part = weight[:, order == g]
        low, high = np.minimum(part.min(1), 0), np.maximum(part.max(1), 0)
        span = 2 * np.maximum(-low, high) if symmetric else high - low
        scales[:, g] = rounded_scale(np.maximum(span / top, 1e-6), scale_dtype)
        if not symmetric:
            zeros[:, g] = np.clip(np.rint(-low / scales[:, g]), 1, top)  # GPTQ's first format cannot tell 0 from 2^bits
    integers = np.clip(np.rint(weight / scales[:, order]) + zeros[:, order], 0, top).astype(np.int32)
    return integers, scales, zeros, order


def dequantize(integers, scales, zeros, order):
    """The weights that the integers mean, float32."""
    return (integers - zeros[:, order]).astype(np.float32) * scales[:, order]


def words_along_last(fields, bits):
    """[.., n] fields → [.., ceil(n / (32 / bits))] int32, lowest first."""
    a_word = 32 // bits
    missing = -fields.shape[-1] % a_word
    padded = np.pad(fields, [(0, 0)] * (fields.ndim - 1) + [(0, missing)]).astype(np.uint32)
    padded = padded.reshape(*fields.shape[:-1], -1, a_word) << (np.arange(a_word, dtype=np.uint32) * np.uint32(bits))
    return np.bitwise_or.reduce(padded, -1).astype(np.uint32).view(np.int32)


def pack_compressed_tensors(integers, scales, zeros, bits, symmetric):
    """compressed-tensors' pack-quantized."""
    out = {"weight_packed": words_along_last(integers, bits), "weight_scale": scales,
           "weight_shape": np.array(integers.shape, np.int64)}
    if not symmetric:
        out["weight_zero_point"] = np.ascontiguousarray(words_along_last(zeros.T, bits).T)
    return out


def pack_bytes(integers, scales, zeros, bits, symmetric):
    """compressed-tensors' int-quantized."""
    middle = 1 << (bits - 1)
    out = {"weight": (integers - middle).astype(np.int8), "weight_scale": scales}
    if not symmetric:
        out["weight_zero_point"] = (zeros - middle).astype(np.int8)
    return out


def pack_gptq(integers, scales, zeros, bits, order, less_one):
    """GPTQ: words down the columns; its first format stores zero points less one."""
    kept = (zeros - 1) & ((1 << bits) - 1) if less_one else zeros
    return {"qweight": np.ascontiguousarray(words_along_last(integers, bits).T), "scales": np.ascontiguousarray(scales.T),
            "qzeros": words_along_last(kept.T, bits), "g_idx": order.astype(np.int32)}


def pack_awq(integers, scales, zeros):
    """AWQ's GEMM form: words of eight rows in an order of their own."""
    def words(fields):  # [n, rows]
        return words_along_last(fields.reshape(fields.shape[0], -1, 8)[:, :, AWQ_ORDER], 4)[..., 0]
    return {"qweight": words(integers.T), "scales": np.ascontiguousarray(scales.T), "qzeros": words(zeros.T)}
