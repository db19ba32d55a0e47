#!/usr/bin/env python3
"""llama.cpp's server, as PyPI's xllamacpp has it: llama_server.py MODEL.gguf MMPROJ.gguf PORT. Runs until it is ended."""
import sys
import threading

import xllamacpp


def main():
    model, projector, port = sys.argv[1:]
    settings = xllamacpp.CommonParams()
    settings.model.path = model
    settings.mmproj.path = projector
    settings.port = int(port)
    settings.n_ctx = 8192
    settings.n_parallel = 2
    settings.cpuparams.n_threads = 1  # a tiny model needs no more
    server = xllamacpp.Server(settings)
    print(server.listening_address, flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    main()
