"""Coloured shapes on a plain ground, strewn or on a line or a ring; rows of shapes are left to the sample picture.

`shapes` asks a bit of everything; most of its answers can be guessed from what is usual (a pair of colour and kind is mostly
there once), and a model trained on it alone learned to do so. `lookup`, `counts` and `lined_up` leave nothing to guess.
"""
import math
from collections import Counter
from dataclasses import dataclass

from data import places
from data import questions as q
from data.canvas import Canvas
from data.colors import NAMED, shade
from data.setting import DoesNotFit, Setting

SHAPES = ("circle", "square", "rectangle", "triangle", "star", "diamond", "hexagon", "cross")
# Left, top, right and bottom of a shape from its centre, in radii, where it isn't 1 all around.
EXTENTS = {"square": (0.85,) * 4, "rectangle": (1, 0.55, 1, 0.55), "triangle": (0.9, 1, 0.9, 0.75),
           "star": (0.95, 1, 0.95, 0.81), "diamond": (0.7, 1, 0.7, 1), "hexagon": (1, 0.87, 1, 0.87)}
NUMBERS = "no one two three four five six seven eight nine".split()


@dataclass
class Thing:
    color: str
    shape: str
    x: float
    y: float
    radius: float


def plural(word: str) -> str:
    return word + ("es" if word.endswith("s") else "s")


def around(x, y, radii, start: float):
    """Corners at equal angles, their radii in turn."""
    step = 2 * math.pi / len(radii)
    return [(x + r * math.cos(start + i * step), y + r * math.sin(start + i * step)) for i, r in enumerate(radii)]


def draw(page: Canvas, thing: Thing, fill, outline):
    x, y, r = thing.x, thing.y, thing.radius
    match thing.shape:
        case "circle":
            page.ellipse(x - r, y - r, x + r, y + r, fill, outline)
        case "square":
            page.box(x - r * 0.85, y - r * 0.85, x + r * 0.85, y + r * 0.85, fill, outline)
        case "rectangle":
            page.box(x - r, y - r * 0.55, x + r, y + r * 0.55, fill, outline)
        case "triangle":
            page.polygon([(x, y - r), (x - r * 0.9, y + r * 0.75), (x + r * 0.9, y + r * 0.75)], fill, outline)
        case "star":
            page.polygon(around(x, y, [r, r * 0.45] * 5, -math.pi / 2), fill, outline)
        case "diamond":
            page.polygon([(x, y - r), (x + r * 0.7, y), (x, y + r), (x - r * 0.7, y)], fill, outline)
        case "hexagon":
            page.polygon(around(x, y, [r] * 6, 0), fill, outline)
        case "cross":
            page.box(x - r * 0.3, y - r, x + r * 0.3, y + r, fill)
            page.box(x - r, y - r * 0.3, x + r, y + r * 0.3, fill)


def strew(rng, height: int, width: int, count: int) -> list[tuple[float, float, float]]:
    """Places that don't touch; half the time all of one size. Fewer than `count` where there is no room."""
    largest = max(17.0, min(height, width) * (0.28 if count < 4 else 0.2 if count < 7 else 0.17))
    same, places = rng.uniform(15, largest) if rng.random() < 0.5 else None, []
    for _ in range(count * 30):
        r = same or rng.uniform(15, largest)
        x, y = rng.uniform(r + 2, width - r - 2), rng.uniform(r + 2, height - r - 2)
        if all((x - a) ** 2 + (y - b) ** 2 > (r + c + 4) ** 2 for a, b, c in places):
            places.append((x, y, r))
        if len(places) == count:
            break
    return places


def lattice(rng, height: int, width: int, count: int) -> list[tuple[float, float, float]]:
    """Places of one size, mostly large, in two or three rows, each moved a little."""
    rows = rng.randint(2, 3 if count > 5 else 2)
    columns = -(-count // rows)
    down, across = height / rows, width / columns
    r = min(down, across) / 2 * rng.uniform(0.5, 0.85)
    if r < 10:
        raise DoesNotFit
    cells = rng.sample([(row, column) for row in range(rows) for column in range(columns)], count)
    return [((column + 0.5) * across + rng.uniform(-1, 1) * (across / 2 - r - 2) * 0.6,
             (row + 0.5) * down + rng.uniform(-1, 1) * (down / 2 - r - 2) * 0.6, r) for row, column in cells]


def line_up(rng, height: int, width: int, count: int) -> list[tuple[float, float, float]]:
    """Places of one size at equal distances on a steep line, around a ring or, less evenly, in two or three rows; the single
    row is left to the sample picture."""
    room, kind = min(height, width), rng.random()
    if kind < 0.4 and count > 3:
        return lattice(rng, height, width, count)
    if kind < 0.7:
        angle = math.radians(rng.uniform(35, 145))
        dx, dy = math.cos(angle), math.sin(angle)
        r = min(room * rng.uniform(0.08, 0.2), height / (2.2 * count))
        # of the line, from the middle of the page to the last place
        half = min((width / 2 - r - 2) / max(abs(dx), 1e-6), (height / 2 - r - 2) / dy)
        reach = [half * (2 * i / (count - 1) - 1) if count > 1 else 0.0 for i in range(count)]
        points, apart = [(width / 2 + t * dx, height / 2 + t * dy) for t in reach], 2 * half / max(1, count - 1)
    else:
        r = room * rng.uniform(0.08, 0.2)
        ring, start = room / 2 - r - 2, rng.uniform(0, 2 * math.pi)
        points, apart = around(width / 2, height / 2, [ring] * count, start), 2 * ring * math.sin(math.pi / max(2, count))
    r = min(r, (apart - 4) / 2) if count > 1 else r
    if r < 10:
        raise DoesNotFit
    return [(x, y, r) for x, y in points]


def part(x: float, y: float, height: int, width: int) -> str:
    across = "left" if x < width * 0.38 else "right" if x > width * 0.62 else ""
    down = "top" if y < height * 0.38 else "bottom" if y > height * 0.62 else ""
    return f"{down} {across}".strip().capitalize() or "Center"


def thing_class(thing: Thing) -> int:
    return 1 + SHAPES.index(thing.shape) * len(NAMED) + list(NAMED).index(thing.color)


def mark(page: Canvas, thing: Thing):
    """Remembers for the labels what was drawn."""
    page.things.append((thing.x, thing.y, thing_class(thing)))
    page.extents.append(extent(thing))


def scatter(s: Setting):
    """A page of shapes, each of any of a few colours and kinds, on a ground; the colours that may stand on it."""
    rng = s.rng
    ground = rng.choice(["white", "white", "white", "gray", "black", "yellow", "cyan", "pink"])
    page = Canvas(s.height, s.width, (255, 255, 255) if ground == "white" else shade(rng, ground), s.scale)
    colors = [c for c in NAMED if c != ground]
    palette, forms = rng.sample(colors, rng.randint(1, 4)), rng.sample(SHAPES, rng.randint(1, 3))
    things = []
    for x, y, r in strew(rng, s.height, s.width, rng.randint(1, 9)):
        thing = Thing(rng.choice(palette), rng.choice(forms), x, y, r)
        draw(page, thing, shade(rng, thing.color), (0, 0, 0) if rng.random() < 0.15 else None)
        things.append(thing)
        mark(page, thing)
    if not things:
        raise DoesNotFit
    return page, things, ground, colors


def shapes(s: Setting):
    page, things, ground, colors = scatter(s)
    return page, ask(s.rng, things, ground, colors, s.height, s.width)


def draw_groups(s: Setting, groups: list[tuple[str, str]], spread=strew, avoided=(), left_out=None):
    """A page of the shapes in `groups`, colour and kind of each, in any order; those that found a place, and the ground.

    The ground is of none of the `avoided` colours either. From the same state of chance the page is the same but for the
    group that is `left_out`.
    """
    rng = s.rng
    used = list(dict.fromkeys(color for color, _ in groups))
    ground = rng.choice([c for c in ("white",) * 4 + ("gray", "black", "yellow", "cyan", "pink")
                         if c not in used and c not in avoided] or ["white"])
    page = Canvas(s.height, s.width, (255, 255, 255) if ground == "white" else shade(rng, ground), s.scale)
    order, things = rng.sample(groups, len(groups)), []
    tints = {color: shade(rng, color) for color in used} if rng.random() < 0.7 else None
    for (color, shape), (x, y, r) in zip(order, spread(rng, s.height, s.width, len(order))):
        thing = Thing(color, shape, x, y, r)
        fill, outline = tints[color] if tints else shade(rng, color), (0, 0, 0) if rng.random() < 0.15 else None
        if (color, shape) == left_out:
            continue
        draw(page, thing, fill, outline)
        things.append(thing)
        mark(page, thing)
    if not things:
        raise DoesNotFit
    return page, things, ground


def lookup(s: Setting):
    """Shapes that all differ in colour and kind, so that nothing but looking tells which goes with which."""
    rng = s.rng
    count = rng.randint(2, 6)
    colors = rng.sample([c for c in NAMED if c != "white"], count)
    page, things, _ = draw_groups(s, list(zip(colors, rng.sample(SHAPES, count))))
    asked = []
    for t in things:
        asked += [ask_color(rng, t), ask_shape(rng, t), ask_place(rng, t, s.height, s.width)]
        other = t if rng.random() < 0.5 else rng.choice(things)
        asked.append(ask_whether(rng, t.color, other.shape, other is t))
    return page, asked


def lined_up(s: Setting):
    """`counts` on a line or a ring: weights that saw strewn shapes only count one too few of large ones in a row."""
    return counts(s, line_up)


def counts(s: Setting, spread=strew):
    """A few groups of like shapes, which often share a colour or a kind, asked for numbers above all."""
    rng = s.rng
    sizes = [rng.randint(1, 7)]
    while sum(sizes) < 9 and rng.random() < 0.75:
        sizes.append(rng.randint(1, min(5, 9 - sum(sizes))))
    colors = rng.sample([c for c in NAMED if c != "white"], rng.randint(1, min(3, len(sizes))))
    forms = rng.sample(SHAPES, rng.randint(-(-len(sizes) // len(colors)), len(sizes)))
    pairs = rng.sample([(color, shape) for color in colors for shape in forms], len(sizes))
    page, things, ground = draw_groups(s, [pair for pair, size in zip(pairs, sizes) for _ in range(size)], spread)
    others = [c for c in NAMED if c != ground]
    return page, ask_counts(rng, things, others) + rng.sample(ask(rng, things, ground, others, s.height, s.width), 2)


def extent(t: Thing) -> places.Box:
    """The box around what `draw` draws."""
    left, top, right, bottom = EXTENTS.get(t.shape, (1, 1, 1, 1))
    return t.x - left * t.radius, t.y - top * t.radius, t.x + right * t.radius, t.y + bottom * t.radius


def ask_color(rng, t: Thing):
    return rng.choice([f"What color is the {t.shape}?", f"Which color is the {t.shape}?"]), t.color.capitalize()


def ask_shape(rng, t: Thing):
    return rng.choice([f"What shape is {t.color}?", f"What is the {t.color} shape?"]), t.shape.capitalize()


def ask_place(rng, t: Thing, height: int, width: int):
    return rng.choice([f"Where is the {t.color} {t.shape}?", f"In which part of the image is the {t.color} {t.shape}?"]), \
        part(t.x, t.y, height, width)


def ask_whether(rng, color: str, shape: str, truth: bool):
    return rng.choice([f"Is there a {color} {shape}?", f"Do you see a {color} {shape}?"]), q.yes_no(truth)


def ask_counts(rng, things: list[Thing], colors: list[str]):
    """How many of each colour and shape, of each shape, of each colour, of something that may be missing, of all."""
    pairs = Counter((t.color, t.shape) for t in things)
    forms, tints = Counter(t.shape for t in things), Counter(t.color for t in things)
    if rng.random() < 0.4:  # none at all, mostly of a colour and a kind that are there
        pairs[rng.choice([rng.choice(things).color, rng.choice(colors)]),
              rng.choice([rng.choice(things).shape, rng.choice(SHAPES)])] += 0
    numbers = [(f"{color} {plural(shape)}", n) for (color, shape), n in pairs.items()]
    numbers += [(plural(shape), n) for shape, n in forms.items()]
    numbers += [(f"{color} {rng.choice(['shapes', 'objects'])}", n) for color, n in tints.items()]
    numbers += [("shapes", len(things)), ("objects", len(things))]
    return [(rng.choice([f"How many {name} are there?", f"How many {name} are there?", f"Count the {name}.",
                         f"How many {name}?"]), str(n)) for name, n in numbers]


def ask(rng, things: list[Thing], ground: str, colors: list[str], height: int, width: int):
    pairs = Counter((t.color, t.shape) for t in things)
    forms, tints = Counter(t.shape for t in things), Counter(t.color for t in things)
    color, shape = rng.choice(list(pairs)) if rng.random() < 0.75 else (rng.choice(colors), rng.choice(SHAPES))
    form = rng.choice(list(forms)) if rng.random() < 0.8 else rng.choice(SHAPES)
    tint = rng.choice(list(tints)) if rng.random() < 0.8 else rng.choice(colors)
    listed = ", ".join(f"{NUMBERS[n]} {c} {f if n == 1 else plural(f)}" for (c, f), n in sorted(pairs.items()))
    both = f"{color} {plural(shape)}"
    asked = [
        (rng.choice([f"How many {both} are there?", f"Count the {both}.", f"How many {both}?"]),
         str(pairs[color, shape])),
        (rng.choice([f"How many {plural(form)} are there?", f"Count the {plural(form)}."]), str(forms[form])),
        (rng.choice(["How many shapes are there?", "How many objects are in the picture?", "How many shapes?"]),
         str(len(things))),
        ask_whether(rng, color, shape, pairs[color, shape] > 0),
        (rng.choice([f"How many {tint} shapes are there?", f"Count the {tint} objects."]), str(tints[tint])),
        (rng.choice(["What is the background color?", "Which color is the background?"]), ground.capitalize()),
        q.describe(rng, listed.capitalize() + f" on a {ground} background."), q.kind(rng, "Shapes")]
    for t in rng.sample(things, min(3, len(things))):
        if pairs[t.color, t.shape] == 1:
            asked.append(ask_place(rng, t, height, width))
        if forms[t.shape] == 1:
            asked.append(ask_color(rng, t))
        if tints[t.color] == 1:
            asked.append(ask_shape(rng, t))
    by_size = sorted(things, key=lambda t: t.radius)
    if len(things) > 1 and by_size[-2].radius < by_size[-1].radius * 0.8:
        asked.append((rng.choice(["What is the largest shape?", "Which shape is the biggest?"]),
                      f"A {by_size[-1].color} {by_size[-1].shape}"))
    return asked
