"""config.json, generation_config.json and the processors' files, in the spellings that are found on the hub."""


def rope(spec):
    """The rotary part of the text configuration: `rope_scaling` beside `rope_theta` (4.x), or all in `rope_parameters` (5.x)."""
    text = spec["text"]
    style = spec["rope_style"]
    inner = {"type" if style == "old_type" else "rope_type": "default", "mrope_section": text["mrope_section"]}
    if spec["family"] == "qwen3_vl":
        inner["mrope_interleaved"] = True
    outer = {k: text[k] for k in ("rope_theta", "partial_rotary_factor") if k in text}
    return {"rope_parameters": inner | outer} if style == "rope_parameters" else {"rope_scaling": inner} | outer


def qwen3_vl(spec, ids):
    text, vision = spec["text"], spec["vision"]
    shape = ("hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads", "num_key_value_heads", "head_dim")
    text_config = {k: text[k] for k in shape} | rope(spec) | {
        "model_type": "qwen3_vl_text", "dtype": spec["dtype"], "vocab_size": spec["vocab_size"], "hidden_act": "silu",
        "rms_norm_eps": 1e-6, "attention_bias": False, "attention_dropout": 0.0, "max_position_embeddings": 262144,
        "bos_token_id": ids["<|endoftext|>"], "eos_token_id": ids["<|im_end|>"], "use_cache": True,
        "tie_word_embeddings": spec["tie_word_embeddings"]}
    vision_config = dict(vision) | {
        "model_type": "qwen3_vl", "hidden_act": "gelu_pytorch_tanh", "in_channels": 3, "spatial_merge_size": 2,
        "temporal_patch_size": 2, "out_hidden_size": text["hidden_size"]}
    return {
        "architectures": ["Qwen3VLForConditionalGeneration"], "model_type": "qwen3_vl",
        "image_token_id": ids["<|image_pad|>"], "video_token_id": ids["<|video_pad|>"],
        "vision_start_token_id": ids["<|vision_start|>"], "vision_end_token_id": ids["<|vision_end|>"],
        "text_config": text_config, "vision_config": vision_config, "tie_word_embeddings": spec["tie_word_embeddings"],
        "transformers_version": "4.57.0"}


def glm(spec, ids):
    text, vision = spec["text"], spec["vision"]
    shape = ("hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads", "num_key_value_heads")
    text_config = {k: text[k] for k in shape} | rope(spec) | {
        "model_type": "glm4v_text", "dtype": spec["dtype"], "vocab_size": spec["vocab_size"], "hidden_act": "silu",
        "rms_norm_eps": 1e-5, "attention_bias": True, "attention_dropout": 0.0, "max_position_embeddings": 65536,
        "eos_token_id": glm_ends(ids), "pad_token_id": ids["<|endoftext|>"], "use_cache": True}
    vision_config = dict(vision) | {
        "model_type": "glm4v_vision", "hidden_act": "silu", "in_channels": 3, "spatial_merge_size": 2, "temporal_patch_size": 2,
        "attention_bias": False, "rms_norm_eps": 1e-5, "out_hidden_size": text["hidden_size"]}
    config = {
        "architectures": [{"glm46v": "Glm46V", "glm4v": "Glm4v"}[spec["family"]] + "ForConditionalGeneration"],
        "model_type": spec["family"], "image_token_id": ids["<|image|>"], "video_token_id": ids["<|video|>"],
        "image_start_token_id": ids["<|begin_of_image|>"], "image_end_token_id": ids["<|end_of_image|>"],
        "video_start_token_id": ids["<|begin_of_video|>"], "video_end_token_id": ids["<|end_of_video|>"],
        "vision_config": vision_config, "tie_word_embeddings": spec["tie_word_embeddings"], "transformers_version": "4.57.1"}
    if spec.get("flat_config"):  # as GLM-4.1V was published: the text model's keys at the root
        return config | {k: v for k, v in text_config.items() if k != "model_type"}
    return config | {"text_config": text_config}


def glm_ends(ids):
    return [ids[t] for t in ("<|endoftext|>", "<|user|>", "<|observation|>")]


def config(spec, ids):
    return (qwen3_vl if spec["family"] == "qwen3_vl" else glm)(spec, ids)


def generation_config(spec, ids):
    """Sampling by default, as published: a golden run has to override it."""
    if spec["family"] == "qwen3_vl":
        return {"do_sample": True, "temperature": 0.7, "top_p": 0.8, "top_k": 20, "pad_token_id": ids["<|endoftext|>"],
                "eos_token_id": [ids["<|im_end|>"], ids["<|endoftext|>"]]}
    return {"do_sample": True, "temperature": 0.8, "top_p": 0.6, "top_k": 2, "pad_token_id": ids["<|endoftext|>"],
            "eos_token_id": glm_ends(ids)}


def processors(spec):
    """(image processor, video processor): sizes are pixel counts, as in the published files."""
    common = {"patch_size": spec["vision"]["patch_size"], "temporal_patch_size": 2, "merge_size": 2}
    if spec["family"] == "qwen3_vl":
        common |= {"image_mean": [0.5] * 3, "image_std": [0.5] * 3, "processor_class": "Qwen3VLProcessor"}
        image, video = "Qwen2VLImageProcessorFast", "Qwen3VLVideoProcessor"
        sizes = {"shortest_edge": 65536, "longest_edge": 16777216}, {"shortest_edge": 4096, "longest_edge": 25165824}
    else:
        kind = spec["processor"]
        common |= {"image_mean": [0.48145466, 0.4578275, 0.40821073], "image_std": [0.26862954, 0.26130258, 0.27577711],
                   "processor_class": f"{kind}Processor"}
        image, video = f"{kind}ImageProcessor", f"{kind}VideoProcessor"
        sizes = {"shortest_edge": 12544, "longest_edge": 9633792}, {"shortest_edge": 12544, "longest_edge": 47040000}
    return (common | {"size": sizes[0], "image_processor_type": image},
            common | {"size": sizes[1], "video_processor_type": video})
