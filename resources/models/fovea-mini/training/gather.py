"""Packs the fonts, texts and photographs that the generator uses, for machines that lack Debian's packages.

python gather.py DATA.tar.gz
On the other machine: mkdir data && tar -xf DATA.tar.gz -C data, then FOVEA_TRAINING_DATA=data python train.py ...
"""
import argparse
import io
import tarfile
from pathlib import Path

from data import source
from data.fonts import usable
from data.photographs import all_cutouts, all_photographs


def gather(archive: Path) -> int:
    """Writes `archive`; returns the number of fonts in it."""
    fonts = [Path(path) for path in usable()]
    with tarfile.open(archive, "w:gz") as packed:
        for path in fonts:
            root = next(root for root in source.FONT_ROOTS if path.is_relative_to(root))
            packed.add(path.resolve(), Path("fonts") / root.name / path.relative_to(root))
        packed.add(source.DICTIONARY.resolve(), "words")
        for path in sorted(source.LICENCES.iterdir()):
            packed.add(path.resolve(), Path("common-licenses") / path.name)
        for root, paths in ((source.PHOTOGRAPHS, all_photographs()), (source.CUTOUTS, all_cutouts())):
            for path in map(Path, paths):
                packed.add(path.resolve(), Path(root.name) / path.relative_to(root))
        manual = "\f".join(source.manual()).encode("utf-8")
        entry = tarfile.TarInfo("manual")
        entry.size = len(manual)
        packed.addfile(entry, io.BytesIO(manual))
    return len(fonts)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("archive", type=Path)
    options = arguments.parse_args()
    if source.FOLDER:
        raise SystemExit("FOVEA_TRAINING_DATA is set: gather on a machine that has Debian's packages")
    count = gather(options.archive)
    print(f"{count} fonts, the texts and the photographs, {options.archive.stat().st_size / 1e6:.0f} MB")


if __name__ == "__main__":
    main()
