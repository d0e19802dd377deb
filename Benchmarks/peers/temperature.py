"""The temperature graph as Python: lines of JSON in a file, Fahrenheit to Celsius, bounds, lines of JSON in a file.

    temperature.py INPUT OUTPUT plain-json|plain-orjson|bytewax-json|bytewax-json-fused|bytewax-orjson-fused

Answers each line at standard input with the seconds of processor time and of wall time that one pass over the file took.
"""
import json
import sys
import time

BATCH = 1000


def convert(message):
    temperature = message["temperature"]
    temperature["value"] = (temperature["value"] - 32) * 5 / 9
    temperature["unit"] = "C"
    return message


def is_in_bounds(message):
    return -20 <= message["temperature"]["value"] <= 150


def json_dumps(message):
    return json.dumps(message, separators=(",", ":"), ensure_ascii=False).encode()


def plain(loads, dumps):
    def run(source, sink):
        with open(source, "rb") as lines, open(sink, "wb") as output:
            for line in lines:
                message = convert(loads(line))
                if is_in_bounds(message):
                    output.write(dumps(message) + b"\n")

    return run


def bytewax(loads, dumps, is_fused):
    import bytewax.operators as op
    from bytewax.dataflow import Dataflow
    from bytewax.inputs import FixedPartitionedSource, StatefulSourcePartition
    from bytewax.outputs import DynamicSink, StatelessSinkPartition
    from bytewax.testing import run_main
    from itertools import islice

    class Lines(StatefulSourcePartition):
        def __init__(self, path):
            self.file = open(path, "rb")

        def next_batch(self):
            lines = list(islice(self.file, BATCH))
            if not lines:
                raise StopIteration()
            return lines

        def snapshot(self):
            return None

        def close(self):
            self.file.close()

    class Source(FixedPartitionedSource):
        def __init__(self, path):
            self.path = path

        def list_parts(self):
            return ["file"]

        def build_part(self, step_id, part, resume_state):
            return Lines(self.path)

    class Output(StatelessSinkPartition):
        def __init__(self, path):
            self.file = open(path, "wb")

        def write_batch(self, items):
            self.file.writelines([item + b"\n" for item in items])

        def close(self):
            self.file.close()

    class Sink(DynamicSink):
        def __init__(self, path):
            self.path = path

        def build(self, step_id, worker_index, worker_count):
            return Output(self.path)

    def fused(lines):
        messages = [convert(loads(line)) for line in lines]
        return [dumps(message) for message in messages if is_in_bounds(message)]

    def run(source, sink):
        flow = Dataflow("temperature")
        stream = op.input("lines", flow, Source(source))
        if is_fused:
            stream = op.flat_map_batch("all", stream, fused)
        else:
            stream = op.map("parse", stream, loads)
            stream = op.map("convert", stream, convert)
            stream = op.filter("bounds", stream, is_in_bounds)
            stream = op.map("print", stream, dumps)
        op.output("results", stream, Sink(sink))
        run_main(flow)

    return run


def pipeline(name):
    kind, library, *fused = name.split("-")
    if library == "orjson":
        import orjson

        loads, dumps = orjson.loads, orjson.dumps
    else:
        loads, dumps = json.loads, json_dumps
    return plain(loads, dumps) if kind == "plain" else bytewax(loads, dumps, bool(fused))


source, sink, name = sys.argv[1:]
run = pipeline(name)
print("ready", flush=True)
for _ in sys.stdin:
    cpu, wall = time.process_time(), time.perf_counter()
    run(source, sink)
    print(time.process_time() - cpu, time.perf_counter() - wall, flush=True)
