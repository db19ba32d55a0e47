"""Coloured shapes asked for their boxes."""
from data import places
from data.colors import NAMED
from data.setting import Setting
from data.shapes import SHAPES, Thing, draw_groups, extent, plural, scatter


def spots(s: Setting):
    """One to three shapes that all differ in colour and kind, each asked for its box: the simplest case."""
    rng = s.rng
    count = rng.randint(1, 3)
    colors = rng.sample([c for c in NAMED if c != "white"], count)
    page, things, _ = draw_groups(s, list(zip(colors, rng.sample(SHAPES, count))))
    return page, [places.ask(rng, page, name, [(name, extent(t))])
                  for t in things for name in (rng.choice([t.shape, f"{t.color} {t.shape}", f"{t.color} {t.shape}"]),)]


def shape_boxes(s: Setting):
    """Boxes of one shape, or of all of a kind."""
    rng = s.rng
    page, things, _, _ = scatter(s)
    by_name: dict[str, list[Thing]] = {}
    for thing in things:
        by_name.setdefault(f"{thing.color} {thing.shape}", []).append(thing)
    asked = []
    for name, same in by_name.items():
        boxes = [(name, extent(t)) for t in sorted(same, key=lambda t: (t.y, t.x))[:4]]
        if len(same) <= 4:
            asked.append(places.ask(rng, page, name if len(same) == 1 else plural(name), boxes))
    missing = f"{rng.choice(list(NAMED))} {rng.choice(SHAPES)}"
    if missing not in by_name:
        asked.append((rng.choice([f"Locate the {missing}.", f"Give the bounding box of the {missing}."]),
                      f"There is no {missing}."))
    return page, asked
