"""The trusted side of the sandbox: starts, limits, watches and questions the confined processes."""
