# /// part
# defines = ["json_text"]
# requires = []
# imports = ["import datetime", "import decimal", "import email.utils", "import json", "import uuid", "from typing import Any"]
# ///
def json_text(content: Any) -> str:
    """Return ``content`` as JSON, to the byte as Flask's ``jsonify`` writes it."""

    def default(value: Any) -> str:
        if isinstance(value, (decimal.Decimal, uuid.UUID)):
            return str(value)
        if isinstance(value, datetime.datetime):
            moment = value if value.tzinfo else value.replace(tzinfo=datetime.timezone.utc)
            return email.utils.format_datetime(
                moment.astimezone(datetime.timezone.utc), usegmt=True
            )
        if isinstance(value, datetime.date):
            return default(datetime.datetime(value.year, value.month, value.day))
        raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")

    return json.dumps(content, default=default, sort_keys=True, separators=(",", ":")) + "\n"
