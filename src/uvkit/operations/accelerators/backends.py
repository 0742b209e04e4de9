"""Which builds of PyTorch run on an accelerator; facts of its makers, as uv has them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from uvkit.model import ProjectName, project_name
from uvkit.settings import TORCH_BACKENDS

Kind: TypeAlias = Literal["cuda", "rocm", "xpu"]
Driver: TypeAlias = tuple[int, ...]

CPU = "cpu"
# Projects that are built for each accelerator, and looked for on the index of the backend alone.
ECOSYSTEM: frozenset[ProjectName] = frozenset(map(project_name, (
    "fbgemm-gpu", "fbgemm-gpu-genai", "pytorch-triton", "pytorch-triton-rocm", "pytorch-triton-xpu", "torch",
    "torch-tensorrt", "torchao", "torcharrow", "torchaudio", "torchcodec", "torchcsprng", "torchdistx", "torchrec",
    "torchserve", "torchtext", "torchtune", "torchvision", "triton", "triton-rocm", "triton-xpu", "xformers",
)))  # fmt: skip
# The oldest driver on Linux and on Windows with which each release of CUDA and those after it work.
_CUDA: tuple[tuple[int, Driver, Driver], ...] = (
    (130, (580,), (580,)),
    (120, (525, 60, 13), (528, 33)),
    (111, (450, 80, 2), (452, 39)),
    (110, (450, 36, 6), (451, 22)),
    (102, (440, 33), (441, 22)),
    (101, (418, 39), (418, 96)),
    (100, (410, 48), (411, 31)),
    (92, (396, 26), (398, 26)),
    (91, (390, 46), (391, 29)),
    (90, (384, 81), (385, 54)),
    (80, (375, 26), (376, 51)),
)
_RECENT = ("rocm7.2", "rocm7.1", "rocm7.0")
_SINCE_6_2_4 = (*_RECENT, "rocm6.4", "rocm6.3", "rocm6.2.4")
_SINCE_6_0 = (*_SINCE_6_2_4, "rocm6.2", "rocm6.1", "rocm6.0")
# The releases of ROCm whose builds have code for an architecture, newest first.
_ROCM: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("gfx900", "gfx906", "gfx908", "gfx90a", "gfx942", "gfx1030", "gfx1100"), _SINCE_6_0),
    "gfx950": _RECENT,
    "gfx1101": (*_SINCE_6_2_4, "rocm6.1"),
    **dict.fromkeys(("gfx1102", "gfx1200", "gfx1201"), _SINCE_6_2_4),
    **dict.fromkeys(("gfx1150", "gfx1151"), ("rocm7.2",)),
}
ARCHITECTURES = frozenset(_ROCM)


@dataclass(frozen=True, slots=True, kw_only=True)
class Accelerator:
    """A device that computes: NVIDIA's by the version of its driver, AMD's by its architecture, or one of Intel's."""

    kind: Kind
    driver: Driver = ()
    architecture: str = ""


def backends_for(accelerator: Accelerator | None, *, system: str) -> tuple[str, ...]:
    """Return the backends that work with an accelerator, the best first; the processor is always the last.

    ``system`` is the `sys_platform` of the machine; there are no builds for accelerators but on Linux and Windows.
    """
    if accelerator is None or system not in {"linux", "win32"}:
        return (CPU,)
    match accelerator.kind:
        case "cuda":
            return (*_cuda(accelerator.driver, windows=system == "win32"), CPU)
        case "rocm":
            return (*(_ROCM.get(accelerator.architecture, ()) if system == "linux" else ()), CPU)
        case "xpu":
            return ("xpu", CPU)


def _cuda(driver: Driver, *, windows: bool) -> tuple[str, ...]:
    release = next((one for one, linux, win in _CUDA if driver >= (win if windows else linux)), None)
    if release is None:
        return ()
    # Within a major release every driver that runs one minor release runs the later ones too (since 11.1).
    last = {130: 139, 120: 129, 111: 119}.get(release, release)
    known = (name for name in TORCH_BACKENDS if name.startswith("cu"))
    return tuple(name for name in known if int(name[2:]) <= last)
