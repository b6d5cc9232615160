"""Lets `python -m` start the service."""

import sys

from .main import main

sys.exit(main())
