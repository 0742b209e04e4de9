"""Which builds run on an accelerator."""

from __future__ import annotations

import pytest

from uvkit.operations.accelerators import ECOSYSTEM, Accelerator, backends_for


def cuda(*driver: int) -> Accelerator:
    return Accelerator(kind="cuda", driver=driver)


def rocm(architecture: str) -> Accelerator:
    return Accelerator(kind="rocm", architecture=architecture)


@pytest.mark.parametrize(
    ("driver", "system", "first"),
    [
        ((580, 65, 6), "linux", "cu132"),
        ((580,), "win32", "cu132"),
        ((579, 99), "linux", "cu129"),
        ((525, 60, 13), "linux", "cu129"),
        ((525, 60, 12), "linux", "cu118"),
        ((528, 33), "win32", "cu129"),
        ((527, 41), "win32", "cu118"),
        ((450, 80, 2), "linux", "cu118"),
        ((450, 36, 6), "linux", "cu110"),
        ((440, 33), "linux", "cu102"),
        ((384, 81), "linux", "cu90"),
        ((375, 26), "linux", "cu80"),
        ((375, 25), "linux", "cpu"),
    ],
)
def test_driver_decides_which_release_of_cuda_is_the_newest(driver: tuple[int, ...], system: str, first: str) -> None:
    backends = backends_for(cuda(*driver), system=system)

    assert backends[0] == first
    assert backends[-1] == "cpu"


def test_older_releases_follow_from_the_newest_to_the_oldest() -> None:
    backends = backends_for(cuda(525, 60, 13), system="linux")

    assert backends[:4] == ("cu129", "cu128", "cu126", "cu125")
    assert backends[-3:] == ("cu90", "cu80", "cpu")
    assert "cu130" not in backends


@pytest.mark.parametrize(
    ("architecture", "first", "last"),
    [
        ("gfx1100", "rocm7.2", "rocm6.0"),
        ("gfx950", "rocm7.2", "rocm7.0"),
        ("gfx1201", "rocm7.2", "rocm6.2.4"),
        ("gfx1151", "rocm7.2", "rocm7.2"),
    ],
)
def test_architecture_decides_which_releases_of_rocm_there_are(architecture: str, first: str, last: str) -> None:
    backends = backends_for(rocm(architecture), system="linux")

    assert (backends[0], backends[-2], backends[-1]) == (first, last, "cpu")


@pytest.mark.parametrize(
    ("accelerator", "system"),
    [(None, "linux"), (cuda(600), "darwin"), (rocm("gfx1100"), "win32"), (rocm("gfx803"), "linux")],
)
def test_processor_is_what_remains(accelerator: Accelerator | None, system: str) -> None:
    assert backends_for(accelerator, system=system) == ("cpu",)


def test_intel_has_one_backend() -> None:
    assert backends_for(Accelerator(kind="xpu"), system="linux") == ("xpu", "cpu")


def test_only_what_is_built_for_backends_belongs_to_pytorch() -> None:
    assert {"torch", "torchvision", "triton", "xformers"} <= ECOSYSTEM
    assert ECOSYSTEM.isdisjoint({"numpy", "nvidia-cublas-cu12", "torchmetrics"})
