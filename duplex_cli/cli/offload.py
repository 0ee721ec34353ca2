"""What this build of llama.cpp can use, how the other builds are installed, and what fits a tick here by
trial."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from duplex_cli import catalog
from duplex_cli.bench.fit import SECONDS, Fit, as_data, best, measure
from duplex_cli.cli.checks import Check, probe, wheel_line
from duplex_cli.interaction.engine import EngineSettings
from duplex_cli.machine import Recommendation
from duplex_cli.stream import TICK_S

BUILDS = {
    "CUDA 12 (driver 12.4 or later, compute capability 6.0)": "cu124",
    "CUDA 13 (compute capability 7.5)": "cu130",
    "Metal (Apple silicon)": "metal",
    "Vulkan (most GPUs)": "vulkan",
    "ROCm 7.2 (AMD)": "rocm72",
    "CPU": "cpu",
}
"""Ready wheels of the project's own index, by what they need (shared/llama-cpp.md, Install)."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What the trial gave."""

    fits: list[Fit]
    faults: list[str]
    best: Fit | None


def build_facts() -> dict[str, Any]:
    """{"system"} of the installed llama.cpp as it tells itself, or {"error"}."""
    return probe(
        "import json\n"
        "from duplex_cli.interaction.engine import system_info\n"
        "print(json.dumps({'system': system_info()}))"
    )


def build_check(facts: dict[str, Any], offload: bool) -> Check:
    """What this build supports: instruction sets of the CPU, GPU backends."""
    if "error" in facts:
        return Check("llama.cpp build", "warn", str(facts["error"]), wheel_line("cpu"))
    told = " ".join(str(facts["system"]).split())
    found = f"{'GPU offload' if offload else 'CPU only'}; {told}"
    return Check("llama.cpp build", "ok", found)


def install_lines() -> dict[str, str]:
    """The command for each build."""
    return {what: wheel_line(index) for what, index in BUILDS.items()}


def measure_here(advice: Recommendation, offload: bool, seconds: float = SECONDS) -> Measured:
    """Try every interaction model that is here for `seconds` in all."""
    settings = EngineSettings(threads=advice.threads, batch=advice.batch, gpu_layers=advice.gpu_layers)
    models, sizes = [], {}
    for name, entry in catalog.default_catalog().items():
        path = catalog.find(name) if entry.role == "interaction" else None
        if path is not None:
            models.append((name, catalog.files(name)["model"] if path.is_dir() else path))
            sizes[name] = entry.size
    fits, faults = measure(models, settings, offload, seconds)
    return Measured(fits, faults, best(fits, sizes))


def measured_check(measured: Measured) -> Check:
    """The trial in one line of the doctor's table."""
    if not measured.fits and not measured.faults:
        return Check("measured", "note", "no model is here to try", "duplex models pull duplex-270m")
    if measured.best is None:
        slowest = ", ".join(f"{fit.model} {fit.p95_ms:.0f} ms" for fit in measured.fits)
        return Check(
            "measured",
            "warn",
            f"none fits a tick of {TICK_S * 1000:.0f} ms: {slowest or '; '.join(measured.faults)}",
            "close what else computes, or take a build with GPU offload",
        )
    fit = measured.best
    how = ", ".join(
        f"{other.model} p95 {other.p95_ms:.0f} ms"
        f"{' with flash attention' if other.flash_attention else ''}{'' if other.fits else ' (too slow)'}"
        for other in measured.fits
    )
    return Check("measured", "ok", f"{fit.model} fits {TICK_S * 1000:.0f} ms ({how})")


def measured_data(measured: Measured) -> dict[str, Any]:
    """JSON form."""
    return {
        "fits": [as_data(fit) for fit in measured.fits],
        "faults": measured.faults,
        "best": as_data(measured.best) if measured.best else None,
    }
