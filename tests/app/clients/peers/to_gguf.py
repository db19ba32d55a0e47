#!/usr/bin/env python3
"""llama.cpp's converter over a checkpoint of tests/oracle/make_checkpoint.py: to_gguf.py LLAMA_CPP ARGUMENTS...

LLAMA_CPP is llama.cpp's source (vendor/llama.cpp of PyPI's llama-cpp-python, unpacked), ARGUMENTS are those of its
convert_hf_to_gguf.py. That knows a tokenizer by the ids of one long text, and a made-up vocabulary gives others: it is told that
the text is cut as Qwen's is.
"""
import runpy
import sys
from pathlib import Path


def main():
    source = Path(sys.argv[1]).resolve()
    sys.path[:0] = [str(source), str(source / "gguf-py")]
    from conversion import base  # pylint: disable=import-outside-toplevel
    base.TextModel.get_vocab_base_pre = lambda *_: "qwen2"
    sys.argv = sys.argv[1:]
    runpy.run_path(str(source / "convert_hf_to_gguf.py"), run_name="__main__")


if __name__ == "__main__":
    main()
