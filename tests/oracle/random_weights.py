"""Random weights, the same bytes on every machine, and the safetensors files that hold them. Needs numpy alone."""
import hashlib
import json
from math import prod

import numpy as np

# How wide the uniform numbers of each part are: ("fan_in", g) has standard deviation g / sqrt(inputs of a row),
# ("flat", s) has s, ("around", m) lies between m / 2 and 3 m / 2 (a factor, not a summand), ("around_root", m) the same
# about m / sqrt(its length).
# A freshly initialised model answers with nearly equal logits, whatever it is asked. These widths make attention sharp
# and every part audible in the logits: check_goldens_notice.py zeroes each kind of tensor and expects another answer.
SPREAD = {
    "embedding": ("flat", 0.012),  # small enough for the epsilon of the first norm to matter
    "head": ("fan_in", 4.0),
    "norm": ("around", 1.0),
    "norm_bias": ("flat", 0.3),
    "head_norm": ("around", 1.5),
    "final_norm": ("around", 1.0),
    "final_norm_tied": ("around_root", 350.0),  # the small embedding is the head, too
    "bias": ("flat", 0.3),
    "patch": ("fan_in", 3.0),
    "vision_position": ("flat", 1.2),
    "vision_attention": ("fan_in", 1.5),
    "vision_mlp": ("fan_in", 1.7),
    "deepstack": ("fan_in", 7.0),
    "deepstack_bias": ("flat", 1.5),
    "query_key": ("fan_in", 1.6),
    "value": ("fan_in", 1.1),
    "attention_out": ("fan_in", 2.4),
    "mlp": ("fan_in", 2.0),
}

DTYPES = {"float32": ("F32", 4), "bfloat16": ("BF16", 2), "float16": ("F16", 2)}


def limits(tensor):
    """The uniform distribution's ends."""
    kind, amount = SPREAD[tensor.role]
    if kind.startswith("around"):
        amount /= tensor.shape[0] ** 0.5 if kind == "around_root" else 1
        return 0.5 * amount, 1.5 * amount
    deviation = amount / prod(tensor.shape[1:]) ** 0.5 if kind == "fan_in" else amount
    return -deviation * 3**0.5, deviation * 3**0.5


def encode(numbers, dtype):
    """float32 numbers (finite) as the bytes of another type; rounding is to nearest, ties to even."""
    if dtype == "bfloat16":
        bits = numbers.view(np.uint32)
        odd = (bits >> np.uint32(16)) & np.uint32(1)
        return ((bits + odd + np.uint32(0x7FFF)) >> np.uint32(16)).astype("<u2")
    return numbers.astype({"float32": "<f4", "float16": "<f2"}[dtype])


def fractions(seed, count):
    """`count` numbers k / 2^24 in [0, 1) out of PCG64's raw output, which no version of numpy changes."""
    raw = np.random.PCG64(seed).random_raw(-(-count // 2)).astype("<u8").view("<u4")[:count]
    return (raw >> np.uint32(8)).astype(np.float32) * np.float32(2**-24)


def key_of(seed, name):
    """A tensor's own seed: it does not change when another tensor comes or goes."""
    return int.from_bytes(hashlib.sha256(f"{seed} {name}".encode()).digest()[:16], "little")


def drawn(seed, dtype):
    """tensor → its numbers, each tensor drawn for itself."""
    def make(tensor):
        low, high = (np.float32(x) for x in limits(tensor))
        return encode(fractions(key_of(seed, tensor.name), prod(tensor.shape)) * (high - low) + low, dtype)
    return make


def pooled(seed, dtype, size=(1 << 22) + 15):
    """tensor → its numbers, cut from one pool at a place of the tensor's own: gigabytes in seconds, good for speed only."""
    pool = fractions(seed, size)

    def make(tensor):
        low, high = (np.float32(x) for x in limits(tensor))
        start = key_of(seed, tensor.name) % size
        return np.resize(encode(np.roll(pool, -start) * (high - low) + low, dtype), prod(tensor.shape))
    return make


def write_safetensors(path, tensors, dtype, make):
    """One file: eight bytes of length, a JSON header padded to eight, the numbers; one tensor in memory at a time."""
    code, width = DTYPES[dtype]
    header, end = {"__metadata__": {"format": "pt"}}, 0
    for t in tensors:
        start, end = end, end + prod(t.shape) * width
        header[t.name] = {"dtype": code, "shape": list(t.shape), "data_offsets": [start, end]}
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        for t in tensors:
            make(t).tofile(file)


def split(tensors, dtype, shards=1, shard_bytes=None):
    """The tensors in order, parted into files of about equal size, or of at most shard_bytes."""
    size = [prod(t.shape) * DTYPES[dtype][1] for t in tensors]
    limit = shard_bytes or -(-sum(size) // shards)
    files, used = [[]], 0
    for t, bytes_ in zip(tensors, size):
        if files[-1] and used + bytes_ > limit and (shard_bytes or len(files) < shards):
            files.append([])
            used = 0
        files[-1].append(t)
        used += bytes_
    return files, sum(size)
