from tests.database import postgresql

__all__ = ["postgresql"]
