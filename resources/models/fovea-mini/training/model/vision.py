"""Vision tower: patches, 2-D rotary attention, a 2x2 merger and DeepStack taps."""
import torch
from torch import nn
from torch.nn import functional as F

from model.config import CELL, PATCH, Config
from model.layers import attention, rotate


class VisionBlock(nn.Module):
    def __init__(self, c: Config):
        super().__init__()
        width = c.vision_hidden
        self.heads = c.vision_heads
        self.norm1 = nn.LayerNorm(width, eps=1e-6)
        self.norm2 = nn.LayerNorm(width, eps=1e-6)
        self.attn = nn.ModuleDict({"qkv": nn.Linear(width, 3 * width), "proj": nn.Linear(width, width)})
        self.mlp = nn.ModuleDict({"linear_fc1": nn.Linear(width, c.vision_mlp),
                                  "linear_fc2": nn.Linear(c.vision_mlp, width)})

    def forward(self, x, cos, sin):
        batch, length, width = x.shape
        qkv = self.attn["qkv"](self.norm1(x)).view(batch, length, 3, self.heads, -1)
        q, k, v = qkv.permute(2, 0, 3, 1, 4).unbind(0)
        mixed = attention(rotate(q, cos, sin), rotate(k, cos, sin), v)
        x = x + self.attn["proj"](mixed.transpose(1, 2).reshape(batch, length, width))
        inner = F.gelu(self.mlp["linear_fc1"](self.norm2(x)), approximate="tanh")
        return x + self.mlp["linear_fc2"](inner)


class Merger(nn.Module):
    """Four neighbouring patches become one decoder token; `after` normalises the joined vector."""

    def __init__(self, c: Config, after: bool):
        super().__init__()
        self.joined = c.vision_hidden * 4
        self.after = after
        self.norm = nn.LayerNorm(self.joined if after else c.vision_hidden, eps=1e-6)
        self.linear_fc1 = nn.Linear(self.joined, self.joined)
        self.linear_fc2 = nn.Linear(self.joined, c.hidden)

    def forward(self, x):
        shape = (x.shape[0], -1, self.joined)
        x = self.norm(x.reshape(shape)) if self.after else self.norm(x).reshape(shape)
        return self.linear_fc2(F.gelu(self.linear_fc1(x)))


class VisionTower(nn.Module):
    def __init__(self, c: Config):
        super().__init__()
        self.config = c
        # Both halves of the temporal patch see the same still picture, or two frames of which the caller gives
        # the mean, so they are one matrix here; the export splits it in two.
        self.patch_embed = nn.ModuleDict({"proj": nn.Linear(3 * PATCH * PATCH, c.vision_hidden)})
        self.pos_embed = nn.Embedding(c.position_side ** 2, c.vision_hidden)
        self.blocks = nn.ModuleList(VisionBlock(c) for _ in range(c.vision_depth))
        self.merger = Merger(c, after=False)
        self.deepstack_merger_list = nn.ModuleList(Merger(c, after=True) for _ in c.vision_taps)
        self.layout_cache = {}

    def layout(self, height: int, width: int, like: torch.Tensor):
        """Position table corners and weights, and rotary tables, of a picture size, in merge order."""
        key = (height, width, like.dtype, like.device)
        if key not in self.layout_cache:
            self.layout_cache[key] = self.make_layout(height, width, like)
        return self.layout_cache[key]

    def make_layout(self, height: int, width: int, like: torch.Tensor):
        rows, columns, side = height // PATCH, width // PATCH, self.config.position_side

        def merge_order(grid):
            tail = grid.shape[2:]
            return grid.view(rows // 2, 2, columns // 2, 2, *tail).transpose(1, 2).reshape(rows * columns, *tail)

        y, x = torch.linspace(0, side - 1, rows), torch.linspace(0, side - 1, columns)
        top, left = y.int(), x.int()
        bottom, right = (top + 1).clamp(max=side - 1), (left + 1).clamp(max=side - 1)
        dy, dx = (y - top)[:, None], x - left
        corner = torch.stack([a[:, None] * side + b for a in (top, bottom) for b in (left, right)], -1).long()
        weight = torch.stack([(1 - dy) * (1 - dx), (1 - dy) * dx, dy * (1 - dx), dy * dx], -1)
        head = self.config.vision_hidden // self.config.vision_heads
        inverse = 1.0 / 10000.0 ** (torch.arange(0, head // 2, 2).float() / (head // 2))
        row = merge_order(torch.arange(rows).float()[:, None].expand(rows, columns))
        column = merge_order(torch.arange(columns).float()[None].expand(rows, columns))
        angle = torch.cat([row[:, None] * inverse, column[:, None] * inverse], -1)
        return (merge_order(corner).to(like.device), merge_order(weight)[..., None].to(like),
                angle.cos().to(like), angle.sin().to(like))

    def forward(self, pictures):
        """0 to 255, [batch, 3, height, width] -> patch features, merged tokens, DeepStack tokens."""
        batch, _, height, width = pictures.shape
        like = self.patch_embed["proj"].weight
        corner, weight, cos, sin = self.layout(height, width, like)
        x = (pictures.float() / 127.5 - 1).view(batch, 3, height // CELL, 2, PATCH, width // CELL, 2, PATCH)
        x = x.permute(0, 2, 5, 3, 6, 1, 4, 7).reshape(batch, -1, 3 * PATCH * PATCH).to(like.dtype)
        x = self.patch_embed["proj"](x) + (self.pos_embed(corner) * weight).sum(1)
        taps = []
        for index, block in enumerate(self.blocks):
            x = block(x, cos, sin)
            if index in self.config.vision_taps:
                taps.append(self.deepstack_merger_list[len(taps)](x))
        return x, self.merger(x), taps
