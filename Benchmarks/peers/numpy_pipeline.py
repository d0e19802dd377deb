"""The pipeline as a plain loop: numpy and onnxruntime."""
import time

from peer import serve


def make_process(classifier):
    def process(frames):
        start = time.perf_counter()
        results = [classifier.json(classifier.infer(classifier.tensor(frame))) for frame in frames]
        return time.perf_counter() - start, results

    return process


serve(make_process)
