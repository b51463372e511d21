"""PyTorch, on the device that BENCHMARKS_TORCH names."""

import os

import torch

DEVICE = os.environ.get("BENCHMARKS_TORCH", "cpu")
WINDOW = torch.hann_window(2048, device=DEVICE)


def transform(y):
    y = torch.from_numpy(y).to(DEVICE)
    return torch.stft(y, 2048, 512, window=WINDOW, pad_mode="constant", return_complex=True)


def stft(y):
    return transform(y).cpu().numpy()


def separate(mix):
    D = transform(mix)
    power = D.abs().square()
    y = torch.istft(D * (power / (power + 1)), 2048, 512, window=WINDOW, length=mix.shape[-1])
    return y.cpu().numpy()
