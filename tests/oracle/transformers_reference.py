"""Hugging Face transformers, run over the cases as the program under test runs them.

A case is a conversation with options; tests/data/oracle/README.md describes the fields. Decoding is plain argmax for
exactly max_new_tokens steps, whatever end-of-sequence id comes.
"""
import json
import os
from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")

import cv2
import numpy as np
import torch
import transformers
from PIL import Image, ImageOps
from transformers.video_utils import VideoMetadata

transformers.utils.logging.disable_progress_bar()

DEFAULT_STEPS = 32


def read_cases(path, only=()):
    cases = json.loads(Path(path).read_text(encoding="utf-8"))
    return [c for c in cases if not only or c["name"] in only]


def open_picture(path):
    """The picture as transformers' own load_image gives it: turned as its EXIF says, alpha dropped, RGB."""
    with Image.open(path) as picture:
        return ImageOps.exif_transpose(picture).convert("RGB")


def open_clip(path, part=None):
    """The frames [first, end) as one array of RGB, and what the frame sampler wants to know of the whole."""
    reader = cv2.VideoCapture(str(path))
    rate, frames = float(reader.get(cv2.CAP_PROP_FPS)), []
    while (read := reader.read())[0]:
        frames.append(read[1][:, :, ::-1])
    frames = np.stack(frames[slice(*part)] if part else frames)
    count, height, width = frames.shape[:3]
    return frames, VideoMetadata(total_num_frames=count, fps=rate, duration=count / rate, width=width, height=height,
                                 video_backend="opencv")


def media(case, kind):
    """The file names of the case's images or videos, in order."""
    contents = [m["content"] for m in case["messages"] if isinstance(m["content"], list)]
    return [part[kind] for content in contents for part in content if part["type"] == kind]


class Reference:
    def __init__(self, checkpoint, dtype="float32", threads=1, attention="sdpa", own_memory=True):
        torch.set_num_threads(threads)
        config = transformers.AutoConfig.from_pretrained(checkpoint)
        model_class = getattr(transformers, config.architectures[0])
        self.model = model_class.from_pretrained(checkpoint, dtype=getattr(torch, dtype), attn_implementation=attention).eval()
        if own_memory:  # a mapped file's alignment may change the last bit
            for parameter in self.model.parameters():
                parameter.data = parameter.data.clone()
        self.model.generation_config = transformers.GenerationConfig(do_sample=False)
        self.processor = transformers.AutoProcessor.from_pretrained(checkpoint)
        if not self.processor.chat_template:  # processors look for files of their own only; the tokenizer's serves as well
            self.processor.chat_template = self.processor.tokenizer.get_chat_template()
        self.vocabulary = self.model.lm_head.out_features

    def inputs(self, case, pictures):
        """(model inputs, metadata of the clips): what the processor makes of the case."""
        options = {"add_generation_prompt": True, **case.get("template", {})}
        if case.get("tools"):
            options["tools"] = case["tools"]
        text = self.processor.apply_chat_template(case["messages"], tokenize=False, **options)
        call = {"text": [text], "return_tensors": "pt"}
        if images := [open_picture(Path(pictures) / name) for name in media(case, "image")]:
            call["images"] = images
            if "image_size" in case:
                call["images_kwargs"] = {"size": dict(case["image_size"])}
        if clips := [open_clip(Path(pictures) / name, case.get("video_range")) for name in media(case, "video")]:
            settings = {"video_metadata": [c[1] for c in clips], "do_sample_frames": True}
            if "video_size" in case:
                settings["size"] = dict(case["video_size"])
            sampling = case.get("video_sampling", {})
            settings |= {"num_frames": sampling["num_frames"], "fps": None} if "num_frames" in sampling else sampling
            call |= {"videos": [c[0] for c in clips], "videos_kwargs": settings, "return_metadata": True}
        made = self.processor(**call)
        return made, made.pop("video_metadata", None) or []

    def generate(self, inputs, steps):
        """(new ids, each step's logits as float32 rows)."""
        self.model.model.rope_deltas = None
        with torch.inference_mode():
            out = self.model.generate(**inputs, max_new_tokens=steps, do_sample=False, return_dict_in_generate=True,
                                      output_logits=True)
        ids = out.sequences[0, inputs["input_ids"].shape[1]:].tolist()
        if len(ids) != steps:
            raise RuntimeError(f"{len(ids)} ids instead of {steps}")
        return ids, [row[0].float() for row in out.logits]

    def first_logits(self, inputs):
        """The first step's logits, float32 [vocabulary]."""
        return self.generate(inputs, 1)[1][0]

    def positions(self, inputs):
        """(M-RoPE positions int64 [3, prompt], delta of the decoded tokens' positions)."""
        ids = inputs["input_ids"]
        if "mm_token_type_ids" not in inputs:
            return torch.arange(ids.shape[1]).expand(3, -1), 0
        keys = ("mm_token_type_ids", "image_grid_thw", "video_grid_thw")
        positions, delta = self.model.model.get_rope_index(ids, **{k: inputs[k] for k in keys if k in inputs})
        return positions[-3:, 0], int(delta[0, 0])


def versions():
    return {"transformers": transformers.__version__, "torch": torch.__version__.split("+")[0], "numpy": np.__version__,
            "opencv": cv2.__version__}
