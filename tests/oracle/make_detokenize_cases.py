"""Writes tests/data/sampling/detokenize.json: ids, the bytes of each token, and what tokenizers' decode makes of the list.

Run with tokenizers (the version transformers 5.17 takes):  python tests/oracle/make_detokenize_cases.py TOKENIZER_JSON
The tokenizer is Qwen's; the cases carry the bytes of the tokens they use, so the test needs no tokenizer.
"""
import json
import pathlib
import random
import sys

from tokenizers import Tokenizer

OUT = pathlib.Path(__file__).resolve().parent.parent / "data" / "sampling" / "detokenize.json"

TEXTS = [
    "Hello, world!\n\n", "Ünïcödé straße", "日本語のテキスト。漢字", "🙂👩‍👩‍👧‍👦🏳️‍🌈🇩🇪", "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𓀀𓂀", "עברית العربية ไทย हिन्दी",
    "<think>\nreasoning 🤔\n</think>\n\nanswer", "<|im_start|>user\nhi<|im_end|>\n", "a\u0301\u0327 \ufffd \u200b", "x = {'k': [1, 2]}\t",
    "<tool_call>{}</tool_call>",
]


def byte_of_character():
    """The byte-level alphabet, inverted: printable bytes stand for themselves, the others for U+0100 upwards."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [b for b in range(256) if b not in printable]
    return {chr(b): b for b in printable} | {chr(0x100 + i): b for i, b in enumerate(others)}


def main():
    path = pathlib.Path(sys.argv[1])
    tokenizer = Tokenizer.from_file(str(path))
    added = {token["id"]: token for token in json.loads(path.read_text())["added_tokens"]}
    alphabet = byte_of_character()

    def raw(i):
        if i in added:
            return added[i]["content"].encode()
        return bytes(alphabet[c] for c in tokenizer.id_to_token(i))

    single = {raw(i)[0]: i for i in range(256)}  # the first 256 entries are the bytes
    assert len(single) == 256
    rng = random.Random(9)
    lists = [tokenizer.encode(text, add_special_tokens=False).ids for text in TEXTS]
    lists += [[single[b] for b in text.encode()] for text in TEXTS]
    # Invalid bytes: each way a sequence can go wrong, then noise.
    for bad in ["80", "c0af", "c3", "c328", "e2", "e282", "e28228", "e0809f", "eda080", "f0", "f09f", "f09f98", "f09f9841", "f4908080",
                "f5", "ff", "f09f98e29882", "e2e282e282ac", "f0f0f09f9982", "c3a9c3"]:
        lists.append([single[b] for b in bytes.fromhex(bad)])
    lists.append([single[0xF0], single[0x9F], 151645, single[0x99], single[0x82], 151667, single[0xE2]])
    for _ in range(60):
        lists.append([rng.choice(
            [single[rng.randrange(256)], single[rng.choice([0xC3, 0xE2, 0xF0, 0x9F, 0x98, 0x80, 0xA0, 0xED])], rng.randrange(151643),
             rng.randrange(151643, 151669)]) for _ in range(rng.randrange(1, 24))])

    cases = [{"ids": ids, "text": tokenizer.decode(ids, skip_special_tokens=True)} for ids in lists]
    used = sorted({i for ids in lists for i in ids})
    document = {
        "tokens": {str(i): raw(i).hex() for i in used},
        "special": [i for i in used if i in added and added[i]["special"]],
        "cases": cases,
    }
    OUT.write_text(json.dumps(document, ensure_ascii=True, separators=(",", ":")) + "\n")
    print(f"{len(cases)} cases, {len(used)} tokens, {OUT.stat().st_size} bytes")


if __name__ == "__main__":
    main()
