import fcntl
import socket
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

from regional import started  # noqa: E402

from sgwtest import paths  # noqa: E402


@pytest.fixture
def regions():
    """Three real registries, nearest first."""
    with started() as running:
        yield running


def _taken(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # ended connections do not count
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            return f"127.0.0.1:{port}: {error.strerror}"
    return None


@pytest.fixture
def default_ports():
    """8081 and 8082, for tests that are about the defaults: one of them at a time."""
    with open(paths.scratch_root() / "sgw-default-ports.lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        taken = _taken(8081) or _taken(8082)
        if taken:
            pytest.skip(f"needs the default ports free ({taken})")
        yield


def pytest_terminal_summary(terminalreporter):
    """What tests have to say to whoever reads the run: their properties named `note`."""
    for report in terminalreporter.stats.get("passed", []):
        for name, text in report.user_properties:
            if name == "note":
                terminalreporter.write_line(text)
