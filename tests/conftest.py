"""What all tests share: property tests that give the same examples to everyone.

`HYPOTHESIS_PROFILE=search make test` looks for new ones instead.
"""

from __future__ import annotations

import os

from hypothesis import settings

settings.register_profile("steady", derandomize=True, deadline=None)
settings.register_profile("search", deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))
