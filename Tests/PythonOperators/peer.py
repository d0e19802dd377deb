#!/usr/bin/env python3
"""What the probes answer under wasmtime's own WASI: run by hand to make answers-VERSION.json anew, with the wheel `wasmtime==50.0.1`.

    peer.py probes.wasm > answers.json
"""

import json
import re
import sys
import tempfile

from wasmtime import Config, Engine, Store, WasiConfig, WasmtimeError
from wasmtime.component import Component, Linker, Record, ResourceType, Variant

PROBES = [
    "clocks", "sleep", "randomness", "environment", "files", "sockets", "threads", "standard_input", "terminals", "prints", "descriptors",
    "memory", "recursion", "exits", "system_exit", "aborts", "raises",
]

# What the world imports beside WASI; the probes call none of it.
UNUSED = {
    "hybrid-logical-clock": [], "state-store-types": [], "state-store": ["get", "set", "del", "vdel"], "logger": ["log"],
    "metrics": ["add-to-counter", "record-to-histogram"],
}


def record(**fields):
    value = Record()
    for name, field in fields.items():
        setattr(value, name.replace("_", "-"), field)
    return value


def message(payload):
    timestamp = record(timestamp=record(secs=1, nanos=0), counter=0, node_id="")
    return Variant("message", record(
        timestamp=timestamp, topic=b"t", content_type=None, payload=payload, properties=record(user_properties=[]), schema=None))


def ask(engine, component, probe, folder):
    linker = Linker(engine)
    linker.add_wasip2()
    with linker.root() as root:
        with root.add_instance("wasm-graph:processor/types@1.1.0") as types:
            types.add_resource("buffer", ResourceType.host(1), lambda store, rep: None)
            types.add_func("[method]buffer.read", lambda store, buffer: b"")
        for interface, functions in UNUSED.items():
            with root.add_instance(f"wasm-graph:processor/{interface}@1.1.0") as instance:
                for function in functions:
                    instance.add_func(function, lambda *arguments: None)
    wasi = WasiConfig()
    wasi.stdout_file, wasi.stderr_file = folder + "/out", folder + "/err"
    store = Store(engine)
    store.set_wasi(wasi)
    instance = linker.instantiate(store, component)
    interface = instance.get_export_index(store, "wasm-graph:processor/map@1.1.0")
    process = instance.get_func(store, instance.get_export_index(store, "process", interface))
    try:
        result = process(store, message(probe.encode()))
        answer = {"answer": json.loads(result.payload.payload)}
    except WasmtimeError as error:
        answer = {"ends": "exit" if "Exited with" in str(error) else "trap"}
    del instance, process, store
    for name, file in (("stdout", "out"), ("stderr", "err")):
        with open(folder + "/" + file, "rb") as printed:
            lines = printed.read().decode(errors="replace").rstrip("\n").split("\n")
        answer[name] = [re.sub("0x[0-9a-f]+", "0x", line) for line in lines if line]
    return answer


def main():
    engine = Engine(Config())
    component = Component.from_file(engine, sys.argv[1])
    answers = {}
    for probe in sys.argv[2:] or PROBES:
        with tempfile.TemporaryDirectory() as folder:
            answers[probe] = ask(engine, component, probe, folder)
    print("{\n" + ",\n".join(f'  "{probe}": {json.dumps(answer)}' for probe, answer in answers.items()) + "\n}")


main()
