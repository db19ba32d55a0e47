#!/usr/bin/env python3
"""Prove that resources/translations holds every text of the window, translated, with the same placeholders.

    translations_test.py ROOT
"""
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as tree
from pathlib import Path

root = Path(sys.argv[1])
problems = []
with tempfile.TemporaryDirectory() as folder:
    copy = Path(folder) / "fovea_zh_CN.ts"
    copy.write_bytes((root / "resources/translations/fovea_zh_CN.ts").read_bytes())
    subprocess.run([root / "packaging/update-translations.sh", copy], check=True)
    for message in tree.parse(copy).iter("message"):
        source, translation = message.find("source").text, message.find("translation")
        if translation.get("type") or not translation.text:
            problems.append(f"not translated: {source}")
        elif sorted(re.findall(r"%\d", source)) != sorted(re.findall(r"%\d", translation.text)):
            problems.append(f"other placeholders: {source}")
print(*problems, sep="\n")
sys.exit(bool(problems))
