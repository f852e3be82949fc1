"""banditore, a town crier: announces an institution's events in time, once, and keeps a book of it."""

__version__ = "0.1.0"
