"""The first thing that runs in a hand-in's process: set the limits, then become the kernel.

Run as `python -I launch.py MEMORY_BYTES FILE_BYTES PROCESSES CONNECTION_FILE`; imports nothing of `grader`.
"""

from __future__ import annotations

import resource
import sys


def main() -> None:
    """Apply the limits of the command line and start ipykernel."""
    memory, file_size, processes, connection = sys.argv[1:5]
    resource.setrlimit(resource.RLIMIT_AS, (int(memory), int(memory)))
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(file_size), int(file_size)))
    resource.setrlimit(resource.RLIMIT_NPROC, (int(processes), int(processes)))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.path.insert(0, "")
    from ipykernel import kernelapp

    sys.argv = [sys.argv[0], "-f", connection]
    kernelapp.launch_new_instance()


if __name__ == "__main__":
    main()
