"""Platforms, one file each: its client, its error table, its media rules."""
