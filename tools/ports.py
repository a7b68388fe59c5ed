"""Ports for servers that tests and benchmarks start."""
import random
import socket


def free_port():
    """Not one that the system hands out by itself: a client that calls while nobody listens would get it."""
    while True:
        with socket.socket() as s:
            try:
                s.bind(("127.0.0.1", random.SystemRandom().randrange(20_000, 32_000)))
                return s.getsockname()[1]
            except OSError:
                pass
