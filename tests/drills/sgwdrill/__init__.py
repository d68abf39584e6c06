"""What the drills share: plans and checks (pure), and thin drivers around them."""

import importlib.util
import os
import pathlib
import sys

_tests = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(_tests / "support"))  # sgwtest


def use_venv() -> None:
    """Goes on under the interpreter that tests/run.sh set up, where there is one: the drills can then be
    called by their path, whatever `python3` is."""
    home = _tests.parent / "build/venv"
    python = home / "bin/python"
    if python.exists() and pathlib.Path(sys.prefix).resolve() != home.resolve():
        os.execv(python, [str(python), *sys.argv])
    if importlib.util.find_spec("confluent_kafka") is None:
        sys.exit("the drills need the Python packages that ./tests/run.sh installs; run it once")
