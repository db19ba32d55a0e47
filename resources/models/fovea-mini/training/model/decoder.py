"""Decoder: grouped-query attention with interleaved 3-axis rotary positions."""
import torch
from torch import nn
from torch.nn import functional as F

from model.config import Config
from model.layers import RmsNorm, attention, rotate


def at_pieces(x, pieces, change):
    """x [batch, length, width] with `change(part, index)` in place of the part at each of `pieces`."""
    parts, end = [], 0
    for index, piece in enumerate(pieces):
        parts += [x[:, end:piece.start], change(x[:, piece], index)]
        end = piece.stop
    return torch.cat([*parts, x[:, end:]], 1)


class DecoderLayer(nn.Module):
    def __init__(self, c: Config):
        super().__init__()
        self.heads, self.kv_heads, self.head_dim = c.heads, c.kv_heads, c.head_dim
        self.self_attn = nn.ModuleDict({
            "q_proj": nn.Linear(c.hidden, c.heads * c.head_dim, bias=False),
            "k_proj": nn.Linear(c.hidden, c.kv_heads * c.head_dim, bias=False),
            "v_proj": nn.Linear(c.hidden, c.kv_heads * c.head_dim, bias=False),
            "o_proj": nn.Linear(c.heads * c.head_dim, c.hidden, bias=False),
            "q_norm": RmsNorm(c.head_dim), "k_norm": RmsNorm(c.head_dim)})
        self.mlp = nn.ModuleDict({
            "gate_proj": nn.Linear(c.hidden, c.mlp, bias=False),
            "up_proj": nn.Linear(c.hidden, c.mlp, bias=False),
            "down_proj": nn.Linear(c.mlp, c.hidden, bias=False)})
        self.input_layernorm = RmsNorm(c.hidden)
        self.post_attention_layernorm = RmsNorm(c.hidden)

    def forward(self, x, cos, sin, bias, cache=None):
        return self.think(self.mix(x, cos, sin, bias, cache))

    def mix(self, x, cos, sin, bias, cache=None):
        """x and what each token takes from those that it sees."""
        batch, length, _ = x.shape
        a, y = self.self_attn, self.input_layernorm(x)

        def split(values, heads):
            return values.view(batch, length, heads, self.head_dim)

        q = rotate(a["q_norm"](split(a["q_proj"](y), self.heads)).transpose(1, 2), cos, sin)
        k = rotate(a["k_norm"](split(a["k_proj"](y), self.kv_heads)).transpose(1, 2), cos, sin)
        v = split(a["v_proj"](y), self.kv_heads).transpose(1, 2)
        if cache is not None:
            if "k" in cache:
                k, v = torch.cat((cache["k"], k), 2), torch.cat((cache["v"], v), 2)
            cache["k"], cache["v"] = k, v
        share = self.heads // self.kv_heads
        if share > 1:
            k, v = k.repeat_interleave(share, 1), v.repeat_interleave(share, 1)
        mixed = attention(q, k, v, bias).transpose(1, 2).reshape(batch, length, -1)
        return x + a["o_proj"](mixed)

    def think(self, x):
        """x and what each token makes of itself alone."""
        m, y = self.mlp, self.post_attention_layernorm(x)
        return x + m["down_proj"](F.silu(m["gate_proj"](y)) * m["up_proj"](y))


class Decoder(nn.Module):
    def __init__(self, c: Config):
        super().__init__()
        self.config = c
        self.embed_tokens = nn.Embedding(c.vocabulary, c.hidden)
        self.layers = nn.ModuleList(DecoderLayer(c) for _ in range(c.depth))
        self.norm = RmsNorm(c.hidden)

    def rotary(self, positions, like):
        """positions [3, batch, length] (time, row, column) -> cos, sin [batch, 1, length, head_dim / 2]."""
        half = self.config.head_dim // 2
        inverse = 1.0 / self.config.rope_theta ** (torch.arange(half, device=positions.device).float() / half)
        angle = positions.float()[..., None] * inverse
        mixed = angle[0].clone()
        for axis in (1, 2):  # every third frequency belongs to rows, every third to columns
            chosen = slice(axis, self.config.rope_sections[axis] * 3, 3)
            mixed[..., chosen] = angle[axis][..., chosen]
        return mixed.cos()[:, None].to(like), mixed.sin()[:, None].to(like)

    def forward(self, x, positions, bias, pieces, taps, caches=None, asked=None):
        """x [batch, length, hidden] with the cells of each picture at its slice of `pieces`; returns normed states.

        `taps` are [batch, pictures, cells, hidden].

        With `asked` [batch, length] only the states of those tokens, one after the other: the last layer then
        spares most of its work on the others.
        """
        cos, sin = self.rotary(positions, x)
        for index, layer in enumerate(self.layers):
            x = layer.mix(x, cos, sin, bias, None if caches is None else caches[index])
            if asked is not None and layer is self.layers[-1]:
                x = x[asked]
            x = layer.think(x)
            if index < len(taps):
                x = at_pieces(x, pieces, lambda part, picture: part + taps[index][:, picture])
        return self.norm(x)

    def logits(self, states):
        return F.linear(states, self.embed_tokens.weight)
