"""Fused kernels for Metal and CUDA, from one source."""
