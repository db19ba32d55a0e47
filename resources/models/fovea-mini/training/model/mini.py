"""The whole model, with four heads for dense supervision that only training uses."""
import json
import math
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import nn
from torch.nn import functional as F

from batch import Batch
from data.canvas import CELL_SLOTS, CHARACTER_CLASSES, PATCH_SLOTS, THING_CLASSES, THING_SLOTS
from data.places import STEP
from model.config import Config, config_from
from model.decoder import Decoder, at_pieces
from model.vision import VisionTower

HUNDREDS, TENS = 11, 10  # classes of the first two digits of a coordinate from 0 to 1000
EXTENT_WEIGHT = 1.0
TRIAL_HEADS = {"aux.": "patch_head.", "aux2.": "cell_head."}


class Mini(nn.Module):
    def __init__(self, c: Config):
        super().__init__()
        self.config = c
        self.visual = VisionTower(c)
        self.language_model = Decoder(c)
        # Dense supervision: which characters lie in each patch, and in each merged cell in reading order;
        # which shapes have their centre in each merged cell; and the box of the shape or field that covers it.
        # Without it the vision tower learns to see letters ten times slower. Not exported.
        self.patch_head = nn.Linear(c.vision_hidden, PATCH_SLOTS * CHARACTER_CLASSES)
        self.cell_head = nn.Linear(c.hidden, CELL_SLOTS * CHARACTER_CLASSES)
        self.thing_head = nn.Linear(c.hidden, THING_SLOTS * THING_CLASSES)
        self.extent_head = nn.Linear(c.hidden, 4 * (HUNDREDS + TENS))
        self.initialise()

    def initialise(self):
        for name, weight in self.named_parameters():
            if weight.dim() == 2:
                table = "embed_tokens" in name or "pos_embed" in name
                nn.init.normal_(weight, std=0.02 if table else 0.7 / math.sqrt(weight.shape[1]))
            elif name.endswith("bias"):
                nn.init.zeros_(weight)
        with torch.no_grad():  # small residual branches at the start
            self.extent_head.weight.zero_()
            for block in self.visual.blocks:
                block.attn["proj"].weight.mul_(0.3)
                block.mlp["linear_fc2"].weight.mul_(0.3)
            for layer in self.language_model.layers:
                layer.self_attn["o_proj"].weight.mul_(0.3)
                layer.mlp["down_proj"].weight.mul_(0.3)

    def compile_blocks(self):
        """Fuses what lies between the matrix products of each block; names of weights stay.

        Half a minute at the start (needs a C++ compiler), then a step's forward and backward take two thirds.
        """
        torch._dynamo.config.cache_size_limit = 64
        for block in self.visual.blocks:
            block.compile(dynamic=True)
        for layer in self.language_model.layers:
            layer.mix = torch.compile(layer.mix, dynamic=True)
            layer.think = torch.compile(layer.think, dynamic=True)

    def states(self, batch: Batch, asked=None):
        """Patch features, merged tokens and final decoder states of a batch (of `asked` tokens only)."""
        patches, cells, taps = self.visual(batch.pictures)
        shape = (len(batch.ids), len(batch.pieces), *cells.shape[1:])
        shown, taps = cells.view(shape), [tap.view(shape) for tap in taps]
        x = self.language_model.embed_tokens(batch.ids)
        x = at_pieces(x, batch.pieces, lambda _, index: shown[:, index])
        bias = torch.zeros(batch.visible.shape, dtype=x.dtype, device=x.device)
        bias.masked_fill_(~batch.visible, -1e4)
        return patches, cells, self.language_model(x, batch.positions, bias, batch.pieces, taps, asked=asked)

    def loss(self, batch: Batch, character_weight: float, text: bool = True):
        """Training loss and figures: next-token loss and accuracy (of an answer's first token, too), and the
        accuracy of the heads."""
        if text:
            asked = batch.targets >= 0
            patches, cells, states = self.states(batch, asked)
            logits = self.language_model.logits(states).float()
            weights = batch.weights[asked]
            total = (F.cross_entropy(logits, batch.targets[asked], reduction="none") * weights).sum() / weights.sum()
            right = (logits.argmax(-1) == batch.targets[asked]).float()
            first = torch.cat((asked[:, :1], asked[:, 1:] & ~asked[:, :-1]), 1)[asked]
            figures = {"loss": total.detach(), "next": right.mean(), "first": right[first].mean()}
        else:
            patches, cells, _ = self.visual(batch.pictures)
            total, figures = 0.0, {}
        if character_weight > 0:
            for name, head, features, labels, classes, blank in (
                    ("patch", self.patch_head, patches, batch.patch_characters, CHARACTER_CLASSES, 0.08),
                    ("cell", self.cell_head, cells, batch.cell_characters, CHARACTER_CLASSES, 0.15),
                    ("thing", self.thing_head, cells, batch.cell_things, THING_CLASSES, 0.15)):
                if name == "thing" and not bool((labels > 0).any()):
                    continue
                part, accuracy = slot_loss(head(features), labels, classes, blank)
                total = total + character_weight * part
                if accuracy is not None:
                    figures[name] = accuracy
            boxed = batch.cell_extents[..., 0] >= 0
            if bool(boxed.any()):
                part, figures["extent"] = extent_loss(self.extent_head(F.rms_norm(cells[boxed], cells.shape[-1:])),
                                                      batch.cell_extents[boxed])
                total = total + character_weight * EXTENT_WEIGHT * part
        return total, figures


def extent_loss(scores, extents):
    """Cross-entropy of the digits that an answer gives for a box, and how many hundreds are right.

    A number predicted as such was learned badly, and doesn't tell the decoder what to write.
    """
    scores = scores.float().view(-1, 4, HUNDREDS + TENS)
    told = (extents * (1000 / STEP)).round().long() * STEP
    hundreds, tens = told // 100, told // 10 % 10
    loss = (F.cross_entropy(scores[..., :HUNDREDS].flatten(0, 1), hundreds.flatten())
            + F.cross_entropy(scores[..., HUNDREDS:].flatten(0, 1), tens.flatten()))
    return loss, (scores[..., :HUNDREDS].argmax(-1) == hundreds).float().mean()


def slot_loss(scores, labels, classes, blank_weight):
    """Cross-entropy over slots of characters or shapes; empty slots (class 0) weigh less, as most are empty.

    Slots without a label (negative) weigh nothing.
    """
    scores, labels = scores.reshape(-1, classes).float(), labels.reshape(-1)
    written = labels > 0
    weight = torch.where(written, 1.0, blank_weight).masked_fill(labels < 0, 0.0)
    loss = (F.cross_entropy(scores, labels, reduction="none") * weight).sum() / weight.sum().clamp(min=1e-6)
    if not bool(written.any()):
        return loss, None
    return loss, (scores.argmax(-1)[written] == labels[written]).float().mean()


def stored_weights(path: Path) -> tuple[Config, dict]:
    """Configuration and weights of a checkpoint ({"cfg", "sd"}, or a trainer's state) or of an exported folder.

    An exported folder has Config's shape but for the depth of its decoder, and lacks the heads of training.
    """
    if not path.is_dir():
        stored = torch.load(path, map_location="cpu", weights_only=True)
        return config_from(stored["cfg"]), stored["sd"]
    weights = {name.removeprefix("model."): value for name, value in load_file(path / "model.safetensors").items()}
    name = "visual.patch_embed.proj.weight"  # export.py halved it and wrote it once a frame
    weights[name] = weights[name].float().sum(2).flatten(1)
    return Config(depth=json.loads((path / "config.json").read_text())["text_config"]["num_hidden_layers"]), weights


def load_model(path: str | Path) -> Mini:
    """A model from what stored_weights reads. Heads that it lacks start afresh."""
    config, stored = stored_weights(Path(path))
    model = Mini(config)
    weights = {}
    for name, value in stored.items():
        for old, new in TRIAL_HEADS.items():
            if name.startswith(old):
                name = new + name[len(old):]
        weights[name] = value.float()
    missing, unknown = model.load_state_dict(weights, strict=False)
    lacking = [name for name in missing if "_head." not in name]
    if lacking or unknown:
        raise SystemExit(f"{path} doesn't fit the model: lacks {lacking}, knows too much {unknown}")
    return model
