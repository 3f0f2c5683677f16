from urllib.request import *
from urllib.request import Request as Request, build_opener as build_opener, urlopen as urlopen, urlretrieve as urlretrieve
from urllib.error import HTTPError as HTTPError, URLError as URLError
