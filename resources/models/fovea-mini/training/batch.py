"""From samples to tensors: prompts, positions, and a mask that lets each conversation see only the picture."""
from dataclasses import dataclass

import numpy as np
import torch

from model.config import CELL
from tokens import (BEFORE_ANSWER, BEFORE_IMAGE, END_OF_TEXT, FIRST_IMAGE_TOKEN, IMAGE, NEXT_TURN, TURN_END,
                    VISION_END, encode)

Turn = tuple[str, str]  # question, answer
FIRST_BYTE = 0.4        # weight in the loss of an answer's first token, beside that of all


@dataclass
class Sample:
    """A picture (uint8, height x width x 3), conversations about it, and its character labels."""
    picture: np.ndarray
    conversations: list[list[Turn]]
    patch_characters: np.ndarray  # int16 [patches, PATCH_SLOTS], in merge order
    cell_characters: np.ndarray   # int16 [cells, CELL_SLOTS]
    cell_things: np.ndarray       # int16 [cells, THING_SLOTS]


@dataclass
class Batch:
    pictures: torch.Tensor          # uint8 [batch, 3, height, width]
    ids: torch.Tensor               # int64 [batch, length]
    positions: torch.Tensor         # int64 [3, batch, length]: time, row, column
    visible: torch.Tensor           # bool [batch, 1, length, length]
    targets: torch.Tensor           # int64 [batch, length]: the next token, -100 where none is asked for
    weights: torch.Tensor           # float [batch, length]: of each target in the loss
    patch_characters: torch.Tensor
    cell_characters: torch.Tensor
    cell_things: torch.Tensor

    def to(self, device) -> "Batch":
        return Batch(**{name: value.to(device, non_blocking=True) for name, value in vars(self).items()})


def image_positions(height: int, width: int) -> tuple[torch.Tensor, int]:
    """Positions [3, n] of prefix, picture and VISION_END, and the position that follows."""
    rows, columns = height // CELL, width // CELL
    first = FIRST_IMAGE_TOKEN
    prefix = torch.arange(first).expand(3, first)
    y = (torch.arange(rows)[:, None].expand(rows, columns) + first).reshape(-1)
    x = (torch.arange(columns)[None].expand(rows, columns) + first).reshape(-1)
    after = first + max(rows, columns)
    picture = torch.stack([torch.full_like(y, first), y, x])
    return torch.cat([prefix, picture, torch.full((3, 1), after)], 1), after + 1


def tokens_of(conversation: list[Turn]) -> tuple[list[int], list[int], list[float]]:
    """Ids of a conversation after the picture, and at each place the token to predict (-100: none) and its weight.

    An answer weighs as the square root of its length, so that counts and colours aren't lost among long readings,
    and its first token FIRST_BYTE more: that one decides whether it reads, counts or refuses.
    """
    ids, targets, weights = [], [], []
    for index, (question, answer) in enumerate(conversation):
        asked = (NEXT_TURN if index else []) + encode(question) + BEFORE_ANSWER
        told = encode(answer) + [TURN_END]
        ids += asked + told
        targets += [-100] * (len(asked) - 1) + told + [-100]
        share = len(told) ** -0.5
        weights += [0.0] * (len(asked) - 1) + [share + FIRST_BYTE] + [share] * (len(told) - 1) + [0.0]
    return ids, targets, weights


def collate(samples: list[Sample]) -> Batch:
    """Samples of one picture size as one batch; conversations share the picture behind a block mask."""
    height, width = samples[0].picture.shape[:2]
    base, follow = image_positions(height, width)
    head = BEFORE_IMAGE + [IMAGE] * (base.shape[1] - FIRST_IMAGE_TOKEN - 1) + [VISION_END]
    rows = []
    for sample in samples:
        ids, targets, owner, places = list(head), [-100] * len(head), [0] * len(head), []
        shares = [0.0] * len(head)
        for index, conversation in enumerate(sample.conversations):
            more, wanted, share = tokens_of(conversation)
            ids += more
            targets += wanted
            shares += share
            owner += [index + 1] * len(more)
            places += range(follow, follow + len(more))
        rows.append((ids, targets, shares, owner, places))
    length = -(-max(len(row[0]) for row in rows) // 16) * 16
    count = len(rows)
    ids = torch.full((count, length), END_OF_TEXT)
    targets = torch.full((count, length), -100)
    weights = torch.zeros(count, length)
    owner = torch.full((count, length), -1)
    positions = torch.zeros(3, count, length, dtype=torch.long)
    for index, (row_ids, row_targets, row_shares, row_owner, places) in enumerate(rows):
        n = len(row_ids)
        ids[index, :n] = torch.tensor(row_ids)
        targets[index, :n] = torch.tensor(row_targets)
        weights[index, :n] = torch.tensor(row_shares)
        owner[index, :n] = torch.tensor(row_owner)
        positions[:, index, :len(head)] = base
        positions[:, index, len(head):n] = torch.tensor(places, dtype=torch.long)
    visible = (owner[:, None, :] == 0) | (owner[:, None, :] == owner[:, :, None])
    visible = visible & torch.ones(length, length, dtype=torch.bool).tril()
    visible |= torch.eye(length, dtype=torch.bool)  # padding sees itself, so that no row is empty
    pictures = np.stack([sample.picture for sample in samples])
    return Batch(
        torch.from_numpy(pictures).permute(0, 3, 1, 2).contiguous(), ids, positions, visible[:, None], targets,
        weights,
        torch.from_numpy(np.stack([s.patch_characters for s in samples])).long(),
        torch.from_numpy(np.stack([s.cell_characters for s in samples])).long(),
        torch.from_numpy(np.stack([s.cell_things for s in samples])).long())


def prompt(picture: np.ndarray, question: str) -> Batch:
    """One picture and one question, up to where the answer starts."""
    none = np.zeros((1, 1), np.int16)
    full = collate([Sample(picture, [[(question, "")]], none, none, none)])
    n = int((full.ids[0] == TURN_END).nonzero()[-1])  # collate closes the empty answer; cut before that
    return Batch(full.pictures, full.ids[:, :n], full.positions[:, :, :n], full.visible[:, :, :n, :n],
                 full.targets[:, :n], full.weights[:, :n], full.patch_characters, full.cell_characters,
                 full.cell_things)
