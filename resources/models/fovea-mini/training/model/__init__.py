"""A small Qwen3-VL, with transformers' parameter names."""
