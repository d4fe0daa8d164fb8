"""`python -m tools.vendor`."""

import sys

from tools.vendor.vendor import main

sys.exit(main())
