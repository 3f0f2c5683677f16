from http.cookies import *
