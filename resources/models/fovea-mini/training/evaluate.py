"""Greedy answers of an exported folder on made pictures in held-out fonts, and on the sample pictures.

python evaluate.py FOLDER [--cases N] [--only NAME,...] [--report REPORT.json] [--show N]

Runs through transformers' processor and generate, in fp32: what any program that loads the folder will get.
"""
import argparse
import json
from pathlib import Path

import numpy as np
import torch
from transformers import AutoModelForImageTextToText, AutoProcessor

from cases import SETS, Case, drawn, samples
from verdict import measure


class Answerer:
    def __init__(self, folder: str, dtype=torch.float32):
        self.model = AutoModelForImageTextToText.from_pretrained(folder, dtype=dtype).eval()
        self.processor = AutoProcessor.from_pretrained(folder)

    @torch.no_grad()
    def __call__(self, case: Case, limit: int = 160) -> str:
        inputs = self.inputs(case).to(self.model.dtype)
        ids = self.model.generate(**inputs, max_new_tokens=limit)[0, inputs["input_ids"].shape[1]:]
        return self.processor.decode(ids, skip_special_tokens=True)

    def inputs(self, case: Case):
        turns = [(role, text) for turn in case.earlier for role, text in zip(("user", "assistant"), turn)]
        chat = [{"role": role, "content": [{"type": "text", "text": text}]} for role, text in [*turns, ("user", case.question)]]
        shown = [{"type": "video"}] if case.clip else [{"type": "image"}] * len(case.pictures)
        chat[0]["content"] = shown + chat[0]["content"]
        text = self.processor.apply_chat_template(chat, add_generation_prompt=True)
        if not case.clip:
            return self.processor(text=[text], images=case.pictures, return_tensors="pt")
        frames, count = torch.from_numpy(np.stack(case.clip)).permute(0, 3, 1, 2), len(case.clip)
        seen = {"total_num_frames": count, "fps": case.rate, "duration": count / case.rate}
        return self.processor(text=[text], videos=[frames], video_metadata=[seen], return_tensors="pt")


def made_pictures(answer: Answerer, cases: int, show: int, only: list[str]) -> dict:
    report = {}
    for name, *_ in SETS:
        if only and name not in only:
            continue
        asked = [(case.question, case.answer, answer(case)) for case in drawn(name, cases)]
        report[name] = measure(asked)
        print(name, json.dumps(report[name]), flush=True)
        for case in asked[:show]:
            print("   ", case)
    return report


def sample_pictures(answer: Answerer) -> list[dict]:
    answered = []
    for listed, case in samples():
        given = answer(case)
        answered.append({**listed, "given": given, "true": given == case.answer})
        print("true " if given == case.answer else "FALSE", listed["file"], case.question, repr(given), flush=True)
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
    asked = sample_pictures(answer)
    made = made_pictures(answer, options.cases, options.show, options.only.split(",") if options.only else []) if options.cases else {}
    if options.report:
        content = {"fonts": "held out", "decoding": "greedy", "dtype": "float32", "made pictures": made,
                   "sample pictures": {"true": sum(s["true"] for s in asked), "asked": len(asked), "answers": asked}}
        options.report.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
