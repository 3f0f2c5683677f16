"""Edited on Windows."""
import eventlet

def slow(text):  # comment
    eventlet.sleep(0.01)
    return (text +
            '!')  
