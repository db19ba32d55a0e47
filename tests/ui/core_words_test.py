#!/usr/bin/env python3
"""Prove that whatever core says to the window's users can be said in Chinese.

    core_words_test.py ROOT

Every sentence of an Error in core, the window's services and the window itself (sentences.py finds them) is in
resources/translations/core_zh_CN.json, in order and with the same places, but for those of LEFT_IN_ENGLISH. Each of those is still needed, and
every sentence of the table still stands in a source. So are the questions of the samples, the findings of runs, how their figures are made and what stands over
their tables; and every figure has a name of its own in the window.
"""
import json
import re
import sys
from pathlib import Path

from sentences import costs, figures, literals, sentences, tables, template, tokens

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
}
left = [pattern for patterns in LEFT_IN_ENGLISH.values() for pattern in patterns]

files = {str(file.relative_to(root)): file.read_text() for folder in SAID for file in sorted((root / folder).rglob("*"))
         if file.suffix in (".cpp", ".h")}
chinese = json.loads((root / "resources/translations/core_zh_CN.json").read_text())
order = [(re.sub("^[^A-Za-z]+", "", sentence).lower(), sentence) for sentence in chinese]
problems = [f"out of order: {behind[1]}" for before, behind in zip(order, order[1:]) if behind < before]
needed = set()
found = sentences(files)
opening = "app/window/open_window.cpp"
for question in re.findall(r'\{"\w+\.png",\s*"([^"]+)"\}', files[opening]):
    found.setdefault(question, set()).add(opening)
for name in [name for name in files if name.startswith("core/cost/")]:
    for text in costs(tokens(files[name])):
        found.setdefault(template(text), set()).add(name)
words = files["ui/bench/bench_words.cpp"]
named = set(re.findall(r'QStringLiteral\("([a-z0-9_]+)"\), tr\(', words[words.index("QString figure_words"):words.index("QString unit_words")]))
measuring = {str(file.relative_to(root)): file.read_text() for file in sorted((root / "app/cli/bench").rglob("*.cpp"))}
files |= measuring
for name in [name for name in files if name.startswith(("core/bench/", "app/cli/bench/"))]:
    code = tokens(files[name])
    for text in [*figures(code, named | {"_ms"}), *tables(code)]:
        if re.search("[a-z]{2}", text):
            found.setdefault(template(text), set()).add(name)
    for figure in re.findall(r'"([a-z0-9]+(?:_[a-z0-9]+)+)",\s*"[^"\n]{0,12}",\s*"[^"\n]* [^"\n]*"|(?:latency|quotient)\("([a-z0-9_]+)",', files[name]):
        figure = "".join(figure)
        if figure not in named:
            problems.append(f"a figure without a name in the window: {figure}   ({name})")
for sentence, said_in in sorted(found.items()):
    hidden = {pattern for name in said_in for pattern in left if re.match(pattern, name)}
    needed |= hidden
    if sentence not in chinese and not all(any(re.match(pattern, name) for pattern in left) for name in said_in):
        problems.append(f"no Chinese for: {sentence}   ({sorted(said_in)[0]})")
problems += [f"left in English, and nothing is said there: {pattern}" for pattern in left if pattern not in needed]
written = literals(files)
for sentence, said in chinese.items():
    if sentence not in found and not all(piece in written for piece in re.split(r"%\d", sentence)):
        problems.append(f"said no more: {sentence}")
    if sorted(re.findall(r"%\d", sentence)) != sorted(re.findall(r"%\d", said)):
        problems.append(f"other places: {sentence}")
print(*problems, sep="\n")
print(f"{len(chinese)} sentences")
sys.exit(bool(problems))
