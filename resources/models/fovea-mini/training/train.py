"""Trains one stage of the curriculum; stopped at any moment, the same command goes on where it was.

python train.py STAGE --state FOLDER [--init CHECKPOINT] [--minutes M] [--threads N] [--workers N]

FOLDER/STAGE.state.pt holds weights, optimizer and step, replaced once a minute and at the end;
FOLDER/STAGE.pt the weights when the stage is done. A stage starts from --init, or from the stage before.
"""
import argparse
import math
import multiprocessing
import os
import random
import signal
import time
from pathlib import Path

import torch

from batch import Batch, collate
from data.fonts import training_fonts
from data.grids import answered, draw_grid, stretched
from data.kinds import STEADY, pictures_of, sample
from model.config import Config
from model.mini import Mini, load_model
from optimizer import Optimizer, is_vision
from stages import Part, Stage, stage_before, stage_named

REPORT_SECONDS = 60
LONGEST_STEP = 20.0  # seconds that a step counts at most: a process that was stopped for a while loses no time


def make_batch(stage: Stage, options, step: int, progress: float) -> tuple[Part, Batch]:
    """The batch of a step; drawn from the step's own seed, so that a resumed run sees what it would have seen."""
    rng = random.Random(f"{options.seed}/{stage.name}/{step}")
    part = rng.choices(stage.parts, [p.weight for p in stage.parts])[0]
    start, full = stage.easy
    difficulty = max(start, min(1.0, progress / full)) if full else 1.0
    fonts, questions = training_fonts(), 8 if part.text else 0
    for _ in range(20):
        grid = answered(draw_grid(rng, part.shape))
        if part.kind not in STEADY:
            grid = stretched(rng, grid)
        area = grid.height * grid.width * pictures_of(part.kind, grid)
        count = max(2, round(options.batch_factor * part.kilopixels * 1000 / area))
        try:
            return part, collate([sample(rng, part.kind, grid, fonts, questions, difficulty) for _ in range(count)])
        except ValueError:  # no chart fits a strip of a page
            continue
    raise ValueError(f"{part.kind} fits no page of the shape {part.shape}")


def begin_worker():
    """A process that draws: Ctrl+C is the trainer's to answer, SIGTERM ends it, whatever the trainer does with them."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    torch.set_num_threads(1)


def batches(stage: Stage, options, first: int, progress):
    """Batches from step `first` on; `progress()` is asked when a batch is begun."""
    workers = options.workers
    if workers == 0:
        for step in range(first, 1 << 62):
            yield make_batch(stage, options, step, progress())
    torch.multiprocessing.set_sharing_strategy("file_system")
    with multiprocessing.get_context("fork").Pool(workers, initializer=begin_worker) as pool:
        ahead = [pool.apply_async(make_batch, (stage, options, first + i, progress())) for i in range(3 * workers)]
        step = first + len(ahead)
        while True:
            ready = ahead.pop(0).get()
            ahead.append(pool.apply_async(make_batch, (stage, options, step, progress())))
            step += 1
            yield ready


def share_of_rate(stage: Stage, step: int, progress: float) -> float:
    """Rises over the first steps, stays, and falls to zero over the last share of the run."""
    falling = min(1.0, (1 - progress) / stage.fall) if stage.fall else 1.0
    return min(1.0, (step + 1) / stage.warm) * max(0.0, falling)


def save(path: Path, content: dict):
    """Replaces the file at once: a run that is killed while saving keeps the state before."""
    fresh = path.with_suffix(".new")
    torch.save(content, fresh)
    os.replace(fresh, path)


def compute_type(device: torch.device) -> torch.dtype:
    """bf16 on a GPU and where this processor multiplies it faster than fp32: flags don't tell (README.md)."""
    fast = device.type == "cuda" or seconds_of_product(torch.bfloat16) < seconds_of_product(torch.float32)
    return torch.bfloat16 if fast else torch.float32


def seconds_of_product(kind: torch.dtype) -> float:
    """The best of a few products of the size that the model's blocks make."""
    rows, weight = torch.randn(2048, 256).to(kind), torch.randn(768, 256).to(kind)
    times = []
    for _ in range(6):
        begun = time.perf_counter()
        torch.nn.functional.linear(rows, weight)
        times.append(time.perf_counter() - begun)
    return min(times)


class Figures:
    """Means by kind of picture since the last report."""

    def __init__(self):
        self.values: dict[str, dict[str, list[float]]] = {}

    def add(self, kind: str, figures: dict):
        for name, value in figures.items():
            self.values.setdefault(kind, {}).setdefault(name, []).append(float(value))

    def text(self) -> str:
        return " | ".join(kind + "".join(f" {name} {sum(v) / len(v):.3f}" for name, v in values.items())
                          for kind, values in sorted(self.values.items()))


class Run:
    """A stage under way: the model, its optimizer, and how far it is."""

    def __init__(self, stage: Stage, options):
        self.stage, self.options = stage, options
        self.device = torch.device("cuda" if torch.cuda.is_available() and not options.cpu else "cpu")
        self.state_path = options.state / f"{stage.name}.state.pt"
        self.result_path = options.state / f"{stage.name}.pt"
        stored = torch.load(self.state_path, map_location="cpu", weights_only=True) if self.state_path.exists() else None
        torch.manual_seed(options.seed)
        self.model = (Mini(Config(**stored["cfg"])) if stored else self.initial()).to(self.device)
        compute = compute_type(self.device)
        self.optimizer = Optimizer(self.model, stage.vision_rate, compute)
        self.model.to(compute)
        if options.compile:
            self.model.compile_blocks()
        self.step, self.seconds = 0, 0.0
        if stored:
            self.optimizer.restore(stored["optimizer"])
            self.step, self.seconds = stored["step"], stored["seconds"]
        if stage.freeze_vision:
            for name, weight in self.model.named_parameters():
                weight.requires_grad_(not is_vision(name))

    def initial(self) -> Mini:
        before = stage_before(self.stage)
        path = self.options.init or (before and self.options.state / f"{before.name}.pt")
        return load_model(path) if path else Mini(Config())

    def progress(self) -> float:
        if self.options.minutes:
            return min(1.0, self.seconds / (60 * self.options.minutes))
        return min(1.0, self.step / self.stage.steps)

    def weights(self) -> dict:
        names = self.optimizer.names
        return {"cfg": self.model.config.to_dict(),
                "sd": {n: w.cpu().clone() for n, w in zip(names, self.optimizer.master)}}

    def save(self):
        save(self.state_path, {**self.weights(), "optimizer": self.optimizer.state(), "step": self.step,
                               "seconds": self.seconds})

    def advance(self, part: Part, batch: Batch) -> dict:
        stage = self.stage
        share = share_of_rate(stage, self.step, self.progress())
        loss, figures = self.model.loss(batch.to(self.device), stage.character_weight / part.stress, part.text)
        if not math.isfinite(loss.item()):
            raise SystemExit(f"the loss is {loss.item()} at step {self.step}; the last state is kept")
        (loss * part.stress / stage.gather).backward()
        self.step += 1
        if self.step % stage.gather == 0:
            self.optimizer.step(stage.rate * share, stage.muon_rate * share)
        return figures


def train(run: Run):
    stop = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.append(True))
    figures, last_report, last = Figures(), time.monotonic(), time.monotonic()
    begun, pictures = last, 0
    for part, batch in batches(run.stage, run.options, run.step, run.progress):
        figures.add(part.kind, run.advance(part, batch))
        pictures += len(batch.ids)
        now = time.monotonic()
        run.seconds, last = run.seconds + min(LONGEST_STEP, now - last), now
        if run.step % run.stage.gather:
            continue  # gradients are not part of the state
        over = run.step >= run.options.stop_after or now - begun > 60 * run.options.slice_minutes
        done = run.progress() >= 1 or over
        if done or stop or now - last_report > REPORT_SECONDS:
            share = share_of_rate(run.stage, run.step, run.progress())
            print(f"{run.seconds:6.0f} s step {run.step} {pictures / (now - last_report):.1f} pictures/s "
                  f"rate {run.stage.rate * share:.1e} | {figures.text()}", flush=True)
            run.save()
            figures, last_report, pictures = Figures(), now, 0
        if done or stop:
            break
    if run.progress() >= 1:
        save(run.result_path, run.weights())


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("stage")
    arguments.add_argument("--state", type=Path, required=True, help="folder outside the repository")
    arguments.add_argument("--init", help="checkpoint to start from")
    arguments.add_argument("--minutes", type=float, help="length of the stage by the clock instead of by steps")
    arguments.add_argument("--seed", type=int, default=0)
    arguments.add_argument("--threads", type=int, default=1)
    arguments.add_argument("--workers", type=int, default=0, help="processes that draw pictures; for a GPU, 12 or more")
    arguments.add_argument("--batch-factor", type=float, default=1.0,
                           help="pictures a step, in multiples of the stage's; 8 or more on a GPU")
    arguments.add_argument("--stop-after", type=int, default=1 << 62, help="pause at this step")
    arguments.add_argument("--slice-minutes", type=float, default=math.inf,
                           help="save and stop after so long; the same command goes on")
    arguments.add_argument("--compile", action="store_true", help="compile the blocks: a third faster on a CPU")
    arguments.add_argument("--cpu", action="store_true", help="don't use a GPU")
    options = arguments.parse_args()
    torch.set_num_threads(options.threads)
    os.nice(19)
    options.state.mkdir(parents=True, exist_ok=True)
    run = Run(stage_named(options.stage), options)
    if run.progress() < 1:
        train(run)
    else:
        print(f"stage {options.stage} is done")


if __name__ == "__main__":
    main()
