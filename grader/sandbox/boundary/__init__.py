"""What both sides of the sandbox know: the policy, names of pipes, system calls, control groups."""
