"""What is kept of transformers' bfloat16 run, and the two questions asked of a program's: same first token where it is
clear, and no further from transformers' bfloat16 than transformers' own float32 is. Needs numpy alone.

The file is packed by xz: one line of JSON, then each case's first-step logits as bfloat16 bits [cases, vocabulary].
"""
import json
import lzma

import numpy as np


def log_softmax(logits):
    """float64, over the last axis."""
    x = np.asarray(logits, np.float64)
    x = x - x.max(-1, keepdims=True)
    return x - np.log(np.exp(x).sum(-1, keepdims=True))


def divergence(p_logits, q_logits):
    """KL(p || q) in nats of the two softmax distributions."""
    p, q = log_softmax(p_logits), log_softmax(q_logits)
    return float((np.exp(p) * (p - q)).sum(-1))


def deviation(reference, logits):
    """How far all logits lie from the reference's, in standard deviations of these. Hundreds of thousands of numbers: one case is
    sample enough, where a divergence hangs on the few tokens at the top."""
    reference = np.asarray(reference, np.float64)
    return float(np.std(logits - reference) / np.std(reference))


def margin(logits):
    """How far the best logit lies above the second."""
    second, best = np.partition(np.asarray(logits, np.float64), -2)[-2:]
    return float(best - second)


def widen(bits):
    """bfloat16 bits as float32 numbers."""
    return (bits.astype(np.uint32) << 16).view(np.float32)


def record(name, bf16, fp32, ids):
    """What is kept of a case beside the logits; bf16 and fp32 are transformers' own first-step logits."""
    return {"case": name, "top": int(np.argmax(bf16)), "margin": margin(bf16),
            "difference": float(np.abs(bf16.astype(np.float64) - fp32).max()), "divergence": divergence(bf16, fp32),
            "deviation": deviation(bf16, fp32), "ids": ids}


def write(path, head, records, bits):
    text = json.dumps(head | {"cases": records}, separators=(",", ":")).encode() + b"\n"
    packed = lzma.compress(text + np.stack(bits).astype("<u2").tobytes(), preset=9 | lzma.PRESET_EXTREME)
    with open(path, "wb") as file:
        file.write(packed)


def read(path):
    """(head with "cases", logits float32 [cases, vocabulary])."""
    with lzma.open(path) as file:
        head = json.loads(file.readline())
        bits = np.frombuffer(file.read(), "<u2").reshape(len(head["cases"]), -1)
    return head, widen(bits)


def judge(head, reference, program):
    """The two answers, from the reference's logits and the program's, both [cases, vocabulary]."""
    clear = [c["margin"] > c["difference"] for c in head["cases"]]
    tops = np.argmax(program, -1)
    missed = [c["case"] for c, sure, top in zip(head["cases"], clear, tops) if sure and top != c["top"]]
    own = [c["divergence"] for c in head["cases"]]
    ours = [divergence(r, p) if np.isfinite(p).all() else float("inf") for r, p in zip(reference, program)]
    return {"cases": len(clear), "clear": sum(clear), "missed": missed,
            "same_top": int(sum(t == c["top"] for t, c in zip(tops, head["cases"]))),
            "own_divergence": float(np.mean(own)), "divergence": float(np.mean(ours)),
            "passed": not missed and float(np.mean(ours)) <= float(np.mean(own))}
