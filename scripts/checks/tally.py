"""Counts what a check looks at, and tells faults as they are found."""
import socket

looks = faults = 0


def check(right, words):
    global looks, faults
    looks += 1
    if not right:
        faults += 1
        print(f"FAULT: {words}", flush=True)


def free_port():
    """A port of loopback that nobody listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
