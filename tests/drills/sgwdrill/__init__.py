"""What the drills share: plans and checks (pure), and thin drivers around them."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "support"))  # sgwtest
