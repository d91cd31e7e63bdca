"""Where a model runs."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from rag_core.errors import UserError


def torch_device(device: str) -> str:
    """The device in torch's words for the setting `device`: auto, cpu, cuda or cuda:N."""
    import torch

    if device == "auto":
        return "cuda:0" if torch.cuda.is_available() else "cpu"
    if device == "cpu":
        return "cpu"
    if device == "cuda" or (device.startswith("cuda:") and device[5:].isdigit()):
        if not torch.cuda.is_available():
            raise UserError("setting_invalid", f"WENJU_DEVICE={device}")
        return "cuda:0" if device == "cuda" else device
    raise UserError("setting_invalid", f"WENJU_DEVICE={device}")


@cache
def cpu_multiplies_bfloat16() -> bool:
    """Whether this CPU multiplies bfloat16 by itself: then it is twice as fast as float32, else much slower."""
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    words = set(text.split())
    return "avx512_bf16" in words or "amx_bf16" in words
