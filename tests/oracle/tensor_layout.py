"""Which tensors a checkpoint of each family holds: name, shape and the part each one plays.

The order is the order in which transformers declares them, hence the order in the files. `check_layout.py` compares all
of it with transformers' own classes.
"""
from typing import NamedTuple


class Tensor(NamedTuple):
    name: str
    shape: tuple
    role: str  # a key of random_weights.SPREAD


def linear(name, rows, columns, role, bias_role=None):
    yield Tensor(f"{name}.weight", (rows, columns), role)
    if bias_role:
        yield Tensor(f"{name}.bias", (rows,), bias_role)


def layer_norm(name, width):
    yield Tensor(f"{name}.weight", (width,), "norm")
    yield Tensor(f"{name}.bias", (width,), "norm_bias")


def patch_embedding(vision):
    patch = vision["patch_size"]
    kernel = (vision["hidden_size"], vision["in_channels"], vision["temporal_patch_size"], patch, patch)
    yield Tensor("model.visual.patch_embed.proj.weight", kernel, "patch")
    yield Tensor("model.visual.patch_embed.proj.bias", kernel[:1], "bias")


def qwen3_vl_vision(vision):
    width, inner = vision["hidden_size"], vision["intermediate_size"]
    grouped = width * vision["spatial_merge_size"] ** 2
    yield from patch_embedding(vision)
    yield Tensor("model.visual.pos_embed.weight", (vision["num_position_embeddings"], width), "vision_position")
    for i in range(vision["depth"]):
        block = f"model.visual.blocks.{i}"
        yield from layer_norm(f"{block}.norm1", width)
        yield from layer_norm(f"{block}.norm2", width)
        yield from linear(f"{block}.attn.qkv", 3 * width, width, "vision_attention", "bias")
        yield from linear(f"{block}.attn.proj", width, width, "vision_attention", "bias")
        yield from linear(f"{block}.mlp.linear_fc1", inner, width, "vision_mlp", "bias")
        yield from linear(f"{block}.mlp.linear_fc2", width, inner, "vision_mlp", "bias")
    yield from layer_norm("model.visual.merger.norm", width)
    yield from linear("model.visual.merger.linear_fc1", grouped, grouped, "vision_mlp", "bias")
    yield from linear("model.visual.merger.linear_fc2", vision["out_hidden_size"], grouped, "vision_mlp", "bias")
    for k in range(len(vision["deepstack_visual_indexes"])):
        merger = f"model.visual.deepstack_merger_list.{k}"
        yield from layer_norm(f"{merger}.norm", grouped)
        yield from linear(f"{merger}.linear_fc1", grouped, grouped, "vision_mlp", "bias")
        yield from linear(f"{merger}.linear_fc2", vision["out_hidden_size"], grouped, "deepstack", "deepstack_bias")


def qwen3_vl_text(text):
    width, inner, head = text["hidden_size"], text["intermediate_size"], text["head_dim"]
    queries, keys = text["num_attention_heads"] * head, text["num_key_value_heads"] * head
    yield Tensor("model.language_model.embed_tokens.weight", (text["vocab_size"], width), "embedding")
    for i in range(text["num_hidden_layers"]):
        layer = f"model.language_model.layers.{i}"
        yield from linear(f"{layer}.self_attn.q_proj", queries, width, "query_key")
        yield from linear(f"{layer}.self_attn.k_proj", keys, width, "query_key")
        yield from linear(f"{layer}.self_attn.v_proj", keys, width, "value")
        yield from linear(f"{layer}.self_attn.o_proj", width, queries, "attention_out")
        yield Tensor(f"{layer}.self_attn.q_norm.weight", (head,), "head_norm")
        yield Tensor(f"{layer}.self_attn.k_norm.weight", (head,), "head_norm")
        yield from linear(f"{layer}.mlp.gate_proj", inner, width, "mlp")
        yield from linear(f"{layer}.mlp.up_proj", inner, width, "mlp")
        yield from linear(f"{layer}.mlp.down_proj", width, inner, "mlp")
        for norm in ("input_layernorm", "post_attention_layernorm"):
            yield Tensor(f"{layer}.{norm}.weight", (width,), "norm")


def glm4v_vision(vision):
    width, out, inner = vision["hidden_size"], vision["out_hidden_size"], vision["intermediate_size"]
    merge = vision["spatial_merge_size"]
    positions = (vision["image_size"] // vision["patch_size"]) ** 2
    yield Tensor("model.visual.embeddings.position_embedding.weight", (positions, width), "vision_position")
    yield from patch_embedding(vision)
    for i in range(vision["depth"]):
        block = f"model.visual.blocks.{i}"
        yield Tensor(f"{block}.norm1.weight", (width,), "norm")
        yield Tensor(f"{block}.norm2.weight", (width,), "norm")
        yield from linear(f"{block}.attn.qkv", 3 * width, width, "vision_attention")
        yield from linear(f"{block}.attn.proj", width, width, "vision_attention")
        yield from linear(f"{block}.mlp.gate_proj", out, width, "vision_mlp")  # out_hidden_size wide, not intermediate_size
        yield from linear(f"{block}.mlp.up_proj", out, width, "vision_mlp")
        yield from linear(f"{block}.mlp.down_proj", width, out, "vision_mlp")
    yield from linear("model.visual.merger.proj", out, out, "vision_mlp")
    yield from layer_norm("model.visual.merger.post_projection_norm", out)
    yield from linear("model.visual.merger.gate_proj", inner, out, "vision_mlp")
    yield from linear("model.visual.merger.up_proj", inner, out, "vision_mlp")
    yield from linear("model.visual.merger.down_proj", out, inner, "vision_mlp")
    yield Tensor("model.visual.post_conv_layernorm.weight", (width,), "norm")
    yield Tensor("model.visual.downsample.weight", (out, width, merge, merge), "vision_mlp")
    yield Tensor("model.visual.downsample.bias", (out,), "bias")
    yield Tensor("model.visual.post_layernorm.weight", (width,), "norm")


def glm4v_text(text):
    width, inner = text["hidden_size"], text["intermediate_size"]
    head = text.get("head_dim") or width // text["num_attention_heads"]
    queries, keys = text["num_attention_heads"] * head, text["num_key_value_heads"] * head
    yield Tensor("model.language_model.embed_tokens.weight", (text["vocab_size"], width), "embedding")
    for i in range(text["num_hidden_layers"]):
        layer = f"model.language_model.layers.{i}"
        yield from linear(f"{layer}.self_attn.q_proj", queries, width, "query_key", "bias")
        yield from linear(f"{layer}.self_attn.k_proj", keys, width, "query_key", "bias")
        yield from linear(f"{layer}.self_attn.v_proj", keys, width, "value", "bias")
        yield from linear(f"{layer}.self_attn.o_proj", width, queries, "attention_out")
        yield from linear(f"{layer}.mlp.gate_up_proj", 2 * inner, width, "mlp")
        yield from linear(f"{layer}.mlp.down_proj", width, inner, "mlp")
        for norm in ("input_layernorm", "post_attention_layernorm", "post_self_attn_layernorm", "post_mlp_layernorm"):
            yield Tensor(f"{layer}.{norm}.weight", (width,), "norm")


def tensors(family, text, vision, own_head):
    """Every tensor of the checkpoint. own_head: lm_head.weight is stored, not only the embedding."""
    qwen = family == "qwen3_vl"
    yield from (qwen3_vl_vision if qwen else glm4v_vision)(vision)
    yield from (qwen3_vl_text if qwen else glm4v_text)(text)
    yield Tensor("model.language_model.norm.weight", (text["hidden_size"],), "final_norm" if own_head else "final_norm_tied")
    if own_head:
        yield Tensor("lm_head.weight", (text["vocab_size"], text["hidden_size"]), "head")
