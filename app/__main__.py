"""`python -m app` is the same as `accord`."""

import sys

from app.cli import main

sys.exit(main())
