"""Runs the command line: ``python -m vgkd_docs``."""

import sys

from vgkd_docs.cli import main

sys.exit(main())
