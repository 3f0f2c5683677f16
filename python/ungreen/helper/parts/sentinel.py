# /// part
# defines = ["_MISSING"]
# requires = []
# imports = ["from typing import Any"]
# ///
_MISSING: Any = object()
