"""What this machine is, and how to run a model on it. What the system does not tell is simply absent."""

from __future__ import annotations

import json
import math
import os
import platform
import re
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

DEFAULT_MODEL = "duplex-270m"
"""What runs where no larger model fits (models/catalog.toml)."""

ASK_S = 5.0
"""Time to give a vendor's tool, seconds: nvidia-smi takes 1-2 s when the driver has to wake the card."""
UNIFIED_SHARE = 2 / 3
"""Part of Apple's unified memory that a GPU may hold. Metal's recommendedMaxWorkingSetSize is about two
thirds below 36 GB and three quarters above, as llama.cpp prints it at start; the smaller is taken."""
SPARE_CORES = 2
"""Cores left to transcription and reading, one each: facts.md, "thread discipline decides"."""
MAX_THREADS = 4
"""llama threads for a model of 270M to 1B: its step is a few ms, and each further thread adds a wait for the
slowest. Measured here only up to 2 (facts.md: 1 thread keeps every tick on 2 cores with all senses on)."""
CPU_BATCH = 64
"""Tokens a decode on a CPU: 32 took 94 ms on two cores (facts.md), so 64 are one tick of 200 ms and a long
text never holds up more than that."""
GPU_BATCH = 512
"""Tokens a decode on a GPU: llama.cpp's own default, above the largest picture or sound chunk we send (a
non-causal chunk must fit one batch, or the process aborts: facts.md)."""

_CGROUP = Path("/sys/fs/cgroup")


@dataclass(frozen=True, slots=True)
class Gpu:
    """One graphics processor. `memory_gb` is 10^9 bytes, 0 where the system does not tell."""

    name: str
    memory_gb: float
    api: str
    """"cuda", "metal", "rocm" or "vulkan"."""
    driver_cuda: str = ""
    """Highest CUDA version that the driver runs, as "12.4"."""
    compute: float = 0.0
    """CUDA compute capability, as 8.6."""


@dataclass(frozen=True, slots=True)
class Machine:
    """This machine, as far as a model is concerned."""

    system: str
    """"Linux", "Darwin" or "Windows", and the architecture."""
    cpu: str
    cores: int
    """Cores that may be used: physical ones, within the affinity and the control group's limit."""
    memory_gb: float
    """10^9 bytes, within the control group's limit."""
    gpus: tuple[Gpu, ...] = ()

    @property
    def gpu_memory_gb(self) -> float:
        """What the largest GPU can hold, 0 without one."""
        return max((gpu.memory_gb for gpu in self.gpus), default=0.0)


@dataclass(frozen=True, slots=True)
class Recommendation:
    """How to run which model here."""

    model: str
    threads: int
    batch: int
    gpu_layers: int
    """-1 is all layers, 0 none."""
    flash_attn: bool
    why: str


def recommend(machine: Machine, offload: bool, choices: Sequence[tuple[str, float]] = ()) -> Recommendation:
    """The model and settings for this machine. Live commands take everything but the model from here.

    `offload`: whether the installed llama.cpp can use the GPU (interaction.engine.supports_gpu_offload).
    `choices`: (name, GPU memory in GB that it needs); the most demanding one that fits is taken, the first
    of those of equal need. Without a usable GPU it is `DEFAULT_MODEL`.
    """
    threads = 1 if machine.cores <= SPARE_CORES else min(MAX_THREADS, machine.cores - SPARE_CORES)
    room = machine.gpu_memory_gb
    if not offload or not machine.gpus:
        why = (
            f"{machine.cores} cores: {threads} for the model, the rest for the senses"
            if not machine.gpus
            else f"there is a GPU ({machine.gpus[0].name}) but this llama-cpp-python cannot use it"
        )
        return Recommendation(DEFAULT_MODEL, threads, CPU_BATCH, 0, False, why)
    fitting = [(need, -place, name) for place, (name, need) in enumerate(choices) if 0 < need <= room]
    model = max(fitting)[2] if fitting else DEFAULT_MODEL
    why = f"{machine.gpus[0].name} with {room:.0f} GB: all layers on it"
    return Recommendation(model, threads, GPU_BATCH, -1, True, why)


def machine_label(machine: Machine | None = None) -> str:
    """One line for a report: processor, cores, memory, GPU, system, Python."""
    it = machine or detect()
    parts = [it.cpu, f"{it.cores} core{'s' if it.cores != 1 else ''}", f"{it.memory_gb:.0f} GB"]
    parts += [f"{g.name} ({g.memory_gb:.0f} GB)" if g.memory_gb else g.name for g in it.gpus]
    return ", ".join([*parts, it.system, f"Python {platform.python_version()}"])


def detect() -> Machine:
    """Look at this machine. Takes up to a few seconds where vendors' tools are installed."""
    return Machine(
        system=f"{platform.system()} {platform.machine()}",
        cpu=cpu_name(),
        cores=usable_cores(),
        memory_gb=usable_memory() / 1e9,
        gpus=find_gpus(),
    )


def cpu_name() -> str:
    """The processor's own name, or the architecture."""
    if platform.system() == "Darwin" and (name := _ask("sysctl", "-n", "machdep.cpu.brand_string")):
        return name.strip()
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        text = ""
    match = re.search(r"^(?:model name|Model|Hardware)\s*:\s*(.+)$", text, re.MULTILINE)
    return match.group(1).strip() if match else platform.processor() or platform.machine()


def usable_cores(cgroup: Path = _CGROUP) -> int:
    """Physical cores that this process may use, at least 1."""
    limits = [float(psutil.cpu_count(logical=False) or psutil.cpu_count() or 1)]
    if hasattr(os, "sched_getaffinity"):
        limits.append(float(len(os.sched_getaffinity(0))))
    limits.append(_cpu_quota(cgroup))
    return max(1, math.floor(min(limits) + 0.5))


def usable_memory(cgroup: Path = _CGROUP) -> int:
    """Bytes of memory, within the control group's limit."""
    limits = [psutil.virtual_memory().total]
    for name in ("memory.max", "memory/memory.limit_in_bytes"):
        text = _read(cgroup / name)
        if text.isdigit():
            limits.append(int(text))
    return min(limits)


def _cpu_quota(cgroup: Path) -> float:
    two = _read(cgroup / "cpu.max").split()
    if len(two) == 2 and two[0].isdigit():
        return int(two[0]) / int(two[1])
    quota, period = _read(cgroup / "cpu/cpu.cfs_quota_us"), _read(cgroup / "cpu/cpu.cfs_period_us")
    if quota.isdigit() and period.isdigit() and int(period):
        return int(quota) / int(period)
    return math.inf


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except OSError:
        return ""


def _ask(*command: str) -> str:
    """What a tool prints, or '' where it is absent, fails or hangs."""
    if shutil.which(command[0]) is None:
        return ""
    try:
        run = subprocess.run(command, capture_output=True, text=True, timeout=ASK_S, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return run.stdout if run.returncode == 0 else ""


def find_gpus(ask: Callable[..., str] = _ask) -> tuple[Gpu, ...]:
    """The GPUs that a vendor's tool tells of; Vulkan is asked only where no other tool knows of one."""
    if platform.system() == "Darwin" and platform.machine() == "arm64":
        return apple_gpu(ask("sysctl", "-n", "machdep.cpu.brand_string"), ask("sysctl", "-n", "hw.memsize"))
    cards = nvidia_gpus(
        ask("nvidia-smi", "--query-gpu=name,memory.total,compute_cap", "--format=csv,noheader,nounits"),
        ask("nvidia-smi"),
    )
    cards += rocm_gpus(ask("rocm-smi", "--showproductname", "--showmeminfo", "vram", "--json"))
    return cards or vulkan_gpus(ask("vulkaninfo", "--summary"))


def nvidia_gpus(table: str, banner: str) -> tuple[Gpu, ...]:
    """From nvidia-smi's CSV (MiB) and the CUDA version in its banner."""
    version = re.search(r"CUDA Version:\s*(\d+\.\d+)", banner)
    found = []
    for line in table.splitlines():
        cells = [cell.strip() for cell in line.split(",")]
        if len(cells) < 2 or not cells[0]:
            continue
        memory = float(cells[1]) * 2**20 / 1e9 if cells[1].replace(".", "").isdigit() else 0.0
        compute = re.match(r"\d+\.\d+", cells[2]) if len(cells) > 2 else None
        found.append(
            Gpu(
                cells[0],
                memory,
                "cuda",
                version.group(1) if version else "",
                float(compute.group()) if compute else 0.0,
            )
        )
    return tuple(found)


def rocm_gpus(text: str) -> tuple[Gpu, ...]:
    """From rocm-smi's JSON."""
    try:
        cards = json.loads(text) if text else {}
    except ValueError:
        return ()
    found = []
    for key, card in sorted(cards.items()):
        if key.startswith("card") and isinstance(card, dict):
            total = str(card.get("VRAM Total Memory (B)", "0"))
            name = str(
                card.get("Card Series") or card.get("Card series") or card.get("Card model") or "AMD GPU"
            )
            found.append(Gpu(name, int(total) / 1e9 if total.isdigit() else 0.0, "rocm"))
    return tuple(found)


def vulkan_gpus(text: str) -> tuple[Gpu, ...]:
    """From `vulkaninfo --summary`, which tells no memory. Software renderers are left out."""
    pairs = re.findall(r"deviceType\s*=\s*(\S+).*?deviceName\s*=\s*(.+?)\s*$", text, re.DOTALL | re.MULTILINE)
    return tuple(
        Gpu(name, 0.0, "vulkan") for kind, name in pairs if kind.endswith(("DISCRETE_GPU", "INTEGRATED_GPU"))
    )


def apple_gpu(name: str, memory: str) -> tuple[Gpu, ...]:
    """Apple silicon: the part of the unified memory that the GPU may hold."""
    if not memory.strip().isdigit():
        return ()
    return (Gpu(f"{name.strip() or 'Apple GPU'} GPU", int(memory) * UNIFIED_SHARE / 1e9, "metal"),)


def wheel_index(gpus: Sequence[Gpu]) -> str:
    """Name of the llama-cpp-python wheel index for the first GPU: "cpu", "cu124", "metal" ...

    CUDA 12 wheels need compute capability 6.0, CUDA 13 wheels 7.5 (shared/llama-cpp.md, Install).
    """
    if not gpus:
        return "cpu"
    gpu = gpus[0]
    if gpu.api == "metal":
        return "metal"
    if gpu.api == "rocm":
        return "rocm72"
    if gpu.api == "cuda" and gpu.driver_cuda:
        major, minor = (int(n) for n in gpu.driver_cuda.split("."))
        if gpu.compute and gpu.compute < 6.0:
            return "vulkan"
        if major >= 13 and (not gpu.compute or gpu.compute >= 7.5):
            return "cu132" if (major, minor) >= (13, 2) else "cu130"
        if major >= 12:
            return f"cu12{min(5, max(1, minor)) if major == 12 else 5}"
    return "vulkan"
