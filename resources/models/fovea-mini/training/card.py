"""Writes the tables of the model card (../README.md) anew from a report: python card.py [REPORT.json]

The report is evaluate.py's, with evaluate_real.py's under "real pictures". Each table stands in the card between
<!-- NAME --> and <!-- end NAME -->.
"""
import json
import re
import sys
from pathlib import Path

CARD = Path(__file__).resolve().parents[1] / "README.md"
EVERY = 3  # of the questions about real pictures, so many apart, are shown


def row(*cells) -> str:
    return "| " + " | ".join(str(cell).replace("|", "\\|").replace("\n", " ⏎ ") for cell in cells) + " |"


def table(heads: list[str], rows: list[str]) -> str:
    return "\n".join([row(*heads), "|" + "---|" * len(heads), *rows])


def figures(report: dict) -> str:
    rows = []
    for kind, one in report["made pictures"].items():
        error, overlap = one.get("character error, read all"), one.get("mean IoU")
        rows.append(row(kind, f"{one['exact']:.2f}", "–" if error is None else f"{error:.3f}",
                        "–" if overlap is None else f"{overlap:.2f}", one["cases"]))
    mean = sum(one["exact"] for one in report["made pictures"].values()) / len(report["made pictures"])
    return table(["kind", "right", "character error, whole text", "mean IoU of boxes", "cases"],
                 [*rows, row("mean", f"{mean:.2f}", "", "", "")])


def answer(case: dict) -> str:
    return case["given"] if case["true"] else f"{case['given']} — **wrong**: {case['answer']}"


def samples(report: dict) -> str:
    return table(["picture", "question", "answer"],
                 [row(c["file"], c["question"], answer(c)) for c in report["sample pictures"]["answers"]])


def place(case: dict) -> str:
    page = f" page {case['page']}" if "page" in case else ""
    return f"{case['file'].rsplit('/', 1)[-1]}{page}, {'–'.join(map(str, case['box'][:2]))} to {'–'.join(map(str, case['box'][2:]))}"


def real(report: dict) -> str:
    return table(["picture and box", "question", "answer"],
                 [row(place(c), c["question"], answer(c)) for c in report["real pictures"]["answers"][::EVERY]])


def main():
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("report.json")
    report, card = json.loads(path.read_text(encoding="utf-8")), CARD.read_text(encoding="utf-8")
    for name, made in (("figures", figures(report)), ("samples", samples(report)), ("real", real(report))):
        begin, end = f"<!-- {name} -->", f"<!-- end {name} -->"
        card, count = re.subn(f"{begin}.*?{end}", lambda _: f"{begin}\n{made}\n{end}", card, flags=re.DOTALL)
        if count != 1:
            raise SystemExit(f"{CARD} lacks the place for {name}")
    CARD.write_text(card, encoding="utf-8")


main()
