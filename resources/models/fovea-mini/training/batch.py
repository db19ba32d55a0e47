"""From samples to tensors: prompts, positions, and a mask that lets each conversation see only the pictures."""
from dataclasses import dataclass, replace

import numpy as np
import torch

from layout import layout
from tokens import BEFORE_ANSWER, END_OF_TEXT, NEXT_TURN, TURN_END, encode

Turn = tuple[str, str]  # question, answer
BOX = '"bbox_2d"'
FIRST_BYTE = 0.4        # weight in the loss of an answer's first token, beside that of all
UNLABELLED = -100       # in place of labels: the heads of training learn nothing there


@dataclass
class Sample:
    """Pictures of one size (uint8 [count, height, width, 3]), conversations about them, and their labels, picture by picture.

    With `times` the pictures are a clip's: each the mean of two frames, shown at that second.
    """
    pictures: np.ndarray
    conversations: list[list[Turn]]
    patch_characters: np.ndarray  # int16 [count, patches, PATCH_SLOTS], in merge order
    cell_characters: np.ndarray   # int16 [count, cells, CELL_SLOTS]
    cell_things: np.ndarray       # int16 [count, cells, THING_SLOTS]
    cell_extents: np.ndarray      # float32 [count, cells, 4]: left, top, right, bottom as shares; negative: none
    times: tuple[float, ...] = ()


@dataclass
class Batch:
    pictures: torch.Tensor          # uint8 [batch * count, 3, height, width]
    pieces: tuple[slice, ...]       # where in a row the cells of each of its pictures stand
    ids: torch.Tensor               # int64 [batch, length]
    positions: torch.Tensor         # int64 [3, batch, length]: time, row, column
    visible: torch.Tensor           # bool [batch, 1, length, length]
    targets: torch.Tensor           # int64 [batch, length]: the next token, -100 where none is asked for
    weights: torch.Tensor           # float [batch, length]: of each target in the loss
    patch_characters: torch.Tensor  # labels, picture by picture
    cell_characters: torch.Tensor
    cell_things: torch.Tensor
    cell_extents: torch.Tensor

    def to(self, device) -> "Batch":
        return Batch(**{name: value if name == "pieces" else value.to(device, non_blocking=True)
                        for name, value in vars(self).items()})


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
        shares = shares_of(told, BOX in answer)
        weights += [0.0] * (len(asked) - 1) + [shares[0] + FIRST_BYTE] + shares[1:] + [0.0]
    return ids, targets, weights


def shares_of(told: list[int], boxes: bool) -> list[float]:
    """Weights of an answer's tokens; where it gives boxes, their digits count and what stands around them hardly."""
    if not boxes:
        return [len(told) ** -0.5] * len(told)
    digit = [48 <= token < 58 for token in told]
    return [sum(digit) ** -0.5 if one else 0.1 * len(told) ** -0.5 for one in digit]


def collate(samples: list[Sample]) -> Batch:
    """Samples with as many pictures of one size as one batch; conversations share the pictures behind a block mask."""
    count, height, width = samples[0].pictures.shape[:3]
    heads = [layout(height, width, count, sample.times) for sample in samples]
    pieces, head = heads[0].pieces, len(heads[0].ids)
    if any(one.pieces != pieces for one in heads):
        raise ValueError("the times of these clips take different room")
    rows = []
    for sample, before in zip(samples, heads):
        ids, targets, owner, places = list(before.ids), [-100] * head, [0] * head, []
        shares, follow = [0.0] * head, before.follow
        for index, conversation in enumerate(sample.conversations):
            more, wanted, share = tokens_of(conversation)
            ids += more
            targets += wanted
            shares += share
            owner += [index + 1] * len(more)
            places += range(follow, follow + len(more))
        rows.append((ids, targets, shares, owner, places))
    length = -(-max(len(row[0]) for row in rows) // 16) * 16
    ids = torch.full((len(rows), length), END_OF_TEXT)
    targets = torch.full((len(rows), length), -100)
    weights = torch.zeros(len(rows), length)
    owner = torch.full((len(rows), length), -1)
    positions = torch.zeros(3, len(rows), length, dtype=torch.long)
    for index, (row_ids, row_targets, row_shares, row_owner, places) in enumerate(rows):
        n = len(row_ids)
        ids[index, :n] = torch.tensor(row_ids)
        targets[index, :n] = torch.tensor(row_targets)
        weights[index, :n] = torch.tensor(row_shares)
        owner[index, :n] = torch.tensor(row_owner)
        positions[:, index, :head] = heads[index].positions
        positions[:, index, head:n] = torch.tensor(places, dtype=torch.long)
    visible = (owner[:, None, :] == 0) | (owner[:, None, :] == owner[:, :, None])
    visible = visible & torch.ones(length, length, dtype=torch.bool).tril()
    visible |= torch.eye(length, dtype=torch.bool)  # padding sees itself, so that no row is empty
    pictures = np.concatenate([sample.pictures for sample in samples])
    labels = [torch.from_numpy(np.concatenate([getattr(sample, name) for sample in samples]))
              for name in ("patch_characters", "cell_characters", "cell_things", "cell_extents")]
    labels = [one if one.is_floating_point() else one.long() for one in labels]
    return Batch(torch.from_numpy(pictures).permute(0, 3, 1, 2).contiguous(), pieces, ids, positions, visible[:, None],
                 targets, weights, *labels)


def prompt(pictures: np.ndarray, turns: list[Turn], question: str, times: tuple[float, ...] = ()) -> Batch:
    """Pictures, turns before and a question, up to where its answer starts."""
    none = np.zeros((len(pictures), 1, 1), np.int16)
    full = collate([Sample(pictures, [[*turns, (question, "")]], none, none, none, none, times)])
    n = int((full.ids[0] == TURN_END).nonzero()[-1])  # collate closes the empty answer; cut before that
    return replace(full, ids=full.ids[:, :n], positions=full.positions[:, :, :n], visible=full.visible[:, :, :n, :n],
                   targets=full.targets[:, :n], weights=full.weights[:, :n])
