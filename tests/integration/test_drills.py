"""The drills at a size that takes seconds; what they prove at full size stands in tests/drills/README.md."""

import subprocess
import sys
from pathlib import Path

import pytest

DRILLS = Path(__file__).resolve().parents[1] / "drills"


def drill(script, *arguments):
    done = subprocess.run([sys.executable, DRILLS / script, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    return done.stdout


@pytest.mark.timeout(120)
def test_storm():
    output = drill("storm.py", "--registrations", "300", "--clients", "8", "--kills", "3")
    assert "BROKEN" not in output and "acknowledged registrations lost" in output


@pytest.mark.timeout(180)
def test_outages_of_regions_that_keep_their_data():
    """On PostgreSQL, one by one and all at once."""
    output = drill("outage.py", "--runs", "kept", "--down", "1", "--rate", "60")
    assert "BROKEN" not in output and "client calls failed" in output


@pytest.mark.timeout(180)
def test_outage_of_all_regions():
    output = drill("outage.py", "--runs", "fail", "--down", "1", "--rate", "60")
    assert "BROKEN" not in output and "client calls failed" in output


def test_a_wrong_option_is_refused():
    done = subprocess.run([sys.executable, DRILLS / "outage.py", "--runs", "none"], capture_output=True, text=True,
                          check=False)
    assert done.returncode == 2 and "no run none" in done.stderr
