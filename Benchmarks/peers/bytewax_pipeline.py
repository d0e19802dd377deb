"""The pipeline as a Bytewax dataflow of one worker."""
import time

import bytewax.operators as op
from bytewax.dataflow import Dataflow
from bytewax.testing import TestingSink, TestingSource, run_main
from peer import serve


def make_process(classifier):
    def process(frames):
        # The clock starts with the first frame and not with the dataflow, whose making is no part of the pipeline.
        started = []

        def source():
            started.append(time.perf_counter())
            yield from frames

        results = []
        flow = Dataflow("classification")
        stream = op.input("frames", flow, TestingSource(source()))
        stream = op.map("tensor", stream, classifier.tensor)
        stream = op.map("infer", stream, classifier.infer)
        stream = op.map("json", stream, classifier.json)
        op.output("results", stream, TestingSink(results))
        run_main(flow)
        return time.perf_counter() - started[0], results

    return process


serve(make_process)
