"""A newsletter document -> drafts in YAML. Decides what is an item; invents nothing, sends nothing."""
