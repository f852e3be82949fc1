"""The engine on an event loop without time, with every fault that a seed can ask for: see docs/torture.md."""
