"""The quick start as a newcomer runs it; what `--check` demonstrates is run by itself."""

import contextlib
import os
import re
import signal
import subprocess

import pytest

from sgwtest import Registry, paths, wait_until

SHOWN = re.compile(r"registered orders-value at the gateway: id (\d+)")


def _as_from_a_terminal():
    """A shell cannot trap what it was started to ignore, as everything in the background is."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@contextlib.contextmanager
def running(output):
    """Until it invites to try something; ended as by Ctrl-C, with all that it has started."""
    with open(output, "wb") as file:
        script = subprocess.Popen([paths.REPO / "deploy/quickstart.sh"], stdout=file, stderr=subprocess.STDOUT,
                                  start_new_session=True, preexec_fn=_as_from_a_terminal)
    try:
        wait_until(lambda: "Ctrl-C stops" in output.read_text() or script.poll() is not None, 60, "the quick start")
        assert script.poll() is None, output.read_text()
        yield output.read_text()
        os.killpg(script.pid, signal.SIGINT)
        assert script.wait(20) == 130
        with pytest.raises(ProcessLookupError):
            os.killpg(script.pid, 0)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(script.pid, signal.SIGKILL)
        script.wait(20)


def test_quickstart_shows_stays_and_starts_again(tmp_path, default_ports):
    del default_ports
    ids = []
    for start in ("first", "second"):
        with running(tmp_path / start) as text:
            ids.append(int(SHOWN.search(text)[1]))
            regions = re.findall(r"^ +(\S+) +(http://127\.0\.0\.1:\d+) +id (\d+)$", text, re.MULTILINE)
            assert [name for name, _, _ in regions] == ["us-west", "eu-west", "ap-south"]
            for _, url, told in regions:
                assert int(told) == Registry(url).version("orders-value")["id"] == ids[-1]
            assert Registry("http://127.0.0.1:8081").version("orders-value")["id"] == ids[-1]
            assert len(re.findall(r"^  (?:curl|kill) ", text, re.MULTILINE)) == 3
    assert ids[0] == ids[1]
