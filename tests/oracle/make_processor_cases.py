#!/usr/bin/env python3
"""Write what transformers' own processors make of sizes, clips and small pictures.

    make_processor_cases.py [--many N] [OUT.json]    default: ../core/vision/processor_cases.json

Uses the processor settings under ../core/vision/processors and the pictures of ../data/images. --many draws N random
sizes and clips of each kind in place of the few hundred that the repository keeps.
"""
import argparse
import hashlib
import io
import json
import logging
import os
import random
import warnings
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"
warnings.simplefilter("ignore")

import cv2
import numpy as np
import transformers
from PIL import Image, ImageOps
from transformers import AutoImageProcessor, AutoVideoProcessor
from transformers.models.glm46v.image_processing_glm46v import smart_resize as resize_frames
from transformers.models.glm46v.processing_glm46v import Glm46VProcessor
from transformers.models.glm4v.processing_glm4v import Glm4vProcessor
from transformers.models.qwen2_vl.image_processing_qwen2_vl import smart_resize as resize_picture
from transformers.models.qwen3_vl.processing_qwen3_vl import Qwen3VLProcessor
from transformers.video_utils import VideoMetadata

assert transformers.__version__ == "5.17.0", transformers.__version__
transformers.utils.logging.set_verbosity_error()
logging.disable(logging.WARNING)
HERE = Path(__file__).resolve().parent
PROCESSORS = HERE.parent / "core" / "vision" / "processors"
IMAGES = HERE.parent / "data" / "images"
FAMILIES = ("qwen3vl", "glm46v", "glm4v")


def sha(array):
    return hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()


def or_error(function, *args, **kwargs):
    try:
        return list(function(*args, **kwargs))
    except ValueError:
        return None


def side(rng):
    kind = rng.randrange(4)
    return (rng.randint(1, 40), rng.randint(1, 700), rng.randint(500, 5000), 14 * rng.randint(1, 200))[kind]


def resize_cases(rng, count):
    """[frames (0: one picture), width, height, factor, min, max, [height, width] or null]"""
    for _ in range(count):
        width, height = side(rng), side(rng)
        factor = rng.choice((28, 32))
        low = rng.choice((1, 3136, 4096, 12544, 65536, 1000000))
        high = rng.choice((low, low * 2, 200704, 786432, 1003520, 9633792, 16777216, 25165824))
        high = max(low, high)
        if rng.random() < 0.5:
            yield [0, width, height, factor, low, high, or_error(resize_picture, height, width, factor, low, high)]
        else:
            frames = rng.choice((1, 2, 2, 3, 5, 8, 13, 64, 333))
            yield [frames, width, height, factor, low, high,
                   or_error(resize_frames, frames, height, width, 2, factor, low, high)]


def frame_cases(rng, count, videos):
    """[processor, total, fps, asked rate, asked count, number of indices, sha256 of them as text, first 12]"""
    for _ in range(count):
        family = rng.choice(FAMILIES)
        fps = rng.choice((1.0, 2.0, 3.0, 5.0, 7.5, 10.0, 12.0, 15.0, 23.976023976023978, 24.0, 25.0, 29.97002997002997, 30.0,
                          50.0, 59.94005994005994, 60.0, round(rng.uniform(0.5, 120), 4)))
        total = rng.choice((rng.randint(1, 12), rng.randint(1, 300), rng.randint(100, 5000), rng.randint(1000, 100000)))
        rate = rng.choice((0, 0, 0, 0.5, 1.0, 4.0)) if family != "glm46v" else 0
        number = rng.choice((0, 0, 3, 8, 17)) if family == "qwen3vl" and not rate else 0
        metadata = VideoMetadata(total_num_frames=total, fps=fps, duration=total / fps)
        kwargs = {"fps": None if number else rate} if rate or number else {}
        if number:
            kwargs["num_frames"] = number
        indices = [int(i) for i in videos[family].sample_frames(metadata, **kwargs)]
        text = ",".join(map(str, indices))
        yield [family, total, fps, rate, number, len(indices), hashlib.sha256(text.encode()).hexdigest()[:16], indices[:12]]


def label_cases(rng, count):
    """[style, indices, fps, labels]"""
    qwen, glm46v, glm4v = (object.__new__(c) for c in (Qwen3VLProcessor, Glm46VProcessor, Glm4vProcessor))
    for _ in range(count):
        family = rng.choice(FAMILIES)
        fps = rng.choice((1.0, 2.0, 3.0, 4.0, 8.0, 10.0, 20.0, 23.976023976023978, 25.0, 30.0, 40.0))
        indices = sorted(rng.sample(range(rng.choice((20, 300, 9000))), rng.randint(1, 12)))
        if family == "qwen3vl":
            labels = [f"<{t:.1f} seconds>" for t in qwen._calculate_timestamps(list(indices), fps, 2)]
        else:
            if len(indices) % 2:
                indices.append(indices[-1])
            times = VideoMetadata(total_num_frames=9000, fps=fps, frames_indices=indices).timestamps[::2]
            processor = glm46v if family == "glm46v" else glm4v
            processor.image_token = ""
            labels = [processor.replace_frame_token_id(t).split("<|end_of_image|>")[1] for t in times]
        yield [family, indices, fps, labels]


def rgb(name):
    return ImageOps.exif_transpose(Image.open(io.BytesIO((IMAGES / name).read_bytes()))).convert("RGB")


def patch_cases(images):
    """Pictures of the repository, enlarged and reduced."""
    for family in FAMILIES:
        for name in ("jpeg_RGB.jpg", "png_c6_d8.png", "webp_lossy.webp", "jpeg_exif6.jpg", "png_1xN.png", "jpeg_restart.jpg"):
            for size in (None, (1, 1100), (1024, 3200), (40000, 90000)):
                picture = rgb(name)
                kwargs = {} if size is None else {"size": {"shortest_edge": size[0], "longest_edge": size[1]}}
                out = images[family](images=[picture], return_tensors="pt", **kwargs)
                yield {"processor": family, "file": name, "size": size, "grid": out["image_grid_thw"][0].tolist(),
                       "sha256": sha(out["pixel_values"].numpy())}


def clip_cases(videos):
    """Clips of pictures that have one size."""
    names = ["png_c2_d8.png", "png_c0_d8.png", "png_c6_d8.png", "bmp_RGB.bmp", "tiff_rgb_ii.tif", "png_split_idat.png",
             "png_c4_d8.png", "bmp_palette8.bmp", "tiff_cmyk.tif"]
    frames = np.stack([np.asarray(rgb(name)) for name in names])
    for family in FAMILIES:
        for count, fps, size in ((9, 1.0, None), (9, 3.0, (1, 6000)), (6, 2.0, (1, 30000)), (3, 1.5, None), (9, 4.0, (40000, 80000))):
            metadata = VideoMetadata(total_num_frames=count, fps=fps, duration=count / fps, width=23, height=17)
            kwargs = {} if size is None else {"size": {"shortest_edge": size[0], "longest_edge": size[1]}}
            case = {"processor": family, "files": names[:count], "fps": fps, "size": size}
            try:
                out = videos[family](videos=[frames[:count]], video_metadata=[metadata], return_metadata=True,
                                     return_tensors="pt", do_sample_frames=True, **kwargs)
            except ValueError:
                yield {**case, "error": True}
                continue
            yield {**case, "grid": out["video_grid_thw"][0].tolist(), "sha256": sha(out["pixel_values_videos"].numpy()),
                   "indices": [int(i) for i in out["video_metadata"][0].frames_indices]}


def write_clip(path):
    """Thirty frames of moving shapes at ten a second, drawn here."""
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"mp4v"), 10.0, (64, 48))
    for t in range(30):
        y, x = np.mgrid[0:48, 0:64]
        frame = np.stack([x * 4, y * 5, (x + y + 8 * t) % 256], axis=2).astype(np.uint8)
        frame[8:24, (2 * t) % 48:(2 * t) % 48 + 14] = (20, 240, 90)
        writer.write(frame)
    writer.release()


def file_clip(videos):
    path = IMAGES / "clip.mp4"
    if not path.exists():
        write_clip(path)
    capture = cv2.VideoCapture(str(path))
    fps, frames = capture.get(cv2.CAP_PROP_FPS), []
    while True:
        ok, frame = capture.read()
        if not ok:
            break
        frames.append(cv2.cvtColor(frame, cv2.COLOR_BGR2RGB))
    frames = np.stack(frames)
    result = {"file": path.name, "total": len(frames), "fps": fps, "frames": [sha(f)[:16] for f in frames], "cases": []}
    for family in FAMILIES:
        for start, end in ((0, len(frames)), (5, 18)):
            part = frames[start:end]
            metadata = VideoMetadata(total_num_frames=len(part), fps=fps, duration=len(part) / fps, width=64, height=48)
            out = videos[family](videos=[part], video_metadata=[metadata], return_metadata=True, return_tensors="pt",
                                 do_sample_frames=True)
            result["cases"].append({"processor": family, "range": [start, end], "grid": out["video_grid_thw"][0].tolist(),
                                    "sha256": sha(out["pixel_values_videos"].numpy()),
                                    "indices": [int(i) for i in out["video_metadata"][0].frames_indices]})
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", nargs="?", default=PROCESSORS.parent / "processor_cases.json", type=Path)
    parser.add_argument("--many", type=int, default=0)
    args = parser.parse_args()
    rng = random.Random(20)
    images = {f: AutoImageProcessor.from_pretrained(PROCESSORS / f) for f in FAMILIES}
    videos = {f: AutoVideoProcessor.from_pretrained(PROCESSORS / f) for f in FAMILIES}
    parts = {
        "resize": list(resize_cases(rng, args.many or 400)),
        "frames": list(frame_cases(rng, args.many or 200, videos)),
        "labels": list(label_cases(rng, args.many or 60)),
        "patches": list(patch_cases(images)),
        "clips": list(clip_cases(videos)),
        "file_clip": [file_clip(videos)],
    }
    text = ",\n".join(f"{json.dumps(key)}: [\n" + ",\n".join(json.dumps(v, separators=(",", ":")) for v in values) + "\n]"
                      for key, values in parts.items())
    args.out.write_text("{\n" + text + "\n}\n")
    print({key: len(values) for key, values in parts.items()}, args.out.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
