"""What marking costs, beside the tools that our users have today."""
