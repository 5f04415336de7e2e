"""On PYTHONPATH of the suite under ``pytest --offline``: no Python process of it reaches a network, children included.

Sockets within the machine (AF_UNIX) are left alone: processes of one program speak through them.  With ``--loopback``, for
the processes of Spark, so are addresses of this machine.
"""

import os
import sys

_EVENTS = ("socket.connect", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo", "socket.gethostbyname")


_LOOPBACK = ("localhost", "::1")


def _here(args: tuple[object, ...]) -> bool:
    """Whether the first name or address among the arguments is of this machine."""
    places = [a[0] if isinstance(a, tuple) else a for a in args if isinstance(a, (str, tuple))]
    return bool(places) and (str(places[0]) in _LOOPBACK or str(places[0]).startswith("127."))


def _refuse(event: str, args: tuple[object, ...]) -> None:
    if event in _EVENTS:
        if os.environ.get("CHUKAN_TEST_LOOPBACK") and _here(args):
            return
        if event != "socket.getaddrinfo" and event != "socket.gethostbyname":
            import socket

            if getattr(args[0], "family", None) == getattr(socket, "AF_UNIX", None):
                return
        raise PermissionError(f"{event}: the suite runs without a network (pytest --offline)")


sys.addaudithook(_refuse)
