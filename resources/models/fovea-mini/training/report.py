"""Gathers what `fovea bench accuracy` answered into a report for card.py, in the form of evaluate.py's.

python report.py FOLDER [REPORT.json]

FOLDER is export_cases.py's, with made.answers.json, samples.answers.json and real.answers.json in it: the program's
output with --json for each of the three files of cases.
"""
import json
import sys
from pathlib import Path

from cases import SAMPLES, SETS
from evaluate_real import QUESTIONS
from verdict import distance, measure


def read(path: Path):
    return json.loads(path.read_text(encoding="utf-8"))


def answered(folder: Path, name: str) -> list[tuple[dict, str]]:
    """Each case with what was answered; both files list them in one order."""
    cases, told = read(folder / f"{name}.json"), read(folder / f"{name}.answers.json")["answers"]
    if [case["answer"] for case in cases] != [one["answer"] for one in told]:
        raise SystemExit(f"{name}.answers.json doesn't answer {name}.json")
    return [(case, one["given"]) for case, one in zip(cases, told)]


def judged(asked: list[dict], folder: Path, name: str) -> dict:
    cases = [{**case, "given": given, "true": given == case["answer"]}
             for case, (_, given) in zip(asked, answered(folder, name), strict=True)]
    return {"true": sum(case["true"] for case in cases), "asked": len(cases), "answers": cases}


def character_error(cases: list[dict]) -> float:
    readings = [case for case in cases if case["question"] == "Read the text."]
    errors = sum(distance(case["given"], case["answer"]) for case in readings)
    return round(errors / sum(len(case["answer"]) for case in readings), 3)


def main():
    folder = Path(sys.argv[1])
    path = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(__file__).with_name("report.json")
    made = answered(folder, "made")
    kinds = {name: measure([(case["question"], case["answer"], given) for case, given in made if case["kind"] == name])
             for name, *_ in SETS}
    real = judged(read(QUESTIONS), folder, "real")
    real = {"true": real["true"], "asked": real["asked"], "character error, read all": character_error(real["answers"]),
            "answers": real["answers"]}
    report = {"fonts": "held out", "decoding": "greedy", "dtype": "float32", "made pictures": kinds,
              "sample pictures": judged(read(SAMPLES / "questions.json"), folder, "samples"), "real pictures": real}
    path.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
