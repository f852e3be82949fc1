"""What admins use to know and to act."""
