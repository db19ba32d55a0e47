#!/usr/bin/env python3
"""Compare a program's answers with a golden: ids, and whatever else the answers tell.

    compare.py GOLDEN.json ACTUAL.json [--complete] [--logits-tolerance 1e-4]

ACTUAL.json is a list of {"case", "prompt_ids", "ids"} with, optionally, "first_logits_at", "image_grids", "video_grids",
"image_patches_sha256", "video_patches_sha256", "frames_indices", "positions_sha256" and "rope_delta" (README.md says
what each is). What is told is compared, all of it exactly but the logits: they may differ by the tolerance times the
golden's standard deviation. --complete demands that everything is told. Exit status 1 if any case fails or is missing.
Needs the standard library alone.
"""
import argparse
import json
import sys
from pathlib import Path

from golden_format import read_golden


def parting(want, got):
    """The first index at which two lists differ (the shorter one's end counts); None if they are equal."""
    if want == got:
        return None
    return next((i for i, (a, b) in enumerate(zip(want, got)) if a != b), min(len(want), len(got)))


def list_difference(kind, want, got, margins=()):
    """Where two lists of ids part, in words; None if they are equal."""
    if (at := parting(want, got)) is None:
        return None
    expected, found = (f"{side[at]}" if at < len(side) else "the end" for side in (want, got))
    near = f" (the reference's margin there: {margins[at]} of the logits' deviation)" if at < len(margins) else ""
    return f"{kind} part at {at} of {len(want)}: expected {expected}, got {found}{near}"


def logits_distance(golden, actual):
    """The largest difference of the sampled first logits in standard deviations of the golden's; nan counts as infinite."""
    want = golden["first_logits"]
    got = actual["first_logits_at"]
    if len(got) != len(want["at"]):
        return float("inf")
    far = [abs(value - number) / want["std"] for (_, value), number in zip(want["at"], got)]
    return max(d if d == d else float("inf") for d in far)


def intermediates(golden):
    """The exact things a golden knows beside the ids, under the names of the program's answer."""
    yield "prompt_ids", golden["prompt_ids"]
    for kind in ("image", "video"):
        patches = golden.get(f"{kind}_patches", {})
        yield f"{kind}_grids", patches.get("grid_thw", [])
        yield f"{kind}_patches_sha256", patches.get("sha256_float32", "")
    yield "frames_indices", [v["frames_indices"] for v in golden.get("videos", [])]
    yield "positions_sha256", golden["mrope"]["sha256_int64"]
    yield "rope_delta", golden["mrope"].get("rope_delta", 0)


def problems(golden, actual, tolerance=1e-4, complete=False):
    """Everything in which one case's answer differs from its golden, each in a few words."""
    found = []
    for key, want in intermediates(golden):
        if key not in actual:
            if complete or key == "prompt_ids":
                found.append(f"{key} is not told")
        elif key == "prompt_ids":
            found.append(list_difference(key, want, actual[key]))
        elif actual[key] != want:
            found.append(f"{key}: expected {str(want)[:60]}, got {str(actual[key])[:60]}")
    if "first_logits_at" in actual:
        if not (distance := logits_distance(golden, actual)) <= tolerance:
            found.append(f"first logits are off by {distance:.2g} deviations")
    elif complete:
        found.append("first_logits_at is not told")
    found.append(list_difference("ids", golden["ids"], actual.get("ids", []), golden.get("margins", [])))
    return [f for f in found if f]


def compare(golden, actual, tolerance=1e-4, complete=False):
    """[(case name, its problems)] in the order of the golden."""
    by_name = {a["case"]: a for a in actual}
    return [(g["case"], problems(g, by_name[g["case"]], tolerance, complete) if g["case"] in by_name else ["missing"])
            for g in golden["cases"]]


def report(results):
    """Print one line a case and the sum; the number of failures."""
    for name, found in results:
        print(f"ok   {name}" if not found else f"FAIL {name}: " + "; ".join(found))
    failed = sum(bool(found) for _, found in results)
    print(f"{len(results) - failed} passed, {failed} failed")
    return failed


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("golden")
    parser.add_argument("actual")
    parser.add_argument("--complete", action="store_true")
    parser.add_argument("--logits-tolerance", type=float, default=1e-4)
    args = parser.parse_args()
    actual = json.loads(Path(args.actual).read_text(encoding="utf-8"))
    sys.exit(bool(report(compare(read_golden(args.golden), actual, args.logits_tolerance, args.complete))))


if __name__ == "__main__":
    main()
