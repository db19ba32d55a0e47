#!/usr/bin/env python3
"""Prove that whatever core says to the window's users can be said in Chinese.

    core_words_test.py ROOT

Every sentence of an Error in core, the window's services and the window itself (sentences.py finds them) is in
resources/translations/core_zh_CN.json, in order and with the same places, but for those of LEFT_IN_ENGLISH. Each of those is still needed, and
every sentence of the table still stands in a source.
"""
import json
import re
import sys
from pathlib import Path

from sentences import literals, sentences

root = Path(sys.argv[1])
SAID = ["core", "app/window", "ui"]
LEFT_IN_ENGLISH = {
    "the window has no button that leads there": [
        "core/fleet/", "core/hub/pull/", "core/hub/model_removal", "core/hub/model_import", "core/hub/model_quantization",
        "core/hub/published_models", "core/hub/model_catalog", "core/hub/download_record", "core/hub/digest", "core/hub/model_verification",
        "core/model/quantize_checkpoint", "core/model/integer_file", "core/bench/run_recorder", "core/cost/measurement"],
    "the window's controls keep to the range that is checked": [
        "core/api/request_check", "core/output/structured/", "core/input/prompt_json", "core/cost/queue_simulation"],
    "names what is wrong inside a file, in the words of its format, within a sentence that is translated": [
        "core/model/json_reader", "core/model/quantization_scheme", "core/model/prequantized", "core/input/text/pattern_translation",
        "core/input/text/pipeline_config", "core/input/text/tokenizer_file", "core/input/text/split_pattern",
        "core/input/text/template/(?!chat_template)"],
    "a finding of a run that was measured, which is kept and exported in the words of the command line": [
        "core/bench/(?!queue/measured_speed|report/)"],
}
left = [pattern for patterns in LEFT_IN_ENGLISH.values() for pattern in patterns]

files = {str(file.relative_to(root)): file.read_text() for folder in SAID for file in sorted((root / folder).rglob("*"))
         if file.suffix in (".cpp", ".h")}
chinese = json.loads((root / "resources/translations/core_zh_CN.json").read_text())
order = [(re.sub("^[^A-Za-z]+", "", sentence).lower(), sentence) for sentence in chinese]
problems = [f"out of order: {behind[1]}" for before, behind in zip(order, order[1:]) if behind < before]
needed = set()
found = sentences(files)
for sentence, said_in in sorted(found.items()):
    hidden = {pattern for name in said_in for pattern in left if re.match(pattern, name)}
    needed |= hidden
    if sentence not in chinese and not all(any(re.match(pattern, name) for pattern in left) for name in said_in):
        problems.append(f"no Chinese for: {sentence}   ({sorted(said_in)[0]})")
problems += [f"left in English, and nothing is said there: {pattern}" for pattern in left if pattern not in needed]
written = literals(files)
for sentence, words in chinese.items():
    if sentence not in found and not all(piece in written for piece in re.split(r"%\d", sentence)):
        problems.append(f"said no more: {sentence}")
    if sorted(re.findall(r"%\d", sentence)) != sorted(re.findall(r"%\d", words)):
        problems.append(f"other places: {sentence}")
print(*problems, sep="\n")
print(f"{len(chinese)} sentences")
sys.exit(bool(problems))
