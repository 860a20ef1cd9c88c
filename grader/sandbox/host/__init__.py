"""The trusted side of the sandbox: start, limit and watch confined processes, and send requests to them."""
