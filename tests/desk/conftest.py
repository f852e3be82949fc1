"""The stage of the engine's tests, to look on from."""

from tests.engine.conftest import stage

__all__ = ["stage"]
