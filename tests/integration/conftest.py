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


def pytest_terminal_summary(terminalreporter):
    """What tests have to say to whoever reads the run: their properties named `note`."""
    for report in terminalreporter.stats.get("passed", []):
        for name, text in report.user_properties:
            if name == "note":
                terminalreporter.write_line(text)
