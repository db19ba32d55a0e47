"""Draws a sheet of samples to look at: python -m data.preview KIND,... SHEET.png [SEED]"""
import random
import sys

from PIL import Image

from data.fonts import training_fonts
from data.grids import draw_grid
from data.kinds import sample


def main():
    kinds, path = sys.argv[1].split(","), sys.argv[2]
    rng = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 0)
    sheet, x, y, tallest = Image.new("RGB", (1600, 1100), "gray"), 0, 0, 0
    while y < 1100:
        kind = rng.choice(kinds)
        grid = draw_grid(rng, "line" if kind in ("line", "short", "pitch") else kind if kind in ("clip", "pair") else "page")
        made = sample(rng, kind, grid, training_fonts())
        print(kind, f"{grid.width}x{grid.height}", made.conversations)
        for picture in made.pictures:
            if x + grid.width > 1600:
                x, y, tallest = 0, y + tallest + 4, 0
            sheet.paste(Image.fromarray(picture), (x, y))
            x, tallest = x + grid.width + 4, max(tallest, grid.height)
    sheet.save(path)


if __name__ == "__main__":
    main()
