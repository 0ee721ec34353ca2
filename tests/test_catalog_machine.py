"""What a machine is, read from what the vendors' tools really print, and the rules that follow from it."""

from __future__ import annotations

from pathlib import Path

import pytest

from duplex_cli import machine
from duplex_cli.cli.models import choices
from duplex_cli.machine import Gpu, Machine, recommend, wheel_index

NVIDIA_BANNER = """
+-----------------------------------------------------------------------------------------+
| NVIDIA-SMI 550.54.15              Driver Version: 550.54.15      CUDA Version: 12.4     |
|-----------------------------------------+------------------------+----------------------+
"""
ROCM = (
    '{"card0": {"Card Series": "Radeon RX 7900 XTX", "VRAM Total Memory (B)": "25753026560", '
    '"VRAM Total Used Memory (B)": "281817088"}, "system": {"Driver version": "6.7"}}'
)
VULKAN = """
Devices:
========
GPU0:
	apiVersion         = 1.3.274
	deviceType         = PHYSICAL_DEVICE_TYPE_INTEGRATED_GPU
	deviceName         = Intel(R) Iris(R) Xe Graphics (TGL GT2)
	driverID           = DRIVER_ID_INTEL_OPEN_SOURCE_MESA
GPU1:
	apiVersion         = 1.3.274
	deviceType         = PHYSICAL_DEVICE_TYPE_CPU
	deviceName         = llvmpipe (LLVM 17.0.6, 256 bits)
"""


def test_nvidia() -> None:
    cards = machine.nvidia_gpus("NVIDIA GeForce RTX 3060, 12288, 8.6\nTesla P4, 7680, 6.1\n", NVIDIA_BANNER)
    assert [card.name for card in cards] == ["NVIDIA GeForce RTX 3060", "Tesla P4"]
    assert cards[0].memory_gb == pytest.approx(12.88, abs=0.01)
    assert cards[0].driver_cuda == "12.4" and cards[0].compute == 8.6


def test_nvidia_that_tells_no_memory() -> None:
    (card,) = machine.nvidia_gpus("NVIDIA GB10, [N/A], 12.1\n", NVIDIA_BANNER)
    assert card.memory_gb == 0.0 and card.compute == 12.1


def test_rocm_vulkan_apple() -> None:
    (amd,) = machine.rocm_gpus(ROCM)
    assert amd.name == "Radeon RX 7900 XTX" and amd.memory_gb == pytest.approx(25.75, abs=0.01)
    (intel,) = machine.vulkan_gpus(VULKAN)
    assert intel.name.startswith("Intel(R) Iris") and intel.api == "vulkan"
    (apple,) = machine.apple_gpu("Apple M2 Max\n", "34359738368\n")
    assert apple.memory_gb == pytest.approx(22.9, abs=0.1) and apple.name == "Apple M2 Max GPU"
    assert machine.rocm_gpus("not json") == () and machine.apple_gpu("", "") == ()


def test_tools_that_are_not_there_mean_no_gpu() -> None:
    assert machine.find_gpus(lambda *command: "") == ()


def test_cores_and_memory_keep_within_the_control_group(tmp_path: Path) -> None:
    (tmp_path / "cpu.max").write_text("100000 100000\n")
    (tmp_path / "memory.max").write_text("1000000000\n")
    assert machine.usable_cores(tmp_path) == 1 and machine.usable_memory(tmp_path) == 10**9
    (tmp_path / "cpu.max").write_text("20000 100000\n")
    assert machine.usable_cores(tmp_path) == 1
    (tmp_path / "cpu.max").write_text("max 100000\n")
    (tmp_path / "memory.max").write_text("max\n")
    assert machine.usable_cores(tmp_path) >= 1 and machine.usable_memory(tmp_path) > 10**8
    old = tmp_path / "old" / "cpu"
    old.mkdir(parents=True)
    (old / "cpu.cfs_quota_us").write_text("100000")
    (old / "cpu.cfs_period_us").write_text("100000")
    assert machine.usable_cores(tmp_path / "old") == 1


def test_this_very_machine_has_a_label_of_one_line() -> None:
    label = machine.machine_label()
    assert "\n" not in label and "GB" in label and "Python 3" in label
    assert machine.detect().cores >= 1


def box(cores: int, *gpus: Gpu) -> Machine:
    return Machine("Linux x86_64", "cpu", cores, 16.0, gpus)


@pytest.mark.parametrize(("cores", "threads"), [(1, 1), (2, 1), (3, 1), (4, 2), (6, 4), (64, 4)])
def test_threads_leave_two_cores_to_the_senses(cores: int, threads: int) -> None:
    advice = recommend(box(cores), offload=False, choices=choices())
    assert advice.threads == threads
    assert (advice.model, advice.gpu_layers, advice.flash_attn, advice.batch) == ("duplex-270m", 0, False, 64)


@pytest.mark.parametrize(
    ("memory", "model"),
    [
        (4.3, "duplex-270m"),
        (6.4, "gemma-4-e2b"),
        (8.6, "gemma-4-e4b"),
        (12.9, "gemma-4-12b"),
        (80, "gemma-4-12b"),
    ],
)
def test_model_by_gpu_memory(memory: float, model: str) -> None:
    advice = recommend(box(8, Gpu("card", memory, "cuda")), offload=True, choices=choices())
    assert (advice.model, advice.gpu_layers, advice.flash_attn) == (model, -1, True)


def test_gpu_that_the_build_cannot_use_is_said() -> None:
    advice = recommend(box(8, Gpu("RTX 3060", 12.9, "cuda")), offload=False, choices=choices())
    assert advice.gpu_layers == 0 and advice.model == "duplex-270m" and "RTX 3060" in advice.why


@pytest.mark.parametrize(
    ("gpu", "index"),
    [
        (None, "cpu"),
        (Gpu("a", 8, "cuda", "12.4", 8.6), "cu124"),
        (Gpu("a", 8, "cuda", "12.8", 8.6), "cu125"),
        (Gpu("a", 8, "cuda", "12.0", 8.6), "cu121"),
        (Gpu("a", 8, "cuda", "13.0", 8.6), "cu130"),
        (Gpu("a", 8, "cuda", "13.2", 12.0), "cu132"),
        (Gpu("old", 8, "cuda", "13.0", 6.1), "cu125"),
        (Gpu("older", 8, "cuda", "12.4", 5.2), "vulkan"),
        (Gpu("a", 8, "cuda", "11.8", 7.5), "vulkan"),
        (Gpu("m", 20, "metal"), "metal"),
        (Gpu("r", 24, "rocm"), "rocm72"),
        (Gpu("i", 0, "vulkan"), "vulkan"),
    ],
)
def test_wheel_for_the_gpu(gpu: Gpu | None, index: str) -> None:
    assert wheel_index([gpu] if gpu else []) == index
