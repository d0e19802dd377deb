"""A map whose payload names a probe, and whose answer is what Python code sees of the world outside, as JSON.

Only modules that are imported while an operator is built are there when it runs. Answers do not depend on the time or on random numbers, so that they can be compared with those under another host.
"""

import asyncio
import encodings.idna
import json
import os
import random
import secrets
import select
import socket
import sys
import tempfile
import threading
import time
import urllib.request
import uuid

from map_impl import exports
from map_impl.imports import types

held = []


def outcome(action):
    """What the action returns, or which exception it raises."""
    try:
        return action()
    except BaseException as error:
        return type(error).__name__ + (f" {error.errno}" if isinstance(error, OSError) else f" {error}" if isinstance(error, RuntimeError) else "")


def clocks():
    start = time.monotonic_ns()
    now = time.time()
    return [1.6e9 < now < 4.2e9, time.gmtime().tm_year >= 2020, time.localtime().tm_gmtoff, time.tzname[0], time.perf_counter_ns() >= start]


def sleep():
    start = time.monotonic_ns()
    time.sleep(0.02)
    time.sleep(0)
    return time.monotonic_ns() - start >= 20_000_000


def sleep_long():
    time.sleep(3600)


def randomness():
    return [
        os.urandom(20) != os.urandom(20), len(os.urandom(100_000)), uuid.uuid4().version, len(secrets.token_hex(8)), random.random() != random.random(),
        0 <= random.SystemRandom().randrange(10) < 10,
    ]


def environment():
    return [outcome(lambda: dict(os.environ)), sys.argv, outcome(os.getcwd), outcome(lambda: os.getenv("HOME")), outcome(lambda: os.path.expanduser("~"))]


def files():
    return [
        outcome(lambda: open("/nope")), outcome(lambda: open("nope", "w")), outcome(lambda: os.listdir("/")), outcome(lambda: os.stat("/")),
        outcome(lambda: os.mkdir("/made")), outcome(lambda: os.remove("/nope")), outcome(lambda: os.rename("/a", "/b")), outcome(lambda: os.symlink("/a", "/b")),
        outcome(lambda: tempfile.mkdtemp()), outcome(lambda: os.fstat(1).st_size), outcome(lambda: os.open("/", os.O_RDONLY)), os.path.exists("/"),
    ]


def sockets():
    def udp():
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams:
            return datagrams.sendto(b"x", ("127.0.0.1", 9))

    def listen():
        with socket.socket() as server:
            server.bind(("127.0.0.1", 0))

    def event_loop():
        async def connect():
            await asyncio.open_connection("127.0.0.1", 80)

        return asyncio.run(connect())

    return [
        outcome(lambda: socket.create_connection(("127.0.0.1", 80), timeout=1)), outcome(lambda: socket.create_connection(("::1", 80))), outcome(udp),
        outcome(listen), outcome(lambda: socket.getaddrinfo("localhost", 80)), outcome(lambda: urllib.request.urlopen("http://127.0.0.1/")),
        outcome(event_loop), [list(ready) for ready in select.select([], [], [], 0)],
    ]


def threads():
    return [
        outcome(lambda: threading.Thread(target=print).start()), outcome(lambda: os.fork()), outcome(lambda: os.system("true")), outcome(os.getpid),
        threading.active_count(),
    ]


def standard_input():
    return [outcome(lambda: sys.stdin.read()), outcome(input), outcome(lambda: os.read(0, 10).decode())]


def terminals():
    return [stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)] + [outcome(lambda: os.get_terminal_size())]


def prints():
    print("to standard output")
    print("to standard error", file=sys.stderr)
    print("in parts, ", end="")
    sys.stdout.flush()
    print("one line")
    os.write(1, b"not UTF-8: \xff\n")
    print("x" * 10_000)
    print("no line end", end="")
    sys.stdout.flush()


def descriptors():
    return [
        outcome(lambda: os.write(3, b"x")), outcome(lambda: os.close(9)), outcome(lambda: os.write(0, b"x")), outcome(lambda: os.read(1, 1)),
        outcome(lambda: os.lseek(1, 0, os.SEEK_CUR)), outcome(lambda: sys.stdout.seekable()),
    ]


def memory():
    return [outcome(lambda: bytearray(1 << 31)), outcome(lambda: len(bytearray(1 << 20)))]


def recursion():
    def deeper():
        return deeper()

    return outcome(deeper)


def exits():
    os._exit(3)


def system_exit():
    sys.exit(4)


def aborts():
    os.abort()


def raises():
    raise KeyError("nobody catches this")


def memory_hog():
    def take():
        while True:
            held.append(bytearray(1 << 20))

    return outcome(take)


def identifiers():
    return [str(uuid.uuid4()), random.random(), os.urandom(8).hex()]


probes = {name: value for name, value in globals().items() if callable(value) and not isinstance(value, type)}


class Map(exports.Map):
    def init(self, configuration):
        return True

    def process(self, message):
        payload = message.value.payload
        name = (payload.value.read() if isinstance(payload, types.BufferOrBytes_Buffer) else payload.value).decode()
        answer = json.dumps(probes[name]())
        message.value.payload = types.BufferOrBytes_Bytes(answer.encode())
        return message
