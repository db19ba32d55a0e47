"""Whether an answer is right, and figures of many answers."""
import re
from collections import defaultdict

from batch import BOX
from data.places import Box
from data.questions import READ_ALL

LENGTHS = (0, 5, 10, 15, 20, 40, 80)  # characters of the true answer, from each up to the next
OVERLAP = 0.5  # IoU from which a box counts as found
NUMBERS = re.compile(BOX + r"\s*:\s*\[([^\[\]]{1,120})\]")
Answered = tuple[str, str, str]  # question, true answer, given answer


def distance(a: str, b: str) -> int:
    """Levenshtein distance in characters."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a):
        corner, row[0] = row[0], i + 1
        for j, y in enumerate(b):
            corner, row[j + 1] = row[j + 1], min(row[j + 1] + 1, row[j] + 1, corner + (x != y))
    return row[-1]


def boxes(text: str) -> list[Box]:
    """The boxes that an answer gives; those without an area, or outside of 0 to 1000, are none."""
    found = []
    for match in NUMBERS.finditer(text):
        try:
            box = tuple(float(part) for part in match[1].split(","))
        except ValueError:
            continue
        if len(box) == 4 and 0 <= box[0] < box[2] <= 1000 and 0 <= box[1] < box[3] <= 1000:
            found.append(box)
    return found


def overlap(a: Box, b: Box) -> float:
    """Area of both over area of either (IoU)."""
    across, down = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    both = max(0.0, across) * max(0.0, down)
    return both / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - both)


def overlaps(truth: str, given: str) -> list[float]:
    """The IoU of each true box with a given one of its own, the best pairs first; 0 where none is left."""
    true, told = boxes(truth), boxes(given)
    pairs = sorted(((overlap(a, b), i, j) for i, a in enumerate(true) for j, b in enumerate(told)), reverse=True)
    found, used = {}, set()
    for value, i, j in pairs:
        if i not in found and j not in used:
            found[i] = value
            used.add(j)
    return [found.get(i, 0.0) for i in range(len(true))]


def right(truth: str, given: str) -> bool:
    """Equal; or, where the truth is boxes, as many of them, each with its own of enough overlap."""
    if BOX not in truth:
        return truth == given
    return len(boxes(given)) == len(boxes(truth)) and min(overlaps(truth, given)) >= OVERLAP


def group(question: str, answer: str) -> str:
    """The sort of question, for figures by sort."""
    if BOX in answer:
        return "box"
    if question in READ_ALL:
        return "read all"
    if answer in ("Yes", "No"):
        return "yes or no"
    if answer.startswith("There is no "):
        return "not there"
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


def measure(cases: list[Answered]) -> dict:
    """Share right, character error, mean IoU of boxes; shares by sort of question and by length of the true answer."""
    by = defaultdict(list)
    errors = characters = 0
    found = []
    for question, truth, given in cases:
        sort, true = group(question, truth), right(truth, given)
        by[sort].append(true)
        by[f"length {max(n for n in LENGTHS if n <= len(truth)):02d}+"].append(true)
        if sort == "box":
            found += overlaps(truth, given)
        if sort == "read all":
            errors += distance(given, truth)
            characters += len(truth)
    exact = sum(right(truth, given) for _, truth, given in cases) / len(cases)
    figures = {"cases": len(cases), "exact": round(exact, 3)}
    if characters:
        figures["character error, read all"] = round(errors / characters, 3)
    if found:
        figures["mean IoU"] = round(sum(found) / len(found), 3)
    figures["by"] = {name: [round(sum(v) / len(v), 3), len(v)] for name, v in sorted(by.items()) if len(v) >= 5}
    return figures
