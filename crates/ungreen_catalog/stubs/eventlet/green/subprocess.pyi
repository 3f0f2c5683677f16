from subprocess import *
from subprocess import PIPE as PIPE, CalledProcessError as CalledProcessError, Popen as Popen, TimeoutExpired as TimeoutExpired, call as call, check_call as check_call, check_output as check_output, run as run
from typing import Any

mswindows: bool
to_patch: list[tuple[str, Any]]
