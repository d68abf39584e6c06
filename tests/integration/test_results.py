"""The last line of tests/run.sh and .ci/run: it must not look like success when it is none."""

import subprocess

import pytest

from sgwtest import paths

SCRIPT = """set -euo pipefail
. tests/support/results.sh
trap finish EXIT
passed=3
{how}
complete
"""


@pytest.mark.parametrize("how, last, good", [
    ("true", "3 passed, 0 failed", True),
    ("count_failure x", "3 passed, 1 failed", False),
    ("skipped=2", "3 passed, 0 failed, 2 skipped", True),
    ("false", "3 passed, 1 failed", False),
    ("kill -TERM $$", "3 passed, 1 failed", False),
    ("passed=0", "0 passed, 1 failed", False),
])
def test_last_line(how, last, good):
    done = subprocess.run(["bash", "-c", SCRIPT.format(how=how)], cwd=paths.REPO, capture_output=True, text=True,
                          timeout=20)
    assert done.stdout.splitlines()[-1] == last
    assert (done.returncode == 0) == good
