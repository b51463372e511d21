"""torchaudio, on the device that BENCHMARKS_TORCH names; files are read with soundfile."""

import os

import numpy as np
import soundfile
import torch
from torchaudio import transforms

DEVICE = os.environ.get("BENCHMARKS_TORCH", "cpu")
DECIBELS = transforms.AmplitudeToDB(top_db=80)


def transform(y, sr):
    options = {"n_fft": 2048, "hop_length": 512, "pad_mode": "constant", "norm": "slaney", "mel_scale": "slaney"}
    return transforms.MelSpectrogram(sr, n_mels=128, **options).to(DEVICE)(torch.from_numpy(y).to(DEVICE))


def mel(y, sr):
    return transform(y, sr).cpu().numpy()


def describe(source, target):
    y, sr = soundfile.read(source, dtype="float32")
    log_mel = DECIBELS(transform(y, sr))
    onset = torch.nn.functional.pad(log_mel.diff(dim=-1).clamp(min=0).mean(dim=0), (3, 0))[: log_mel.shape[-1]]
    np.savez(target, log_mel=log_mel.cpu().numpy(), onset=onset.cpu().numpy())
