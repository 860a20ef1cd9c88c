"""The part of the sandbox that both sides use: the policy, names of pipes, system calls, control groups."""
