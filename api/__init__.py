"""HTTP, pages and the command line. Nothing imports this package.

Standard library only: `python3 -m api` runs before any dependency is installed.
"""

import os

os.environ.setdefault("PICCOLO_CONF", "api.piccolo_conf")
