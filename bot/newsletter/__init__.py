"""A newsletter document becomes drafts in YAML; its room, empty yet."""
