from selectors import *
from selectors import SelectSelector as DefaultSelector
