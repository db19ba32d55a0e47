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
    """Largest difference to transformers' logits, relative to the largest logit, in fp32 on the stored weights."""
    from PIL import Image
    from transformers import AutoModelForImageTextToText, AutoProcessor
    theirs = AutoModelForImageTextToText.from_pretrained(folder, dtype=torch.float32).eval()
    processor = AutoProcessor.from_pretrained(folder)
    worst = 0.0
    for height, width in ((64, 256), (192, 320), (256, 224), (96, 96)):
        picture = np.random.default_rng(height).integers(0, 256, (height, width, 3), dtype=np.uint8)
        chat = [{"role": "user", "content": [{"type": "image", "image": Image.fromarray(picture)},
                                             {"type": "text", "text": "What is the título?"}]}]
        inputs = processor.apply_chat_template(chat, add_generation_prompt=True, tokenize=True, return_dict=True,
                                               return_tensors="pt")
        ours = prompt(picture, "What is the título?")
        if inputs["input_ids"].tolist() != ours.ids.tolist():
            raise SystemExit("the processor's prompt ids differ from those of training")
        with torch.no_grad():
            expected = theirs(**inputs).logits[0]
            found = model.language_model.logits(model.states(ours)[2])[0]
        worst = max(worst, float((expected - found).abs().max() / found.abs().max()))
    return worst


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
