import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

from regional import started  # noqa: E402


@pytest.fixture
def regions():
    """Three real registries, nearest first."""
    with started() as running:
        yield running
