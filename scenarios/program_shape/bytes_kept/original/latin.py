# -*- coding: iso-8859-1 -*-
import eventlet
NAME = 'Jürgen'  # ä ö ü


def name():
    eventlet.sleep(0)
    return NAME
