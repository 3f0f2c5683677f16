from http.client import *

MAXAMOUNT: int
