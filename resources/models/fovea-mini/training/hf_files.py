"""The JSON and text files beside the weights: configuration, tokenizer, processor, template."""
import json
from pathlib import Path

from data.grids import ANSWERED_AREA, SMALLEST_AREA
from model.config import CELL, PATCH, Config
from tokens import END_OF_TEXT, IMAGE, SPECIAL, TURN_END, VIDEO, VISION_END, VISION_START

TEMPLATE = Path(__file__).resolve().parents[1] / "chat_template.jinja"  # kept with the model, not generated


def model_config(c: Config) -> dict:
    return {
        "architectures": ["Qwen3VLForConditionalGeneration"],
        "model_type": "qwen3_vl",
        "dtype": "bfloat16",
        "fovea_note": "A small model of Fovea's own: it reads short printed text, simple forms and shapes, and knows no "
                      "photographs.",
        "tie_word_embeddings": True,
        "image_token_id": IMAGE,
        "video_token_id": VIDEO,
        "vision_start_token_id": VISION_START,
        "vision_end_token_id": VISION_END,
        "text_config": {
            "model_type": "qwen3_vl_text", "dtype": "bfloat16", "vocab_size": c.vocabulary,
            "hidden_size": c.hidden, "intermediate_size": c.mlp, "num_hidden_layers": c.depth,
            "num_attention_heads": c.heads, "num_key_value_heads": c.kv_heads, "head_dim": c.head_dim,
            "hidden_act": "silu", "rms_norm_eps": 1e-6, "attention_bias": False, "attention_dropout": 0.0,
            "max_position_embeddings": 4096, "initializer_range": 0.02, "use_cache": True,
            "tie_word_embeddings": True, "eos_token_id": TURN_END, "pad_token_id": END_OF_TEXT,
            "rope_parameters": {"rope_type": "default", "rope_theta": c.rope_theta,
                                "mrope_section": c.rope_sections, "mrope_interleaved": True}},
        "vision_config": {
            "model_type": "qwen3_vl_vision", "dtype": "bfloat16", "depth": c.vision_depth,
            "hidden_size": c.vision_hidden, "intermediate_size": c.vision_mlp, "num_heads": c.vision_heads,
            "hidden_act": "gelu_pytorch_tanh", "in_channels": 3, "patch_size": PATCH,
            "spatial_merge_size": CELL // PATCH, "temporal_patch_size": 2, "out_hidden_size": c.hidden,
            "num_position_embeddings": c.position_side ** 2, "deepstack_visual_indexes": c.vision_taps,
            "initializer_range": 0.02}}


def byte_symbols() -> list[str]:
    """The printable stand-in of each byte that byte-level tokenizers use: printable Latin-1 bytes stand for
    themselves, the others for the characters from U+0100 on, in order."""
    kept = set(range(33, 127)) | set(range(161, 173)) | set(range(174, 256))
    spare = iter(range(256, 512))
    return [chr(byte) if byte in kept else chr(next(spare)) for byte in range(256)]


def special_token(index: int, name: str) -> dict:
    return {"id": index, "content": name, "single_word": False, "lstrip": False, "rstrip": False,
            "normalized": False, "special": True}


def tokenizer() -> dict:
    added = [special_token(256 + i, name) for i, name in enumerate(SPECIAL)]
    byte_level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": False, "use_regex": False}
    return {"version": "1.0", "truncation": None, "padding": None, "added_tokens": added,
            "normalizer": {"type": "NFC"},  # transformers applies it to every Qwen2Tokenizer, stated or not
            "pre_tokenizer": byte_level, "post_processor": byte_level, "decoder": byte_level,
            "model": {"type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": "",
                      "end_of_word_suffix": "", "fuse_unk": False, "byte_fallback": False, "ignore_merges": False,
                      "vocab": {symbol: byte for byte, symbol in enumerate(byte_symbols())}, "merges": []}}


def tokenizer_config() -> dict:
    added = {}
    for index, name in enumerate(SPECIAL):
        entry = special_token(256 + index, name)
        added[str(entry.pop("id"))] = entry
    return {"tokenizer_class": "Qwen2Tokenizer", "processor_class": "Qwen3VLProcessor", "model_max_length": 4096,
            "add_bos_token": False, "add_prefix_space": False, "bos_token": None, "eos_token": "<|im_end|>",
            "pad_token": "<|endoftext|>", "unk_token": None, "clean_up_tokenization_spaces": False,
            "split_special_tokens": False, "errors": "replace", "added_tokens_decoder": added,
            "additional_special_tokens": [name for name in SPECIAL if name != "<|endoftext|>"]}


def processor(smallest: int, largest: int) -> dict:
    """What image and video processors share; sizes are pixel counts of the whole picture or clip."""
    return {"size": {"shortest_edge": smallest, "longest_edge": largest}, "patch_size": PATCH,
            "temporal_patch_size": 2, "merge_size": CELL // PATCH, "image_mean": [0.5] * 3, "image_std": [0.5] * 3,
            "do_convert_rgb": True, "do_resize": True, "resample": 3, "do_rescale": True, "rescale_factor": 1 / 255,
            "do_normalize": True}


def image_processor() -> dict:
    return {"processor_class": "Qwen3VLProcessor", "image_processor_type": "Qwen2VLImageProcessorFast",
            **processor(SMALLEST_AREA, ANSWERED_AREA)}


def video_processor() -> dict:
    """At most 16 frames of a quarter of a picture each."""
    return {"processor_class": "Qwen3VLProcessor", "video_processor_type": "Qwen3VLVideoProcessor",
            **processor(4 * SMALLEST_AREA, 4 * ANSWERED_AREA), "fps": 2, "min_frames": 4, "max_frames": 16,
            "do_sample_frames": True}


def generation_config() -> dict:
    return {"do_sample": False, "eos_token_id": [TURN_END, END_OF_TEXT], "pad_token_id": END_OF_TEXT}


def write(folder: Path, c: Config):
    """Writes everything but the weights into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in (("config.json", model_config(c)), ("generation_config.json", generation_config()),
                          ("tokenizer.json", tokenizer()), ("tokenizer_config.json", tokenizer_config()),
                          ("preprocessor_config.json", image_processor()),
                          ("video_preprocessor_config.json", video_processor())):
        (folder / name).write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    template = TEMPLATE.read_text(encoding="utf-8")
    (folder / "chat_template.jinja").write_text(template, encoding="utf-8")
