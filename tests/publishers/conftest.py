"""Lets the contract's assertions speak as those of a test file do."""

import pytest

pytest.register_assert_rewrite("tests.publishers.contract")
