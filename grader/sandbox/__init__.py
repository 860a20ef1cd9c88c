"""Where student code runs. `host.open_kernel` is the whole seam; what starts inside imports nothing else of ours."""
