"""`python -m uvkit` is the command line."""

from __future__ import annotations

import sys

from uvkit.cli import main

sys.exit(main())
