#!/usr/bin/env python3
"""Compares Fovea's tokenizer with the package `tokenizers` on generated strings.

    tokenizer_differential.py --program BUILD/tests/core/text/tokenizer_dump [--strings 10000] [--seed 1]

Each string goes through the Qwen3 tokenizer and the GLM-like one; a fifth of them through variants that use what those two
do not: flags of added tokens, merges as strings, GPT-2's and other split patterns, ignore_merges. Compared are the ids,
the decoded text and the decoded text without special tokens. The last line reads "N passed, N failed".
"""
import argparse
import copy
import json
import lzma
import random
import subprocess
import sys
import tempfile
from pathlib import Path

from tokenizers import Tokenizer

PACKED = Path(__file__).resolve().parents[1] / "data/tokenizer/qwen3-tokenizer.json.xz"

WORDS = """the of and image Fovea isn't they'll WE'VE I'd it's don'T naïve Zürich façade coöperate Straße ΑΘΗΝΑ привет мир שלום
عالم हिन्दी ไทย 中文 汉字 日本語 カタカナ 한국어 조합 def return self.value std::vector<int> === !== <<= &&& ... --- ___ *** ``` ## ![alt](u)
\\begin{x} 3.14159 1,000,000 2026-07-04 12:30:05 0x1F ½ ² Ⅷ ٣٤ 𝟘 user@example.org https://a.b/c?d=e&f#g C:\\dir\\x 🙂 👩‍💻 🇨🇳 👍🏽 é e\u0301 \u1112\u1161\u11ab
ſ'ſ K'K ﬁ ß İ ǅ \u212b \u0344 \u0958 \u2126 \u1e9b\u0323 \U0001d15e \u0f77 q\u0307\u0323 \ufdfa""".split()
SPACES = [" ", "  ", "   ", "\n", "\r\n", "\n\n", " \n", "\n ", "\t", " \t ", "\u00a0", "\u3000", "\u2003", "\u180e", "\u200b", "\u0085", "\u2028", "\v", "\f",
          "\r", "\x1c", "\ufeff", " \u00a0 "]
# Where scripts, marks and symbols lie; and characters that came to Unicode after version 14.
RANGES = [(0x00, 0x7F), (0x80, 0x24F), (0x250, 0x3FF), (0x300, 0x36F), (0x400, 0x52F), (0x590, 0x8FF), (0x900, 0xDFF), (0xE00, 0x10FF),
          (0x1100, 0x11FF), (0x1200, 0x1BFF), (0x1AB0, 0x1AFF), (0x1C80, 0x1FFF), (0x1DC0, 0x1DFF), (0x2000, 0x2BFF), (0x2C00, 0x2FFF),
          (0x3000, 0x33FF), (0x3400, 0x9FFF), (0xA000, 0xABFF), (0xAC00, 0xD7FF), (0xE000, 0xF8FF), (0xF900, 0xFFFF), (0x10000, 0x107FF),
          (0x10800, 0x10FFF), (0x10D40, 0x10D8F), (0x11000, 0x11FFF), (0x11900, 0x1195F), (0x12000, 0x16FFF), (0x1D000, 0x1DFFF),
          (0x1E000, 0x1FFFF), (0x1F300, 0x1FAFF), (0x20000, 0x323AF), (0x323B0, 0x3347F), (0xE0000, 0xE01FF), (0x100000, 0x10FFFF)]


def code_point(rng, low, high):
    while True:
        c = rng.randint(low, min(high, 0x10FFFF))
        if not 0xD800 <= c < 0xE000:
            return chr(c)


def generate(rng, special):
    """One string of one of several kinds."""
    kind = rng.randrange(8)
    parts = []
    if kind == 0:  # anything at all
        for _ in range(rng.randint(1, 40)):
            parts.append(code_point(rng, *rng.choice(RANGES)))
    elif kind == 1:  # one script, with marks and spaces
        low, high = rng.choice(RANGES)
        for _ in range(rng.randint(1, 60)):
            parts.append(rng.choice(SPACES) if rng.random() < 0.15 else chr(rng.randint(0x300, 0x36F)) if rng.random() < 0.1
                         else code_point(rng, low, high))
    elif kind == 2:  # runs
        for _ in range(rng.randint(1, 6)):
            unit = rng.choice([rng.choice(WORDS)[0], rng.choice(SPACES), code_point(rng, *rng.choice(RANGES)), rng.choice("=-_*#.a1'")])
            parts.append(unit * rng.randint(1, 80))
    elif kind == 3:  # combining marks in disorder
        for _ in range(rng.randint(1, 12)):
            parts.append(rng.choice("aeioücÅ가ᄀऑ𝅗"))
            marks = [code_point(rng, *rng.choice([(0x300, 0x36F), (0x1AB0, 0x1AFF), (0x8D0, 0x8FF), (0x1DC0, 0x1DFF), (0x591, 0x5BD), (0x1161, 0x11FF)]))
                     for _ in range(rng.randint(0, 5))]
            parts.extend(marks)
    else:  # prose and code, with added tokens whole and broken
        for _ in range(rng.randint(1, 40)):
            draw = rng.random()
            if draw < 0.10:
                parts.append(rng.choice(special))
            elif draw < 0.14:
                token = rng.choice(special)
                cut = rng.randint(0, len(token))
                parts.append(token[:cut] if rng.random() < 0.5 else token[cut:])
            elif draw < 0.2:
                parts.append(str(rng.randrange(10 ** rng.randint(1, 12))))
            else:
                word = rng.choice(WORDS)
                parts.append(word.upper() if rng.random() < 0.1 else word)
            parts.append(" " if rng.random() < 0.6 else rng.choice(SPACES) if rng.random() < 0.4 else "")
    return "".join(parts)


def variants(qwen):
    """(name, tokenizer.json as a dict, share of the strings)."""
    yield "qwen3", qwen, 1

    glm = copy.deepcopy(qwen)
    glm["normalizer"] = None
    split = glm["pre_tokenizer"]["pretokenizers"][0]
    split["pattern"]["Regex"] = split["pattern"]["Regex"].replace(r"\p{N}|", r"\p{N}{1,3}|")
    first = glm["added_tokens"][0]["id"]
    plain = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False}
    contents = ["<|endoftext|>", "[MASK]", "[gMASK]", "<sop>", "<|user|>", "<|assistant|>", "<think>", "</think>", "/nothink", "<|image|>"]
    glm["added_tokens"] = [{"id": first + k, "content": c, **plain, "special": c[0] in "<[" and "think" not in c} for k, c in enumerate(contents)]
    yield "glm", glm, 1

    small = copy.deepcopy(qwen)  # a short vocabulary: long chains of merges stay apart, and loading is quick
    entries = 6000
    small["model"]["vocab"] = {t: i for t, i in small["model"]["vocab"].items() if i < entries}
    small["model"]["merges"] = [" ".join(m) for m in small["model"]["merges"][:entries - 256]]

    def with_tokens(base, tokens):
        made = copy.deepcopy(base)
        made["added_tokens"] = []
        fresh = entries
        for content, flags in tokens:
            known = made["model"]["vocab"].get(content)
            made["added_tokens"].append({"id": fresh if known is None else known, "content": content, **plain, "special": False, **flags})
            fresh += known is None
        return made

    flagged = [("<a>", {"lstrip": True}), ("<b>", {"rstrip": True, "special": True}), ("<c>", {"lstrip": True, "rstrip": True}),
               ("word", {"single_word": True}), ("中", {"single_word": True, "special": True}), ("e\u0301", {"normalized": True}),
               ("\u212b", {}), ("\u00c5", {"normalized": True, "special": True}), ("the of", {"normalized": True}), ("<a><b>", {}), ("<", {}),
               ("\n\n", {}), ("  ", {}), ("é x", {}), ("ſ", {"single_word": True, "normalized": True})]
    yield "flags", with_tokens(small, flagged), 0.2
    no_nfc = with_tokens(small, flagged)
    no_nfc["normalizer"] = None
    yield "flags without NFC", no_nfc, 0.2

    gpt2 = with_tokens(small, [("<|endoftext|>", {"special": True})])
    gpt2["pre_tokenizer"] = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
    gpt2["normalizer"] = {"type": "Sequence", "normalizers": [{"type": "NFC"}]}
    gpt2["model"]["ignore_merges"] = True
    gpt2["model"]["merges"] = gpt2["model"]["merges"][:2000]
    yield "GPT-2 pattern, ignore_merges", gpt2, 0.2

    patterns = {
        "possessive": r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s*[\r\n]|\s+(?!\S)|\s+",
        "cased": r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+"
                 r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+",
        "gaps and empty matches": r"\p{N}*|[\u4E00-\u9fa5\x{3040}-ゟ]+?|\p{Han}\p{P}|[!\-\]\[\^&~]\S|.\D\d",
    }
    for name, pattern in patterns.items():
        made = with_tokens(small, [("<|x|>", {})])
        made["pre_tokenizer"]["pretokenizers"][0]["pattern"]["Regex"] = pattern
        yield name, made, 0.2
    twice = with_tokens(small, [("<|x|>", {})])
    extra = copy.deepcopy(twice["pre_tokenizer"]["pretokenizers"][0])
    extra["pattern"]["Regex"] = r"\p{N}{1,3}"
    twice["pre_tokenizer"]["pretokenizers"].insert(0, extra)
    yield "two splits", twice, 0.2


def compare(name, config, strings, program):
    text = json.dumps(config, ensure_ascii=len(strings) % 2 == 0)
    reference = Tokenizer.from_str(text)
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        ours = subprocess.run([program, file.name], input=json.dumps(strings), capture_output=True, text=True, encoding="utf-8")
    if ours.returncode != 0:
        print(f"{name}: {ours.stderr.strip()}")
        return 0, len(strings)
    lines = ours.stdout.split("\n")[:-1]
    failed = abs(len(lines) - len(strings))
    shown = 0
    for string, line in zip(strings, lines):
        ids = reference.encode(string, add_special_tokens=False).ids
        expected = {"ids": ids, "text": reference.decode(ids, skip_special_tokens=False), "shown": reference.decode(ids)}
        if json.loads(line) != expected:
            failed += 1
            shown += 1
            if shown <= 5:
                print(f"{name}: {ascii(string)}\n  expected {json.dumps(expected)}\n  got      {line}")
    print(f"{name}: {len(strings) - failed} of {len(strings)} strings alike")
    return len(strings) - failed, failed


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True)
    parser.add_argument("--tokenizer", default=str(PACKED), help="tokenizer.json of Qwen3, plain or packed by xz")
    parser.add_argument("--strings", type=int, default=10000)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    with (lzma.open if args.tokenizer.endswith(".xz") else open)(args.tokenizer, "rb") as file:
        qwen = json.load(file)
    passed = failed = 0
    for name, config, share in variants(qwen):
        rng = random.Random(f"{args.seed} {name}")
        special = [token["content"] for token in config["added_tokens"]]
        strings = list(dict.fromkeys(generate(rng, special) for _ in range(max(1, int(args.strings * share)))))
        good, bad = compare(name, config, strings, args.program)
        passed, failed = passed + good, failed + bad
    print(f"{passed} passed, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
