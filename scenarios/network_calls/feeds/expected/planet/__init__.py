"""Gathers the news of many feeds on one page."""

USER_AGENT = "planet/2.1"
