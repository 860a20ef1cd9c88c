"""The only reader of YAML: the rubric's model, and its mistakes with their lines."""
