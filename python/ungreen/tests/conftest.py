"""Makes the assembler importable, and Ctrl-C work in the programs that tests start."""

import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "helper"))

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell makes its background jobs ignore it, and whatever they start inherits that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
