"""Greedy answers of an exported folder to the questions about real pictures (../evaluation).

python evaluate_real.py FOLDER [--reference REFERENCE] [--report REPORT.json]

REFERENCE (or FOVEA_REFERENCE) is the folder whose images/ holds the pictures; the PDFs are Debian's.
"""
import argparse
import json
import os
from functools import lru_cache
from pathlib import Path

import pypdfium2
import torch
from PIL import Image

from cases import Case
from evaluate import Answerer
from verdict import distance

QUESTIONS = Path(__file__).resolve().parents[1] / "evaluation/real_questions.json"
DOCUMENTS = Path("/usr/share")


@lru_cache(4)
def page(file: str, number: int, dpi: int) -> Image.Image:
    return pypdfium2.PdfDocument(DOCUMENTS / file)[number - 1].render(scale=dpi / 72).to_pil()


def picture(case: dict, reference: Path) -> Image.Image:
    if "page" in case:
        whole = page(case["file"], case["page"], case["dpi"])
    else:
        whole = Image.open(reference / "images" / case["file"])
    return whole.convert("RGB").crop(case["box"])


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folder")
    arguments.add_argument("--reference", type=Path, default=os.environ.get("FOVEA_REFERENCE"))
    arguments.add_argument("--report", type=Path)
    options = arguments.parse_args()
    if not options.reference:
        arguments.error("name the folder with the pictures: --reference or FOVEA_REFERENCE")
    torch.set_num_threads(1)
    answer, answered, errors, characters = Answerer(options.folder), [], 0, 0
    for case in json.loads(QUESTIONS.read_text(encoding="utf-8")):
        given = answer(Case(case["question"], case["answer"], [picture(case, Path(options.reference))]))
        right = given == case["answer"]
        answered.append({**case, "given": given, "true": right})
        if case["question"] == "Read the text.":
            errors, characters = errors + distance(given, case["answer"]), characters + len(case["answer"])
        print("true " if right else "FALSE", case["file"], case["question"], repr(case["answer"]), repr(given), flush=True)
    figures = {"true": sum(case["true"] for case in answered), "asked": len(answered),
               "character error, read all": round(errors / characters, 3)}
    print(json.dumps(figures))
    if options.report:
        text = json.dumps({**figures, "answers": answered}, indent=1, ensure_ascii=False)
        options.report.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
