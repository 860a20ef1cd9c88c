"""Read rubrics from YAML: the rubric's model, and its mistakes with their lines."""
