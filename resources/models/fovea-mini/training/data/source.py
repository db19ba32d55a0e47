"""Where fonts, words and photographs come from: Debian's packages, or a folder unpacked from what gather.py packed.

FOVEA_TRAINING_DATA names that folder, for machines without those packages.
"""
import os
import pydoc_data.topics
from pathlib import Path

FOLDER = os.environ.get("FOVEA_TRAINING_DATA")

if FOLDER:
    FONT_ROOTS = (Path(FOLDER) / "fonts/truetype", Path(FOLDER) / "fonts/opentype")
    DICTIONARY = Path(FOLDER) / "words"
    LICENCES = Path(FOLDER) / "common-licenses"
    PHOTOGRAPHS = Path(FOLDER) / "backgrounds"
    CUTOUTS = Path(FOLDER) / "stamps"
else:
    FONT_ROOTS = (Path("/usr/share/fonts/truetype"), Path("/usr/share/fonts/opentype"))
    DICTIONARY = Path("/usr/share/dict/words")
    LICENCES = Path("/usr/share/common-licenses")
    PHOTOGRAPHS = Path("/usr/share/backgrounds")
    CUTOUTS = Path("/usr/share/tuxpaint/stamps")


def manual() -> list[str]:
    """Python's own manual, topic by topic; the gathered copy where there is one, as it changes with Python."""
    if FOLDER:
        return (Path(FOLDER) / "manual").read_text(encoding="utf-8").split("\f")
    return [text for _, text in sorted(pydoc_data.topics.topics.items())]
