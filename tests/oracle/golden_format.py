"""What a golden and a program's answers hold, and how long lists are written short. Needs the standard library alone."""
import json
from pathlib import Path

SAMPLES = 64  # logits kept of each first step


def sample_indices(vocabulary):
    """The fixed indices of the first step's logits: the middle of each 64th of the vocabulary."""
    return [(2 * k + 1) * vocabulary // (2 * SAMPLES) for k in range(SAMPLES)]


def pack(ids):
    """A list of ids in which a repeated id becomes [id, count] (placeholders come by the hundred)."""
    out, i = [], 0
    while i < len(ids):
        j = i
        while j < len(ids) and ids[j] == ids[i]:
            j += 1
        out += [[ids[i], j - i]] if j - i > 3 else ids[i:j]
        i = j
    return out


def unpack(ids):
    return [i for item in ids for i in ([item[0]] * item[1] if isinstance(item, list) else [item])]


def write_golden(path, head, cases):
    """One line a case, so that a change shows which case changed."""
    lines = ",\n".join(json.dumps(c, ensure_ascii=False, separators=(",", ":")) for c in cases)
    Path(path).write_text(json.dumps(head, ensure_ascii=False)[:-1] + f', "cases": [\n{lines}\n]}}\n', encoding="utf-8")


def read_golden(path):
    golden = json.loads(Path(path).read_text(encoding="utf-8"))
    for case in golden["cases"]:
        case["prompt_ids"] = unpack(case["prompt_ids"])
    return golden
