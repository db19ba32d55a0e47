"""Writes evaluation's pictures and questions for `fovea bench accuracy`, which asks them in the program's own engine.

python export_cases.py FOLDER [--cases N] [--reference REFERENCE]

FOLDER/made.json: N cases a kind on made pictures in held-out fonts; FOLDER/samples.json: the sample pictures; FOLDER/real.json:
the questions about real pictures, where REFERENCE is named (see evaluate_real.py). Then, with report.py to gather the answers:
fovea bench accuracy FOLDER/made.json --json > FOLDER/made.answers.json
"""
import argparse
import json
from pathlib import Path

from PIL import Image

from evaluate import SAMPLES, SETS, drawn
from evaluate_real import QUESTIONS, picture


def write(folder: Path, name: str, cases):
    """Pictures as PNG files beside NAME.json; `cases` gives (picture, question, true answer, kind)."""
    listed = []
    for number, (image, question, answer, kind) in enumerate(cases):
        file = f"{name}-{number:04d}.png"
        image.save(folder / file)
        listed.append({"file": file, "question": question, "answer": answer, "kind": kind})
    (folder / f"{name}.json").write_text(json.dumps(listed, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{folder / name}.json: {len(listed)} cases")


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--cases", type=int, default=200, help="of each kind")
    arguments.add_argument("--reference", type=Path, help="the folder with the real pictures")
    options = arguments.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    write(options.folder, "made", ((*case, name) for name, *_ in SETS for case in drawn(name, options.cases)))
    asked = json.loads((SAMPLES / "questions.json").read_text(encoding="utf-8"))
    write(options.folder, "samples", ((Image.open(SAMPLES / c["file"]), c["question"], c["answer"], "samples") for c in asked))
    if options.reference:
        real = json.loads(QUESTIONS.read_text(encoding="utf-8"))
        write(options.folder, "real", ((picture(c, options.reference), c["question"], c["answer"], "real") for c in real))


if __name__ == "__main__":
    main()
