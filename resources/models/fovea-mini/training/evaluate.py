"""Greedy answers of an exported folder on made pictures in held-out fonts, and on the sample pictures.

python evaluate.py FOLDER [--cases N] [--only NAME,...] [--report REPORT.json] [--show N]

Runs through transformers' processor and generate, in fp32: what any program that loads the folder will get.
"""
import argparse
import json
import random
from collections import defaultdict
from pathlib import Path

import torch
from PIL import Image
from transformers import AutoModelForImageTextToText, AutoProcessor

from data.fonts import held_out_fonts
from data.grids import draw_grid
from data.kinds import sample
from data.questions import READ_ALL

SAMPLES = Path(__file__).resolve().parents[3] / "samples"
SEED = 20
# name, kind, shape, longest text asked for (characters)
SETS = (("short lines", "short", "line", 8), ("lines", "line", "line", 20), ("notices", "notice", "page", 200),
        ("forms", "form", "page", 200), ("receipts", "receipt", "page", 200), ("shapes", "shapes", "page", 200),
        ("shapes told apart", "lookup", "page", 200), ("groups of shapes", "counts", "page", 200),
        ("paragraphs", "paragraph", "page", 200), ("tables", "table", "page", 200), ("charts", "chart", "page", 200),
        ("screens", "screen", "page", 200), ("forms as JSON", "fields", "page", 300),
        ("photographed pages", "photo", "page", 200), ("scenes to refuse", "scene", "page", 200),
        ("photographs to refuse", "photograph", "page", 200))
LENGTHS = (0, 5, 10, 15, 20, 40, 80)  # characters of the true answer, from each up to the next


def distance(a: str, b: str) -> int:
    """Levenshtein distance in characters."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a):
        corner, row[0] = row[0], i + 1
        for j, y in enumerate(b):
            corner, row[j + 1] = row[j + 1], min(row[j + 1] + 1, row[j] + 1, corner + (x != y))
    return row[-1]


class Answerer:
    def __init__(self, folder: str, dtype=torch.float32):
        self.model = AutoModelForImageTextToText.from_pretrained(folder, dtype=dtype).eval()
        self.processor = AutoProcessor.from_pretrained(folder)

    @torch.no_grad()
    def __call__(self, picture: Image.Image, question: str, limit: int = 160) -> str:
        chat = [{"role": "user", "content": [{"type": "image", "image": picture}, {"type": "text", "text": question}]}]
        inputs = self.processor.apply_chat_template(chat, add_generation_prompt=True, tokenize=True, return_dict=True,
                                                    return_tensors="pt").to(self.model.dtype)
        ids = self.model.generate(**inputs, max_new_tokens=limit)[0, inputs["input_ids"].shape[1]:]
        return self.processor.decode(ids, skip_special_tokens=True)


def group(question: str, answer: str) -> str:
    """The sort of question, for figures by sort."""
    if question in READ_ALL:
        return "read all"
    if answer in ("Yes", "No"):
        return "yes or no"
    if question.startswith(("How many", "Count")):
        return "count"
    if "color" in question:
        return "color"
    if "title" in question or "heading" in question:
        return "title"
    if question.startswith(("Describe", "What do you see", "What is in the picture")):
        return "describe"
    if question.startswith(("What kind", "What type", "What is this")):
        return "kind"
    return "other"


def measure(cases: list[tuple[str, str, str]]) -> dict:
    """Figures of (question, true answer, given answer): share exact, character error, by sort and by length."""
    by = defaultdict(list)
    errors = characters = 0
    for question, truth, given in cases:
        by[group(question, truth)].append(truth == given)
        by[f"length {max(n for n in LENGTHS if n <= len(truth)):02d}+"].append(truth == given)
        if group(question, truth) == "read all":
            errors += distance(given, truth)
            characters += len(truth)
    exact = sum(truth == given for _, truth, given in cases) / len(cases)
    figures = {"cases": len(cases), "exact": round(exact, 3)}
    if characters:
        figures["character error, read all"] = round(errors / characters, 3)
    figures["by"] = {name: [round(sum(v) / len(v), 3), len(v)] for name, v in sorted(by.items()) if len(v) >= 5}
    return figures


def drawn(name: str, cases: int):
    """The first cases of a set as (picture, question, true answer); the same ones each time."""
    kind, shape, longest = next(s[1:] for s in SETS if s[0] == name)
    rng, count = random.Random(f"{SEED}/{name}"), 0
    while count < cases:
        try:
            made = sample(rng, kind, draw_grid(rng, shape), held_out_fonts(), held_out=True)
        except ValueError:  # no chart fits a strip of a page
            continue
        question, truth = rng.choice(made.conversations)[0]
        if len(truth) <= longest:
            count += 1
            yield Image.fromarray(made.picture), question, truth


def made_pictures(answer: Answerer, cases: int, show: int, only: list[str]) -> dict:
    report = {}
    for name, *_ in SETS:
        if only and name not in only:
            continue
        asked = [(question, truth, answer(picture, question)) for picture, question, truth in drawn(name, cases)]
        report[name] = measure(asked)
        print(name, json.dumps(report[name]), flush=True)
        for case in asked[:show]:
            print("   ", case)
    return report


def sample_pictures(answer: Answerer) -> list[dict]:
    answered = []
    for case in json.loads((SAMPLES / "questions.json").read_text(encoding="utf-8")):
        given = answer(Image.open(SAMPLES / case["file"]).convert("RGB"), case["question"])
        answered.append({**case, "given": given, "true": given == case["answer"]})
        print("true " if given == case["answer"] else "FALSE", case["file"], case["question"], repr(given), flush=True)
    return answered


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folder")
    arguments.add_argument("--cases", type=int, default=200, help="of each kind; 0 asks about the samples only")
    arguments.add_argument("--show", type=int, default=0, help="answers of each kind to print")
    arguments.add_argument("--only", help="names of kinds, with commas between: " + ", ".join(s[0] for s in SETS))
    arguments.add_argument("--report", type=Path)
    options = arguments.parse_args()
    torch.set_num_threads(1)
    answer = Answerer(options.folder)
    samples = sample_pictures(answer)
    made = made_pictures(answer, options.cases, options.show, options.only.split(",") if options.only else []) if options.cases else {}
    if options.report:
        content = {"fonts": "held out", "decoding": "greedy", "dtype": "float32", "made pictures": made,
                   "sample pictures": {"true": sum(s["true"] for s in samples), "asked": len(samples),
                                       "answers": samples}}
        options.report.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
