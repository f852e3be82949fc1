"""What banditore decides, and nothing else: no I/O, no clock, no network, only the standard library."""
