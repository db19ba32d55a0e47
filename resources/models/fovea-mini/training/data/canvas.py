"""A page to draw on: supersampled drawing, character labels, and the wear of scanners and cameras."""
import io
import math

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from data.fonts import Face, face
from data.setting import DoesNotFit
from model.config import CELL, PATCH

CHARACTERS = "".join(map(chr, range(33, 127))) + "€£¥°•×"
CLASS_OF = {character: index + 1 for index, character in enumerate(CHARACTERS)}  # 0: nothing written
CHARACTER_CLASSES = 104   # room for a few more characters; a multiple of 8
PATCH_SLOTS = 3           # characters whose centre lies in one 16-pixel patch, from left to right
CELL_SLOTS = 8            # characters of one merged 32-pixel cell, in reading order
THING_CLASSES = 104       # 0: no shape has its centre here; else 1 + colour and shape as data.shapes counts them
THING_SLOTS = 2           # shapes of one merged cell


class Canvas:
    """Coordinates are page pixels; everything is drawn `scale` times as large and then resized, as real
    pictures are when the processor shrinks them."""

    def __init__(self, height: int, width: int, paper, scale: float = 1.0):
        self.height, self.width, self.scale = height, width, scale
        self.image = Image.new("RGB", (round(width * scale), round(height * scale)), paper)
        self.pen = ImageDraw.Draw(self.image)
        self.characters: list[tuple[float, float, int]] = []  # centre x, y, class, in reading order
        self.things: list[tuple[float, float, int]] = []      # the same for shapes
        self.extents: list[tuple[float, float, float, float]] = []  # left, top, right, bottom of what boxes are asked of
        self.steady = False  # never tilted: a question asks for exact places

    def scaled(self, points):
        return [(x * self.scale, y * self.scale) for x, y in points]

    def stroke(self, width: float) -> int:
        return max(1, round(width * self.scale))

    def text(self, x: float, y: float, text: str, font: Face, ink):
        """One line with its box's top left corner at (x, y); remembers where each character stands."""
        large = font if self.scale == 1 else face(font.path, round(font.size * self.scale))
        self.pen.text((x * self.scale, y * self.scale), text, font=large.font, fill=ink)
        middle = y + font.ascent - font.size * 0.33
        for character in text:
            advance = large.advance(character) / self.scale
            if character in CLASS_OF:
                self.characters.append((x + advance / 2, middle, CLASS_OF[character]))
            x += advance

    def line(self, points, ink, width: float = 1):
        self.pen.line(self.scaled(points), fill=ink, width=self.stroke(width))

    def box(self, left, top, right, bottom, fill=None, outline=None, width: float = 1):
        if right < left or bottom < top:
            raise DoesNotFit
        self.pen.rectangle(self.scaled([(left, top), (right, bottom)]), fill, outline, self.stroke(width))

    def ellipse(self, left, top, right, bottom, fill=None, outline=None):
        self.pen.ellipse(self.scaled([(left, top), (right, bottom)]), fill, outline, self.stroke(1))

    def round_box(self, left, top, right, bottom, radius, fill=None, outline=None):
        self.pen.rounded_rectangle(self.scaled([(left, top), (right, bottom)]), radius * self.scale, fill, outline,
                                   self.stroke(1))

    def slice(self, left, top, right, bottom, start, end, fill, outline=None):
        """A pie slice between two angles in degrees, clockwise from three o'clock."""
        self.pen.pieslice(self.scaled([(left, top), (right, bottom)]), start, end, fill, outline, self.stroke(1))

    def polygon(self, points, fill=None, outline=None):
        self.pen.polygon(self.scaled(points), fill, outline, self.stroke(1))

    def resized(self, height: int, width: int):
        """The picture at the size that the model sees, and where its characters and shapes then are."""
        image = self.image
        if image.size != (width, height):
            image = image.resize((width, height), Image.BICUBIC)
        fx, fy = width / self.width, height / self.height
        return image, [(x * fx, y * fy, c) for x, y, c in self.characters + self.things]

    def labels(self, places, height: int, width: int, moved: bool = False):
        """Labels of patches and cells: characters, characters, shapes, extents (none where the page was moved)."""
        count = len(self.characters)
        return [*labels(places[:count], height, width), in_cells(places[count:], height, width, THING_SLOTS),
                extents_in_cells([] if moved else self.shares(), height, width)]

    def shares(self):
        """Extents as shares of the page's sides."""
        sides = (self.width, self.height) * 2
        return [[min(1.0, max(0.0, v / side)) for v, side in zip(box, sides)] for box in self.extents]

    def finish(self, rng, height: int, width: int):
        """The picture at the size that the model sees, worn, with its labels."""
        image, places = self.resized(height, width)
        moved = not self.steady and rng.random() < 0.2
        if moved:
            image, places = tilt(rng, image, places) if rng.random() < 0.7 else lean(rng, image, places)
        return wear(rng, image), self.labels(places, height, width, moved)

    def plain(self, height: int, width: int):
        """The same without wear."""
        image, places = self.resized(height, width)
        return image, self.labels(places, height, width)


def tilt(rng, image: Image.Image, places):
    """A slight rotation, scaling and shift of picture and labels."""
    width, height = image.size
    angle, scale = math.radians(rng.uniform(-3, 3)), rng.uniform(0.93, 1.03)
    cos, sin = math.cos(angle) / scale, math.sin(angle) / scale
    dx, dy, cx, cy = rng.uniform(-3, 3), rng.uniform(-3, 3), width / 2, height / 2
    matrix = (cos, sin, cx - cos * cx - sin * cy + dx, -sin, cos, cy + sin * cx - cos * cy + dy)
    turned = image.transform((width, height), Image.AFFINE, matrix, Image.BILINEAR, fillcolor=image.getpixel((1, 1)))
    square, moved = cos * cos + sin * sin, []
    for x, y, c in places:
        u, v = x - cx - dx, y - cy - dy
        moved.append(((cos * u - sin * v) / square + cx, (sin * u + cos * v) / square + cy, c))
    return turned, moved


def lean(rng, image: Image.Image, places):
    """A slight perspective, as of a page held before a camera."""
    width, height = image.size
    # Where each corner of the picture comes from: a little outside or inside of the page.
    corners = [(x + rng.uniform(-0.03, 0.05) * width * (1 if x == 0 else -1),
                y + rng.uniform(-0.03, 0.05) * height * (1 if y == 0 else -1))
               for x, y in ((0, 0), (width, 0), (width, height), (0, height))]
    rows, values = [], []
    for (u, v), (x, y) in zip(((0, 0), (width, 0), (width, height), (0, height)), corners):
        rows += [[u, v, 1, 0, 0, 0, -u * x, -v * x], [0, 0, 0, u, v, 1, -u * y, -v * y]]
        values += [x, y]
    matrix = np.linalg.solve(np.array(rows), np.array(values))
    turned = image.transform((width, height), Image.PERSPECTIVE, matrix.tolist(), Image.BILINEAR,
                             fillcolor=image.getpixel((1, 1)))
    back = np.linalg.inv(np.append(matrix, 1).reshape(3, 3))
    moved = []
    for x, y, c in places:
        u, v, w = back @ (x, y, 1)
        moved.append((u / w, v / w, c))
    return turned, moved


def wear(rng, image: Image.Image) -> np.ndarray:
    """Now and then blur, JPEG, grain or shading."""
    if rng.random() < 0.12:
        image = image.filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 0.8)))
    if rng.random() < 0.2:
        packed = io.BytesIO()
        image.save(packed, "JPEG", quality=rng.randint(30, 90))
        image = Image.open(packed).convert("RGB")
    pixels = np.asarray(image)
    if rng.random() < 0.2:
        dice, grain = np.random.default_rng(rng.getrandbits(32)), rng.randint(4, 20)
        noise = dice.integers(-grain, grain + 1, pixels.shape[:2] + (1,), dtype=np.int16)
        pixels = np.clip(pixels.astype(np.int16) + noise, 0, 255).astype(np.uint8)
    if rng.random() < 0.12:
        height, width = pixels.shape[:2]
        across = np.linspace(rng.uniform(0.6, 1), rng.uniform(0.6, 1), width)[None, :, None]
        down = np.linspace(rng.uniform(0.8, 1), 1, height)[:, None, None]
        pixels = (pixels * (across * down)).astype(np.uint8)
    return pixels


def labels(places, height: int, width: int):
    """Characters of each patch (left to right) in merge order, and of each cell in reading order."""
    rows, columns = height // PATCH, width // PATCH
    patches = np.zeros((rows, columns, PATCH_SLOTS), np.int16)
    filled = np.zeros((rows, columns), np.int8)
    for x, y, c in sorted(places):
        i, j = int(y // PATCH), int(x // PATCH)
        if 0 <= i < rows and 0 <= j < columns and filled[i, j] < PATCH_SLOTS:
            patches[i, j, filled[i, j]] = c
            filled[i, j] += 1
    merged = patches.reshape(rows // 2, 2, columns // 2, 2, PATCH_SLOTS).transpose(0, 2, 1, 3, 4)
    return merged.reshape(rows * columns, PATCH_SLOTS), in_cells(places, height, width, CELL_SLOTS)


def in_cells(places, height: int, width: int, slots: int):
    """The classes of what has its centre in each merged cell, in the order given."""
    across = width // CELL
    cells = np.zeros((height // CELL * across, slots), np.int16)
    used = np.zeros(len(cells), np.int8)
    for x, y, c in places:
        i, j = int(y // CELL), int(x // CELL)
        if 0 <= i < height // CELL and 0 <= j < across and used[i * across + j] < slots:
            cells[i * across + j, used[i * across + j]] = c
            used[i * across + j] += 1
    return cells


def extents_in_cells(boxes, height: int, width: int):
    """Of each merged cell the box (shares of the sides) of what covers its middle or has its own in it; -1: nothing."""
    down, across = height // CELL, width // CELL
    cells = np.full((down, across, 4), -1, np.float32)
    for left, top, right, bottom in boxes:
        rows, columns = covered(top, bottom, down), covered(left, right, across)
        cells[rows, columns] = left, top, right, bottom
    return cells.reshape(down * across, 4)


def covered(low: float, high: float, count: int) -> slice:
    """Of `count` equal parts of 0 to 1 those whose middle lies between the two, or the part that they lie in."""
    inside = [i for i in range(count) if low <= (i + 0.5) / count <= high]
    inside = inside or [min(count - 1, int((low + high) / 2 * count))]
    return slice(inside[0], inside[-1] + 1)
