"""On PYTHONPATH this makes the CPU the default device of every process, the tests' children too."""

import mlx.core as mx

mx.set_default_device(mx.cpu)
