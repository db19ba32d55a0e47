#!/usr/bin/env python3
"""The comparing scripts notice what they are there to notice. Needs numpy alone."""
import contextlib
import copy
import io
import json
import tempfile
import unittest
import unittest.mock
from pathlib import Path

import numpy as np

import bf16_format
import compare
import golden_format
import make_checkpoint
import random_weights
import speed_beside_llama

DATA = Path(__file__).resolve().parent.parent / "data/oracle"


def answers_of(golden):
    """A program's answers that agree with the golden in everything."""
    return [{"case": c["case"], "ids": list(c["ids"]), "first_logits_at": [v for _, v in c["first_logits"]["at"]],
             **copy.deepcopy(dict(compare.intermediates(c)))} for c in golden["cases"]]


class Compare(unittest.TestCase):
    def setUp(self):
        self.golden = golden_format.read_golden(DATA / "golden/glm-41v.json")
        self.actual = answers_of(self.golden)
        self.clip = next(i for i, c in enumerate(self.golden["cases"]) if "videos" in c)
        self.photo = next(i for i, c in enumerate(self.golden["cases"]) if "image_patches" in c)

    def failures(self, **options):
        return [name for name, found in compare.compare(self.golden, self.actual, **options) if found]

    def test_agreement_passes(self):
        self.assertEqual(self.failures(complete=True), [])

    def test_every_kind_of_difference_fails_its_case_only(self):
        changes = {
            "ids": lambda v: v[:-1] + [v[-1] + 1], "prompt_ids": lambda v: v[:-1], "first_logits_at": lambda v: v[:-1] + [v[-1] + 1],
            "image_grids": lambda v: [[1, 2, 2]], "image_patches_sha256": lambda v: v[::-1], "positions_sha256": lambda v: "",
            "rope_delta": lambda v: v + 1}
        for key, change in changes.items():
            with self.subTest(key):
                kept = self.actual[self.photo][key]
                self.actual[self.photo][key] = change(kept)
                self.assertEqual(self.failures(), [self.golden["cases"][self.photo]["case"]])
                self.actual[self.photo][key] = kept
        for key, change in {"frames_indices": lambda v: [v[0][::-1]], "video_grids": lambda v: [], "video_patches_sha256": lambda v: "0"}.items():
            with self.subTest(key):
                kept = self.actual[self.clip][key]
                self.actual[self.clip][key] = change(kept)
                self.assertEqual(self.failures(), [self.golden["cases"][self.clip]["case"]])
                self.actual[self.clip][key] = kept

    def test_a_logit_that_is_not_a_number_fails(self):
        self.actual[0]["first_logits_at"][3] = float("nan")
        self.assertEqual(len(self.failures()), 1)

    def test_logits_pass_within_the_tolerance_only(self):
        std = self.golden["cases"][0]["first_logits"]["std"]
        self.actual[0]["first_logits_at"][0] += 0.9e-4 * std
        self.assertEqual(self.failures(), [])
        self.actual[0]["first_logits_at"][0] += 0.3e-4 * std
        self.assertEqual(len(self.failures()), 1)

    def test_a_missing_case_and_a_missing_answer_fail(self):
        del self.actual[1]
        self.assertEqual(len(self.failures()), 1)
        del self.actual[0]["positions_sha256"]
        self.assertEqual(len(self.failures()), 1)
        self.assertEqual(len(self.failures(complete=True)), 2)

    def test_goldens_are_clear_of_rounding(self):
        """The least margin of any step lies far above what the order of summation moves (2e-5 deviations)."""
        for path in sorted((DATA / "golden").glob("*.json")):
            for case in golden_format.read_golden(path)["cases"]:
                with self.subTest(path.stem, case=case["case"]):
                    self.assertGreater(min(case["margins"]), 1e-3)
                    self.assertGreater(len(set(case["ids"])), 5)


class Packing(unittest.TestCase):
    def test_there_and_back(self):
        ids = [5, 7, 7, 7, 7, 7, 8, 8, 9] + [3] * 400
        self.assertEqual(golden_format.unpack(golden_format.pack(ids)), ids)
        self.assertLess(len(golden_format.pack(ids)), 12)


class Bfloat16(unittest.TestCase):
    def setUp(self):
        self.head, self.logits = bf16_format.read(DATA / "bf16/qwen-forms.xz")

    def test_the_reference_passes_its_own_judgement(self):
        r = bf16_format.judge(self.head, self.logits, self.logits)
        self.assertTrue(r["passed"])
        self.assertEqual(r["divergence"], 0)
        self.assertGreater(r["clear"], 5)

    def test_a_wrong_first_token_fails_where_it_is_clear(self):
        spoilt = self.logits.copy()
        clear = next(i for i, c in enumerate(self.head["cases"]) if c["margin"] > c["difference"])
        second = np.argsort(spoilt[clear])[-2]
        spoilt[clear, second] = spoilt[clear].max() + np.float32(1e-3)
        self.assertEqual(bf16_format.judge(self.head, self.logits, spoilt)["missed"], [self.head["cases"][clear]["case"]])

    def test_noise_and_not_a_number_fail(self):
        noise = np.random.default_rng(1).normal(0, 1, self.logits.shape).astype(np.float32)
        self.assertFalse(bf16_format.judge(self.head, self.logits, self.logits + noise)["passed"])
        spoilt = self.logits.copy()
        spoilt[0, 0] = np.nan
        self.assertFalse(bf16_format.judge(self.head, self.logits, spoilt)["passed"])


class Checkpoints(unittest.TestCase):
    def test_rounding_to_bfloat16_is_to_nearest_even(self):
        numbers = np.array([1.0, 1.00390625, 1.01171875, -1.00390625, 1.00390637], np.float32)
        bits = random_weights.encode(numbers, "bfloat16")
        self.assertEqual(bf16_format.widen(bits).tolist(), [1.0, 1.0, 1.015625, -1.0, 1.0078125])

    def test_the_stream_of_numbers_is_the_one_the_goldens_were_made_from(self):
        numbers = random_weights.fractions(random_weights.key_of(101, "lm_head.weight"), 3)
        self.assertEqual((numbers * 2**24).astype(int).tolist(), [2702421, 5409230, 13342331])

    def test_a_zeroed_tensor_is_zero_and_the_others_are_kept(self):
        with tempfile.TemporaryDirectory() as folder:
            whole, spoilt = Path(folder) / "whole", Path(folder) / "spoilt"
            spec = make_checkpoint.specs()["glm-41v"]
            for place, zero in ((whole, None), (spoilt, r"visual\.downsample\.bias$")):
                place.mkdir()
                ids = dict.fromkeys(["<|endoftext|>", "<|user|>", "<|observation|>", "<|image|>", "<|video|>", "<|begin_of_image|>",
                                     "<|end_of_image|>", "<|begin_of_video|>", "<|end_of_video|>"], 1)
                make_checkpoint.write_weights(spec, make_checkpoint.checkpoint_config.config(spec, ids), place, zero)
            a, b = (np.fromfile(p / "model.safetensors", "<u4") for p in (whole, spoilt))
            self.assertEqual(len(a), len(b))
            self.assertEqual(int((a != b).sum()), spec["text"]["hidden_size"])


class BesideLlama(unittest.TestCase):
    """With programs that only say how fast they were."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        (self.folder / "bf16.gguf").write_bytes(bytes(1000))
        self.say("llama-bench", [{"avg_ts": 10.0}])
        figures = {name: {"median": value} for name, value in (("decode_tokens_per_s", 9.5), ("prefill_tokens_per_s", 20.0), ("vision_ms", 800.0))}
        self.say("fovea", {"step_weight_bytes": 1000, "parts": [{"figures": figures}]})

    def say(self, name, words):
        text = words if isinstance(words, str) else json.dumps(words)
        (self.folder / name).write_text(f"#!/bin/sh\ncat <<'END'\n{text}\nEND\n")
        (self.folder / name).chmod(0o755)

    def beside(self, *options):
        argv = ["speed_beside_llama.py", "--program", str(self.folder / "fovea"), "--checkpoint", "x", "--llama", str(self.folder), "--gguf",
                str(self.folder), "--pairs", "2", *options]
        with (unittest.mock.patch("sys.argv", argv), unittest.mock.patch("ceilings.read_rate", lambda threads: 20_000.0),
              contextlib.redirect_stdout(io.StringIO()) as out):
            speed_beside_llama.main()
        return out.getvalue()

    def test_ratios_shares_and_what_is_missing_are_told(self):
        text = self.beside("--parts", "decode,prompt")
        self.assertIn("| bf16 and BF16: decode, tok/s | 10.0 (10.0–10.0) | 9.5 (9.5–9.5) | 0.95 (0.95–0.95) |", text)
        self.assertIn("| bf16 and BF16: of what memory allows (0.0 GB/s) | 50% | 48% | |", text)
        self.assertIn("| bf16 and BF16: prompt, tok/s | 10.0 (10.0–10.0) | 20.0 (20.0–20.0) | 2.00 (2.00–2.00) |", text)
        self.assertIn("int8, decode was left out", text)

    def test_a_goal_that_is_missed_ends_with_its_figure(self):
        self.beside("--parts", "prompt", "--goals")
        with self.assertRaisesRegex(SystemExit, "bf16, decode: 0.95 of 0.97"):
            self.beside("--parts", "decode", "--goals")

    def test_a_picture_is_all_its_slices(self):
        self.say("llama-mtmd-cli", "image slice encoded in 900 ms\nimage decoded (batch 1/1) in 7 ms\nimage slice encoded in 100 ms\n A hill.")
        args = unittest.mock.Mock(llama=self.folder, gguf=self.folder, picture="x", threads=2)
        self.assertEqual(speed_beside_llama.llama(args, "tower", "picture")[0], 1000)


if __name__ == "__main__":
    unittest.main()
