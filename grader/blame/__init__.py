"""Who or what is behind a failure: the one place that decides what may fail a submission."""
