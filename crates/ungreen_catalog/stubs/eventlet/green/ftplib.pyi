from ftplib import *
