"""A real llama-server for tests: llama.cpp's own, as the wheel xllamacpp has it. Prints its address.

python tests/llama_server.py MODEL.gguf SLOTS
"""

from __future__ import annotations

import sys

import xllamacpp as llama

from duplex_cli import clock


def main() -> None:
    params = llama.CommonParams()
    params.model.path = sys.argv[1]
    params.n_parallel = int(sys.argv[2])
    params.n_ctx = 1024 * params.n_parallel
    params.port = 0
    params.n_gpu_layers = 0
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
    params.flash_attn_type = llama.llama_flash_attn_type.LLAMA_FLASH_ATTN_TYPE_DISABLED
    params.warmup = False
    server = llama.Server(params)
    print(server.listening_address, flush=True)
    while sys.stdin.readline():  # until whoever started it is gone
        clock.pause(0.1)


if __name__ == "__main__":
    main()
