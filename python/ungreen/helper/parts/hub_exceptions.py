# /// part
# defines = ["hub_exceptions"]
# requires = ["report"]
# imports = []
# replaces = { "eventlet.debug.hub_exceptions" = "hub_exceptions" }
# ///
def hub_exceptions(state: bool = True) -> None:
    """Switch the report of exceptions that end a green thread on or off."""
    _REPORT["enabled"] = state
