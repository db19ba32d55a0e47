"""The tokenizers of the checkpoints: Qwen3's byte-level BPE, whole or cut short, with Qwen's or GLM's special tokens.

GLM's own merges are not at hand, so its checkpoints get Qwen3's with GLM's rules: no Unicode normalisation, digits in
groups of up to three, GLM's special tokens in their published order behind the vocabulary.
"""
import json
import lzma

# In the order of their published ids, 151329 onwards.
GLM_TOKENS = """<|endoftext|> [MASK] [gMASK] [sMASK] <sop> <eop> <|system|> <|user|> <|assistant|> <|observation|>
<|begin_of_image|> <|end_of_image|> <|begin_of_video|> <|end_of_video|> <|begin_of_audio|> <|end_of_audio|>
<|begin_of_transcription|> <|end_of_transcription|> <|code_prefix|> <|code_middle|> <|code_suffix|> <think> </think>
<tool_call> </tool_call> <tool_response> </tool_response> <arg_key> </arg_key> <arg_value> </arg_value> /nothink
<|begin_of_box|> <|end_of_box|> <|image|> <|video|>""".split()
GLM_KEPT = set("<think> </think> <tool_call> </tool_call> <tool_response> </tool_response> <arg_key> </arg_key> "
               "<arg_value> </arg_value> /nothink".split())  # text to the reader: skip_special_tokens leaves them


def read(path):
    """A tokenizer.json, also one packed by xz."""
    with (lzma.open if path.suffix == ".xz" else open)(path, "rb") as file:
        return json.load(file)


def cut(tokenizer, entries):
    """Keep the first `entries` of the vocabulary: 256 bytes, then one entry a merge, in the order of the merges."""
    model = tokenizer["model"]
    model["vocab"] = {token: i for token, i in model["vocab"].items() if i < entries}
    model["merges"] = model["merges"][:entries - 256]


def build(spec, source):
    """(tokenizer.json, tokenizer_config.json, ids of the added tokens) of a checkpoint."""
    tokenizer = read(source)
    entries = spec.get("bpe_entries", len(tokenizer["model"]["vocab"]))
    whole = entries == len(tokenizer["model"]["vocab"])
    if not whole:
        cut(tokenizer, entries)
    plain = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False}
    if spec["family"] == "qwen3_vl":
        first = tokenizer["added_tokens"][0]["id"]
        for token in tokenizer["added_tokens"]:
            token["id"] += entries - first
    else:
        tokenizer["normalizer"] = None
        split = tokenizer["pre_tokenizer"]["pretokenizers"][0]["pattern"]
        split["Regex"] = split["Regex"].replace(r"\p{N}|", r"\p{N}{1,3}|")
        tokenizer["added_tokens"] = [{"id": entries + k, "content": token, **plain, "special": token not in GLM_KEPT}
                                     for k, token in enumerate(GLM_TOKENS)]
    added = tokenizer["added_tokens"]
    end = "<|im_end|>" if spec["family"] == "qwen3_vl" else "<|endoftext|>"
    config = {
        "tokenizer_class": "Qwen2Tokenizer" if whole and spec["family"] == "qwen3_vl" else "PreTrainedTokenizerFast",
        "added_tokens_decoder": {str(t["id"]): {k: v for k, v in t.items() if k != "id"} for t in added},
        "additional_special_tokens": [t["content"] for t in added if t["special"]],
        "bos_token": None, "eos_token": end, "pad_token": "<|endoftext|>", "unk_token": None,
        "clean_up_tokenization_spaces": False, "model_max_length": 262144, "errors": "replace"}
    return tokenizer, config, {t["content"]: t["id"] for t in added}
