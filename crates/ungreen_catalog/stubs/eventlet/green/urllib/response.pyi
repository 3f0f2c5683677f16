from urllib.response import *
