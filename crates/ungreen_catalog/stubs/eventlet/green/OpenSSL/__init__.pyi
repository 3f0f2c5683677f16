from eventlet.green.OpenSSL import SSL as SSL, crypto as crypto, tsafe as tsafe
from eventlet.green.OpenSSL.version import __version__ as __version__
