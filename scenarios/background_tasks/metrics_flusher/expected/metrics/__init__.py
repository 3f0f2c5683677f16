from metrics.background import background
from metrics.collector import Collector

__all__ = ["Collector", "background"]
