"""Many submissions: order, workers, results written as they come."""
