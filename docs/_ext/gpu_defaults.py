"""The launches that each kind of GPU begins with, as a table (`python docs/_ext/gpu_defaults.py`)."""

from __future__ import annotations

from spectro._gpu.launch import fft, kinds

SIZES = (256, 400, 480, 512, 1024, 2048, 4096, 8192)


def cell(n_fft: int, frames: int, kind: kinds.GpuKind) -> str:
    """Write one default: radices, threads of a transform by transforms of a group, bytes of a group."""
    plan = fft.default(n_fft, frames, kind=kind)
    radices = "·".join(map(str, plan.radices))
    size = f"{plan.threads_per_transform}×{plan.transforms_per_group}"
    return f"{radices}, {size}, {plan.bytes}" if plan.fits() else "–"


def page() -> list[str]:
    """Write the table in Markdown: a row a size, two columns a kind."""
    titles = [
        f"{kind.name}, {'one frame' if frames == 1 else 'two frames'}"
        for kind in kinds.KINDS
        for frames in (1, 2)
    ]
    rows = [
        [
            str(n_fft),
            *(cell(n_fft, frames, kind) for kind in kinds.KINDS for frames in (1, 2)),
        ]
        for n_fft in SIZES
    ]
    return [
        "| " + " | ".join(row) + " |"
        for row in (["n_fft", *titles], ["---"] * (1 + len(titles)), *rows)
    ]


if __name__ == "__main__":
    print("\n".join(page()))
