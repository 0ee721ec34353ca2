"""The one exception that reaches the user as a sentence instead of a traceback."""

from __future__ import annotations


class UserError(Exception):
    """Something the user can mend. `str()` is one line: what is wrong, then how to mend it.

    The command line prints it and exits with code 2.
    """
