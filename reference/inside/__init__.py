"""The only files of `reference/` that run inside the sandbox, beside student code: no expected value stands here.

Each file is run by its text before the process is confined, and may import torch, NumPy and the standard library alone.
"""
