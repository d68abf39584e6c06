"""Where the tests find what they start. Each may be overridden by an environment variable."""

import os
import pathlib
import tempfile

REPO = pathlib.Path(__file__).resolve().parents[3]
BUILD = pathlib.Path(os.environ.get("SGW_BUILD", REPO / "build"))
GATEWAY = pathlib.Path(os.environ.get("SGW_GATEWAY", BUILD / "release/gateway/schema-gateway"))
AXONOPS = pathlib.Path(os.environ.get("SGW_AXONOPS", BUILD / "tools/axonops"))
TOXIPROXY = pathlib.Path(os.environ.get("SGW_TOXIPROXY", BUILD / "tools/toxiproxy"))
POSTGRES_BIN = pathlib.Path(os.environ.get("SGW_POSTGRES_BIN", "/usr/lib/postgresql/15/bin"))
DATA = REPO / "tests/data"


def scratch_root():
    """Memory-backed where there is such a place: most runs are about answers, not disks."""
    shm = pathlib.Path("/dev/shm")
    return shm if os.access(shm, os.W_OK) else pathlib.Path(tempfile.gettempdir())
