"""The operations of the GPU backend, each with its derivatives, its batches and what it takes."""
