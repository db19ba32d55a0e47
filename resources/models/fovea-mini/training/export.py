"""A checkpoint as a folder in Hugging Face layout, checked against transformers.

python export.py CHECKPOINT FOLDER
"""
import argparse
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file

import hf_files
from batch import prompt
from data.clips import FPS
from model.config import PATCH
from model.mini import Mini, load_model


def transformers_weights(model: Mini) -> dict[str, torch.Tensor]:
    """bf16 tensors under transformers' names; the heads of training stay behind."""
    weights = {}
    for name, value in model.state_dict().items():
        if name.split(".")[0].endswith("_head"):
            continue
        if name == "visual.patch_embed.proj.weight":  # both frames of the temporal patch share the still picture
            value = (value.view(-1, 3, 1, PATCH, PATCH) / 2).expand(-1, 3, 2, PATCH, PATCH)
        weights["model." + name] = value.to(torch.bfloat16).contiguous()
    return weights


def check(model: Mini, folder: Path) -> float:
    """Largest difference to transformers' logits, relative to the largest logit, in fp32 on the stored weights.

    One picture, two of one message, a talk about them, and clips.
    """
    from transformers import AutoModelForImageTextToText, AutoProcessor
    theirs = AutoModelForImageTextToText.from_pretrained(folder, dtype=torch.float32).eval()
    processor = AutoProcessor.from_pretrained(folder)
    turns, question, worst = [("What is the título?", "Fovéa")], "And the date?", 0.0
    for height, width, count, earlier, clip in ((64, 256, 1, [], False), (192, 320, 1, [], False), (256, 224, 1, turns, False),
                                                (96, 96, 1, [], False), (128, 96, 2, [], False), (160, 256, 2, turns, False),
                                                (128, 160, 4, [], True), (96, 160, 7, turns, True)):
        dice = np.random.default_rng(height + count)
        shown = dice.integers(0, 256, (count, height, width, 3), dtype=np.uint8)
        inputs = processed(processor, shown, earlier, question, clip)
        if clip:  # each two frames are one picture, the last stands for a missing one
            pairs = np.concatenate([shown, shown[-1:]])[:count + count % 2].astype(np.float32).reshape(-1, 2, height, width, 3)
            shown = pairs.mean(1)
        times = tuple((2 * i + min(2 * i + 1, count - 1)) / 2 / FPS for i in range(len(shown))) if clip else ()
        ours = prompt(shown, earlier, question, times)
        if inputs["input_ids"].tolist() != ours.ids.tolist():
            raise SystemExit("the processor's prompt ids differ from those of training")
        with torch.no_grad():
            expected = theirs(**inputs).logits[0]
            found = model.language_model.logits(model.states(ours)[2])[0]
        worst = max(worst, float((expected - found).abs().max() / found.abs().max()))
    return worst


def processed(processor, shown: np.ndarray, earlier, question: str, clip: bool):
    """What transformers' processor makes of pictures, or of the frames of a clip, and a talk about them."""
    from PIL import Image
    turns = [(role, text) for turn in earlier for role, text in zip(("user", "assistant"), turn)] + [("user", question)]
    chat = [{"role": role, "content": [{"type": "text", "text": text}]} for role, text in turns]
    chat[0]["content"] = [{"type": "video" if clip else "image"}] * (1 if clip else len(shown)) + chat[0]["content"]
    text = processor.apply_chat_template(chat, add_generation_prompt=True)
    if not clip:
        return processor(text=[text], images=[Image.fromarray(one) for one in shown], return_tensors="pt")
    seen = {"total_num_frames": len(shown), "fps": FPS, "duration": len(shown) / FPS, "frames_indices": list(range(len(shown)))}
    return processor(text=[text], videos=[torch.from_numpy(shown).permute(0, 3, 1, 2)], video_metadata=[seen],
                     do_sample_frames=False, return_tensors="pt")


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("checkpoint")
    arguments.add_argument("folder", type=Path)
    options = arguments.parse_args()
    model = load_model(options.checkpoint).eval()
    hf_files.write(options.folder, model.config)
    save_file(transformers_weights(model), options.folder / "model.safetensors", metadata={"format": "pt"})
    with torch.no_grad():
        for value in model.parameters():
            value.copy_(value.to(torch.bfloat16))
    difference = check(model, options.folder)
    weights = options.folder / "model.safetensors"
    weights.chmod(0o644)
    size = weights.stat().st_size
    print(f"{size / 1e6:.1f} MB, logits differ from transformers' by {difference:.1e} of the largest")
    if difference > 1e-5:
        raise SystemExit("the export isn't the model that was trained")


if __name__ == "__main__":
    main()
