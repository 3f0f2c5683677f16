import eventlet


def marked():
    eventlet.sleep(0.0)
    text = """
  keep   this
	as it is
"""
    return len(text)