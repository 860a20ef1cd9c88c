"""Where student code runs: `open_kernel` is the whole seam."""

from grader.sandbox.host import Kernel, Limits, open_kernel

__all__ = ["Kernel", "Limits", "open_kernel"]
