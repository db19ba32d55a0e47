"""Sizes of the model; the defaults are fovea-mini's before grow.py, 10.3 million parameters."""
from dataclasses import asdict, dataclass, field

from tokens import VOCABULARY

PATCH = 16          # pixels a side of a vision patch
CELL = 2 * PATCH    # pixels a side of a merged vision token


@dataclass
class Config:
    vision_hidden: int = 256
    vision_depth: int = 6
    vision_mlp: int = 768
    vision_heads: int = 4
    vision_taps: list[int] = field(default_factory=lambda: [2])  # DeepStack: blocks that feed the decoder
    position_side: int = 32   # the learned position table is this many patches a side
    hidden: int = 256
    depth: int = 4
    mlp: int = 768
    heads: int = 4
    kv_heads: int = 2
    head_dim: int = 64
    vocabulary: int = VOCABULARY
    rope_theta: float = 10000.0

    @property
    def rope_sections(self) -> list[int]:
        """Rotary frequencies for time, height and width; their sum is head_dim / 2."""
        half = self.head_dim // 2
        side = int(half / 3.2)
        return [half - 2 * side, side, side]

    def to_dict(self) -> dict:
        return asdict(self)


TRIAL_NAMES = {
    "vh": "vision_hidden", "vd": "vision_depth", "vi": "vision_mlp", "vheads": "vision_heads",
    "ds": "vision_taps", "dh": "hidden", "dl": "depth", "di": "mlp", "heads": "heads",
    "kv": "kv_heads", "hd": "head_dim", "vocab": "vocabulary", "theta": "rope_theta",
}


def config_from(values: dict) -> Config:
    """Reads Config.to_dict() or the short names of the trial's checkpoint."""
    if "vh" not in values:
        return Config(**values)
    return Config(position_side=round(values["npos"] ** 0.5),
                  **{new: values[old] for old, new in TRIAL_NAMES.items()})
