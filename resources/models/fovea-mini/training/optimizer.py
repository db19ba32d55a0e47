"""AdamW for tables, norms, mergers and heads; Muon for the matrices of the blocks; fp32 master weights."""
import math

import torch

BETA1, BETA2, EPSILON, DECAY = 0.9, 0.98, 1e-8, 0.02
MUON_MOMENTUM = 0.95
# Coefficients of five quintic Newton-Schulz steps that bring all singular values close to 1.
NEWTON_SCHULZ = ((4.0848, -6.8946, 2.9270), (3.9505, -6.3029, 2.6377), (3.7418, -5.5913, 2.3037),
                 (2.8769, -3.1427, 1.2046), (2.8366, -3.0525, 1.2012))


def orthogonal(update: torch.Tensor, compute: torch.dtype) -> torch.Tensor:
    """The nearest semi-orthogonal matrix, roughly: what Muon steps along.

    Sums are left to the products, and a tall matrix stays tall: with AMX a product of these sizes takes as long as one pass over
    its result, and one from the transposed side twice as long.
    """
    x = update.to(compute)
    x = x / (x.norm() + 1e-7)
    tall = x.shape[0] > x.shape[1]
    for a, b, c in NEWTON_SCHULZ:
        square = x.T @ x if tall else x @ x.T
        change = torch.addmm(square, square, square, beta=b, alpha=c)
        x = torch.addmm(x, x, change, beta=a) if tall else torch.addmm(x, change, x, beta=a)
    return x.float()


def is_vision(name: str) -> bool:
    return name.startswith(("visual.blocks", "visual.patch_embed", "visual.pos_embed", "patch_head"))


def takes_muon(name: str, weight: torch.Tensor) -> bool:
    """Mergers are left out: with Muon they diverged."""
    return weight.dim() == 2 and not any(part in name for part in ("embed", "head", "merger"))


class Optimizer:
    """Steps master weights in fp32 and copies them into the model's own weights, which are of the compute type."""

    def __init__(self, model, vision_rate: float, compute: torch.dtype):
        self.compute = compute
        self.names = [name for name, _ in model.named_parameters()]
        self.weights = list(model.parameters())
        self.master = [w.detach().float().clone() for w in self.weights]
        self.first = [torch.zeros_like(w) for w in self.master]
        self.second = [torch.zeros_like(w) for w in self.master]
        self.steps = 0
        self.share = [vision_rate if is_vision(name) else 1.0 for name in self.names]
        self.muon = [takes_muon(name, w) for name, w in zip(self.names, self.master)]
        self.decay = [DECAY if w.dim() == 2 and "embed" not in name else 0.0
                      for name, w in zip(self.names, self.master)]

    @torch.no_grad()
    def step(self, rate: float, muon_rate: float) -> float:
        """One step from the gradients, which are clipped to norm 1 for AdamW; returns their norm."""
        self.steps += 1
        active = [i for i, w in enumerate(self.weights) if w.grad is not None]
        gradient = {i: self.weights[i].grad.float() for i in active}
        norm = float(torch.sqrt(sum((g * g).sum() for g in gradient.values())))
        clip = min(1.0, 1.0 / (norm + 1e-6))
        self.adam_step([i for i in active if not self.muon[i]], gradient, clip, rate)
        for i in active:
            if self.muon[i]:
                self.muon_step(i, gradient[i], muon_rate)
        for i in active:
            self.weights[i].copy_(self.master[i])
            self.weights[i].grad = None
        return norm

    def adam_step(self, chosen, gradient, clip, rate):
        weights = [self.master[i] for i in chosen]
        first, second = [self.first[i] for i in chosen], [self.second[i] for i in chosen]
        clipped = [gradient[i] * clip for i in chosen]
        torch._foreach_lerp_(first, clipped, 1 - BETA1)
        torch._foreach_mul_(second, BETA2)
        torch._foreach_addcmul_(second, clipped, clipped, 1 - BETA2)
        scale = torch._foreach_sqrt(second)
        torch._foreach_div_(scale, math.sqrt(1 - BETA2 ** self.steps))
        torch._foreach_add_(scale, EPSILON)
        torch._foreach_mul_(scale, [1 / self.share[i] for i in chosen])
        for i in chosen:
            self.master[i].mul_(1 - rate * self.decay[i])
        torch._foreach_addcdiv_(weights, first, scale, -rate / (1 - BETA1 ** self.steps))

    def muon_step(self, i, gradient, rate):
        self.first[i].lerp_(gradient, 1 - MUON_MOMENTUM)
        update = gradient.lerp(self.first[i], MUON_MOMENTUM)
        parts = update.chunk(3) if "qkv" in self.names[i] else [update]
        direction = torch.cat([orthogonal(part, self.compute) for part in parts])
        size = 0.2 * math.sqrt(max(parts[0].shape))  # brings the step to AdamW's usual magnitude
        self.master[i].mul_(1 - rate * self.decay[i]).add_(direction, alpha=-self.share[i] * rate * size)

    def state(self) -> dict:
        return {"steps": self.steps, "master": self.master, "first": self.first, "second": self.second}

    def restore(self, state: dict):
        self.steps = state["steps"]
        with torch.no_grad():
            for mine, theirs in ((self.master, state["master"]), (self.first, state["first"]),
                                 (self.second, state["second"])):
                for a, b in zip(mine, theirs, strict=True):
                    a.copy_(b)
            for weight, master in zip(self.weights, self.master):
                weight.copy_(master)
