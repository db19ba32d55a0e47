"""Writes evaluation's pictures, clips and questions for `fovea bench accuracy`, which asks them in the program's own engine.

python export_cases.py FOLDER [--cases N] [--reference REFERENCE]

FOLDER/made.json: N cases a kind on made pictures in held-out fonts; FOLDER/samples.json: the sample pictures; FOLDER/real.json:
the questions about real pictures, where REFERENCE is named (see evaluate_real.py). Then, with report.py to gather the answers:
fovea bench accuracy FOLDER/made.json --json > FOLDER/made.answers.json
"""
import argparse
import json
from pathlib import Path

import cv2

from batch import BOX
from cases import SETS, Case, drawn, samples
from evaluate_real import QUESTIONS, picture


def write_clip(path: Path, case: Case):
    """Every frame as JPEG in an AVI file, which needs no codec that a machine may lack."""
    height, width = case.clip[0].shape[:2]
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"MJPG"), case.rate, (width, height))
    if not writer.isOpened():
        raise SystemExit(f"{path}: OpenCV can't write clips here")
    for frame in case.clip:
        writer.write(cv2.cvtColor(frame, cv2.COLOR_RGB2BGR))
    writer.release()


def entry(folder: Path, stem: str, case: Case, kind: str) -> dict:
    """A case as the program reads it, its pictures and its clip written beside."""
    listed = {"question": case.question, "answer": case.answer, "kind": kind}
    if case.clip:
        write_clip(folder / f"{stem}.avi", case)
        listed["clip"] = f"{stem}.avi"
    else:
        files = [f"{stem}.png"] if len(case.pictures) == 1 else [f"{stem}-{i + 1}.png" for i in range(len(case.pictures))]
        for file, image in zip(files, case.pictures):
            image.save(folder / file)
        listed |= {"file": files[0]} if len(files) == 1 else {"files": files}
    if case.earlier:
        listed["earlier"] = [list(turn) for turn in case.earlier]
    if BOX in case.answer:
        listed["verdict"] = "box"
    return listed


def write(folder: Path, name: str, cases):
    """NAME.json and the files that it names, of pairs of case and kind."""
    listed = [entry(folder, f"{name}-{number:04d}", case, kind) for number, (case, kind) in enumerate(cases)]
    (folder / f"{name}.json").write_text(json.dumps(listed, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{folder / name}.json: {len(listed)} cases")


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--cases", type=int, default=200, help="of each kind")
    arguments.add_argument("--reference", type=Path, help="the folder with the real pictures")
    options = arguments.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    write(options.folder, "made", ((case, name) for name, *_ in SETS for case in drawn(name, options.cases)))
    write(options.folder, "samples", ((case, "samples") for _, case in samples()))
    if options.reference:
        real = json.loads(QUESTIONS.read_text(encoding="utf-8"))
        write(options.folder, "real", ((Case(c["question"], c["answer"], [picture(c, options.reference)]), "real") for c in real))


if __name__ == "__main__":
    main()
