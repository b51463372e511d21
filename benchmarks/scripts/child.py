"""A process of its own: `python -m benchmarks.scripts.child TASK MODULE DEVICE ...` prints one number.

first FUNCTION SIGNAL RESULT   seconds from nothing imported to the first answer
memory SECONDS RESULT          bytes of the peak above the input while a mel spectrogram is made
describe SOURCE TARGET         the script, over every file of a folder
data_set SOURCE TARGET WORKERS features of every file of a folder, by several processes
"""

import importlib
import sys
import time

SR = 44100


def library(module, device):
    """Import a script and its library, on the MLX device that is measured."""
    script = importlib.import_module(f"benchmarks.scripts.{module}")
    if "mlx.core" in sys.modules:
        import mlx.core as mx

        mx.set_default_device(getattr(mx, device))
    return script


def first(module, device, function, signal, result):
    begin = time.perf_counter()
    script = library(module, device)
    import numpy as np

    y = np.load(signal)
    answer = script.stft(y) if function == "stft" else script.mel(y, 22050)
    seconds = time.perf_counter() - begin
    np.save(result, answer)
    return seconds


def status(key):
    """Bytes of one line of Linux's account of this process, or the peak where there is none."""
    try:
        with open("/proc/self/status", encoding="ascii") as file:
            return next(int(line.split()[1]) * 1024 for line in file if line.startswith(key))
    except OSError:
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def forget_peak():
    """Let Linux's account of the peak start anew."""
    try:
        with open("/proc/self/clear_refs", "w", encoding="ascii") as file:
            file.write("5")
    except OSError:
        pass


def memory(module, device, seconds, result):
    import numpy as np

    script = library(module, device)
    prepare = getattr(script, "prepare", lambda y: y)  # for a library with arrays of its own
    y = prepare(np.random.default_rng(0).standard_normal(SR * int(seconds), dtype=np.float32))
    script.mel(y[:SR], SR)
    forget_peak()
    before = status("VmRSS:")
    answer = script.mel(y, SR)
    peak = status("VmHWM:")
    np.save(result, answer[..., :400])
    return peak - before


def describe(module, device, source, target):
    from pathlib import Path

    script = library(module, device)
    files = sorted(Path(source).glob("*.wav"))
    for path in files:
        script.describe(str(path), str(Path(target) / (path.stem + ".npz")))
    return len(files)


def data_set(module, device, source, target, workers):
    library(module, device).data_set(source, target, int(workers))
    return 0


if __name__ == "__main__":
    tasks = {"first": first, "memory": memory, "describe": describe, "data_set": data_set}
    print(tasks[sys.argv[1]](*sys.argv[2:]))
