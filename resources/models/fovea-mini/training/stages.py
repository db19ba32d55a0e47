"""The curriculum: vision alone, decoder on frozen vision, everything, then pages at the processor's sizes, and counting at last."""
from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    kind: str          # of data.kinds
    shape: str         # of data.grids.draw_grid
    kilopixels: int    # a step; small batches beat large ones on a CPU
    weight: float
    text: bool = True  # False: only the heads of dense supervision are trained, at a third of the cost
    stress: float = 1.0  # of the part's loss: answers about shapes have a fifth of the gradient of readings


@dataclass(frozen=True)
class Stage:
    name: str
    parts: tuple[Part, ...]
    steps: int
    rate: float                      # AdamW
    muon_rate: float
    warm: int = 60                   # steps of rising rate
    fall: float = 0.4                # last share of the run, over which the rate falls to zero
    character_weight: float = 0.5    # of the character heads' loss
    vision_rate: float = 0.6         # of the rate, for the vision tower
    gather: int = 1                  # steps whose gradients make one step of the optimizer
    freeze_vision: bool = False
    easy: tuple[float, float] = (1.0, 0.0)  # difficulty at the start; share of the run after which it is full


STAGES = (
    Stage("letters", (Part("dense", "128x128", 524, 1, text=False),), 1600, 2e-3, 7e-3, 100, 0.4, 1.0, 1.0),
    Stage("letters2", (Part("dense", "128x128", 393, 2, text=False), Part("dense", "64x256", 524, 1, text=False),
                       Part("line", "32x256", 393, 0.7, text=False)), 600, 2e-3, 5e-3, 30, 0.2, 1.0, 1.0),
    Stage("decoder", (Part("pitch", "32x256", 196, 1),), 1100, 1.5e-3, 5e-3, 100, 0.4, 1.0,
          freeze_vision=True, easy=(0.0, 0.7)),
    Stage("together", (Part("pitch", "32x256", 196, 0.7), Part("pitch_rows", "96x192", 147, 0.7),
                       Part("line", "32x256", 196, 1.5), Part("form", "128x256", 196, 0.7),
                       Part("shapes", "96x128", 147, 0.3)), 1500, 1.5e-3, 5e-3, 30, easy=(0.3, 0.5)),
    Stage("lines", (Part("pitch_rows", "96x192", 147, 0.4), Part("line", "32x256", 262, 1.6),
                    Part("short", "32x128", 131, 0.4), Part("form", "128x256", 196, 1.0),
                    Part("paragraph", "96x224", 172, 0.8), Part("shapes", "96x128", 147, 0.5)),
          9000, 1.5e-3, 5e-3, 30, easy=(0.7, 0.15)),
    Stage("things", (Part("shapes", "96x128", 400, 2, text=False), Part("shapes", "small", 400, 2, text=False),
                     Part("shapes", "page", 400, 1, text=False), Part("line", "line", 300, 0.5, text=False),
                     Part("notice", "page", 300, 0.5, text=False), Part("form", "page", 300, 0.7, text=False)),
          600, 8e-4, 3e-3, 10, fall=0.3, character_weight=1.0, vision_rate=1.0),
    Stage("pages", (Part("shapes", "96x128", 147, 1.2), Part("shapes", "small", 140, 1.2), Part("shapes", "page", 190, 1),
                    Part("line", "line", 200, 0.7), Part("notice", "page", 190, 1.2), Part("form", "page", 190, 1.4),
                    Part("receipt", "page", 190, 0.4), Part("scene", "small", 120, 0.2)),
          12000, 6e-4, 2e-3, 15, fall=0.6, character_weight=0.6, vision_rate=0.5, gather=2),
    Stage("answers", (Part("lookup", "96x128", 123, 0.3, stress=5), Part("lookup", "small", 130, 0.6, stress=5),
                      Part("lookup", "page", 180, 0.8, stress=5), Part("counts", "96x128", 123, 0.8, stress=5),
                      Part("counts", "small", 130, 1.6, stress=5), Part("counts", "page", 180, 4.5, stress=5),
                      Part("shapes", "small", 130, 0.4, stress=5), Part("shapes", "page", 180, 1.2, stress=5),
                      Part("shapes", "page", 260, 0.2, text=False), Part("dense", "small", 260, 0.7, text=False),
                      Part("dense", "page", 260, 0.7, text=False), Part("line", "line", 150, 2.6),
                      Part("short", "line", 120, 0.6), Part("notice", "page", 180, 1.6), Part("form", "page", 180, 2.2),
                      Part("receipt", "page", 180, 3.0), Part("listing", "page", 180, 1.2),
                      Part("paragraph", "page", 180, 1.0), Part("table", "page", 180, 2.0),
                      Part("chart", "page", 180, 1.8), Part("screen", "page", 180, 1.6),
                      Part("fields", "page", 180, 1.0), Part("photo", "page", 180, 1.0),
                      Part("scene", "small", 100, 0.15, stress=3), Part("scene", "page", 130, 0.25, stress=3)),
          18000, 7e-4, 2e-3, 60, fall=0.6, character_weight=1.0, vision_rate=1.0, gather=4),
    Stage("everything", (Part("table", "page", 180, 5.0), Part("chart", "page", 180, 4.5), Part("screen", "page", 180, 3.5),
                         Part("fields", "page", 180, 3.5), Part("receipt", "page", 180, 2.5), Part("form", "page", 180, 1.2),
                         Part("listing", "page", 180, 0.6), Part("line", "line", 150, 3.2), Part("short", "line", 120, 0.6),
                         Part("notice", "page", 180, 1.2), Part("paragraph", "page", 180, 1.4),
                         Part("photo", "page", 180, 1.0), Part("dense", "page", 260, 0.6, text=False),
                         Part("counts", "small", 130, 0.6, stress=5), Part("counts", "page", 180, 2.2, stress=5),
                         Part("lined_up", "page", 180, 1.6, stress=5), Part("lookup", "page", 180, 0.6, stress=5),
                         Part("shapes", "page", 180, 0.8, stress=5), Part("scene", "small", 100, 0.15, stress=3),
                         Part("scene", "page", 130, 0.15, stress=3), Part("photograph", "page", 130, 0.6, stress=3)),
          16000, 5e-4, 1.5e-3, 100, fall=0.7, character_weight=0.6, vision_rate=0.6, gather=4),
    Stage("balance", (Part("line", "line", 150, 3.0), Part("short", "line", 120, 0.6), Part("notice", "page", 180, 1.6),
                      Part("paragraph", "page", 180, 1.6), Part("form", "page", 180, 1.2), Part("receipt", "page", 180, 2.0),
                      Part("listing", "page", 180, 1.6), Part("table", "page", 180, 2.0), Part("chart", "page", 180, 2.0),
                      Part("screen", "page", 180, 2.0), Part("fields", "page", 180, 1.6), Part("photo", "page", 180, 0.8),
                      Part("counts", "small", 130, 0.8, stress=5), Part("counts", "page", 180, 2.4, stress=5),
                      Part("lined_up", "page", 180, 1.2, stress=5), Part("lookup", "page", 180, 0.6, stress=5),
                      Part("shapes", "page", 180, 0.8, stress=5), Part("scene", "page", 130, 0.15, stress=3),
                      Part("photograph", "page", 130, 0.6, stress=3)),
          3000, 2.5e-4, 7e-4, 40, fall=1.0, character_weight=0.4, vision_rate=0.6, gather=4),
    Stage("numbers", (Part("counts", "96x128", 123, 0.5, stress=5), Part("counts", "small", 130, 1.6, stress=5),
                      Part("counts", "page", 180, 3.4, stress=5), Part("lined_up", "page", 180, 1.2, stress=5),
                      Part("lookup", "page", 180, 0.8, stress=5), Part("shapes", "page", 180, 1.3, stress=5),
                      Part("receipt", "page", 180, 1.6),
                      Part("listing", "page", 180, 0.6), Part("line", "line", 150, 0.6), Part("notice", "page", 180, 0.6),
                      Part("form", "page", 180, 0.6), Part("paragraph", "page", 180, 0.4), Part("table", "page", 180, 0.6),
                      Part("chart", "page", 180, 0.6), Part("screen", "page", 180, 0.5), Part("fields", "page", 180, 0.3),
                      Part("scene", "page", 130, 0.15, stress=3)),
          4000, 5e-4, 1.5e-3, 40, fall=0.8, character_weight=0.0, gather=3, freeze_vision=True),
    Stage("spots", (Part("spots", "96x128", 123, 1.6, stress=3), Part("spots", "small", 130, 2.4, stress=3),
                    Part("spots", "page", 180, 2.0, stress=3), Part("shape_boxes", "page", 180, 1.0, stress=3),
                    Part("fields", "page", 180, 1.6), Part("counts", "small", 130, 0.8, stress=5),
                    Part("counts", "page", 180, 2.4, stress=5), Part("lined_up", "page", 180, 2.4, stress=5),
                    Part("line", "line", 150, 3.0), Part("short", "line", 120, 0.8), Part("notice", "page", 180, 2.0),
                    Part("paragraph", "page", 180, 1.6), Part("receipt", "page", 180, 0.8), Part("table", "page", 180, 0.8),
                    Part("chart", "page", 180, 0.8), Part("screen", "page", 180, 0.8), Part("form", "page", 180, 0.6),
                    Part("listing", "page", 180, 0.4), Part("lookup", "page", 180, 0.6, stress=5),
                    Part("photograph", "page", 130, 0.3, stress=3)),
          4000, 5e-4, 1.5e-3, 60, fall=0.0, character_weight=0.6, vision_rate=0.6, gather=4),
    Stage("wider", (Part("pair", "pair", 180, 5.0, stress=3), Part("clip", "clip", 180, 4.0, stress=3),
                    Part("talk", "page", 180, 4.5, stress=2), Part("absent", "page", 180, 3.5),
                    Part("line", "line", 150, 7.0), Part("short", "line", 120, 1.5), Part("notice", "page", 180, 4.5),
                    Part("paragraph", "page", 180, 4.5), Part("form", "page", 180, 4.0), Part("receipt", "page", 180, 5.0),
                    Part("listing", "page", 180, 1.0), Part("table", "page", 180, 5.5), Part("chart", "page", 180, 5.5),
                    Part("screen", "page", 180, 6.0), Part("fields", "page", 180, 3.5), Part("photo", "page", 180, 1.0),
                    Part("counts", "small", 130, 1.5, stress=5), Part("counts", "page", 180, 6.0, stress=5),
                    Part("lined_up", "page", 180, 4.5, stress=5), Part("lookup", "page", 180, 1.5, stress=5),
                    Part("shapes", "page", 180, 2.5, stress=5), Part("scene", "page", 130, 0.3, stress=3),
                    Part("photograph", "page", 130, 1.0, stress=3)),
          6000, 4e-4, 1.2e-3, 30, fall=0.75, character_weight=0.4, vision_rate=0.6, gather=4),
)


def stage_named(name: str) -> Stage:
    for stage in STAGES:
        if stage.name == name:
            return stage
    raise SystemExit(f"no stage {name}; there are " + ", ".join(stage.name for stage in STAGES))


def stage_before(stage: Stage) -> Stage | None:
    index = STAGES.index(stage)
    return STAGES[index - 1] if index else None
