"""The only files of `reference/` that run inside the sandbox, beside student code: they contain no expected value.

Each file is run by its text before the process is confined, and may import only torch, NumPy and the standard library.
"""
