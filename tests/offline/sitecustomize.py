"""On PYTHONPATH of the suite under ``pytest --offline``: no Python process of it reaches a network, children included.

Sockets within the machine (AF_UNIX) are left alone: processes of one program speak through them.
"""

import sys

_EVENTS = ("socket.connect", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo", "socket.gethostbyname")


def _refuse(event: str, args: tuple[object, ...]) -> None:
    if event in _EVENTS:
        if event != "socket.getaddrinfo" and event != "socket.gethostbyname":
            import socket

            if getattr(args[0], "family", None) == getattr(socket, "AF_UNIX", None):
                return
        raise PermissionError(f"{event}: the suite runs without a network (pytest --offline)")


sys.addaudithook(_refuse)
