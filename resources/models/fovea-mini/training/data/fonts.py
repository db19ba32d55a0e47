"""Fonts of Debian's packages: which train, which are held out for evaluation, and their measures."""
import re
from functools import lru_cache
from pathlib import Path

from PIL import ImageFont

from data.source import FONT_ROOTS

# Folders of the packages that README.md lists; other fonts on the machine (those of ../../../samples among
# them) take no part, so that a run doesn't depend on what else is installed.
FOLDERS = set("""cabin cantarell comic-neue courier-prime ebgaramond linux-libertine play urw-base35 croscore
    crosextra dejavu firacode freefont gentium hack inconsolata jetbrains-mono lato liberation noto open-sans
    quicksand roboto vollkorn agave arapey averia-gwf b612 charis clear-sans dosis fantasque-sans fonts-oldstandard
    fonts-yrsa-rasa hermit inter junction jura karla league-mono league-spartan lindenhill manrope monoid mononoki
    national-park quattrocento sora stix yanone-kaffeesatz""".split())
HELD_OUT = ("Caladea", "Play", "Cabin", "OpenSans", "Cousine", "P052", "ComicNeue", "Vollkorn", "Cantarell")
# Symbols, scripts and hairlines that don't show Latin text legibly at 14 pixels.
UNFIT = ("D050000L", "StandardSymbols", "Z003", "DejaVuMath", "Hairline", "Thin", "ExtraLight", "Emoji", "_DR",
         "LinBiolinum_K", "STIXSize", "STIXNonUni", "STIXVar", "STIXInt", "STIXMath", "Variable", "Wide",
         "Extended", "Outline", "Ultra", "Black-Display", "Mono-Narrow", "Mono-Condensed", "Monoisome",
         "InterDisplay", "LinLibertine_I", "LinLibertine_RZI", "LinLibertine_M", "NimbusSansNarrow-Obl")
LATIN_NOTO = re.compile(
    r"Noto(Sans|Serif|SansMono|SerifDisplay|SansDisplay)-(Regular|Bold|Italic|Medium|SemiBold|Condensed)\.")


def usable() -> list[str]:
    found, names = [], set()
    for root in FONT_ROOTS:
        for path in sorted(root.rglob("*.[ot]tf")):
            name = path.name
            if FOLDERS.isdisjoint(path.parts) or any(part in name for part in UNFIT):
                continue
            if name.startswith("Noto") and not LATIN_NOTO.match(name):
                continue
            if path.stem not in names:  # some come as OpenType and as TrueType, or in several sizes
                names.add(path.stem)
                found.append(str(path))
    # By the path below "fonts", so that the order is the same on every machine.
    return sorted(found, key=lambda path: path.rsplit("/fonts/", 1)[-1])


@lru_cache(None)
def training_fonts() -> tuple[str, ...]:
    return tuple(path for path in usable() if not any(name in Path(path).name for name in HELD_OUT))


@lru_cache(None)
def held_out_fonts() -> tuple[str, ...]:
    return tuple(path for path in usable() if any(name in Path(path).name for name in HELD_OUT))


class Face:
    """A font file at a size in pixels, with cached advances."""

    def __init__(self, path: str, size: int):
        self.path, self.size = path, size
        self.font = ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)
        self.ascent, self.descent = self.font.getmetrics()
        self.advances: dict[str, float] = {}

    def advance(self, character: str) -> float:
        known = self.advances.get(character)
        if known is None:
            known = self.advances[character] = self.font.getlength(character)
        return known

    def width(self, text: str) -> float:
        return sum(map(self.advance, text))


@lru_cache(4096)
def face(path: str, size: int) -> Face:
    return Face(path, size)
