"""Reads a newsletter for the admin chat, apart from the process that publishes."""
