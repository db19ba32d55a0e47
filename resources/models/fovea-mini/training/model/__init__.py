"""The Qwen3-VL architecture for still pictures, small, with transformers' parameter names."""
