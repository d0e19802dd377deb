"""What the peers have in common: the model, the frames, and the conversation with the benchmark that starts them."""
import json
import sys

import numpy
import onnxruntime

MEAN = numpy.array([0.485, 0.456, 0.406], numpy.float32)
DEVIATION = numpy.array([0.229, 0.224, 0.225], numpy.float32)
SIDE = 224
BEST = 5


class Classifier:
    """Frames in, JSON out, as the graph's two operators do it."""

    def __init__(self, model, labels):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self.session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        self.input = self.session.get_inputs()[0].name
        with open(labels, encoding="utf-8") as lines:
            # "n02133161 American black bear": the identifier is no part of the label.
            self.labels = [line.rstrip("\n").split(" ", 1)[1] for line in lines]

    def tensor(self, frame):
        pixels = numpy.frombuffer(frame, numpy.uint8).reshape(SIDE, SIDE, 3)
        scaled = (pixels.astype(numpy.float32) / 255 - MEAN) / DEVIATION
        return numpy.ascontiguousarray(scaled.transpose(2, 0, 1)[numpy.newaxis])

    def infer(self, tensor):
        return self.session.run(None, {self.input: tensor})[0].reshape(-1)

    def json(self, scores):
        exponentials = numpy.exp(scores - scores.max())
        probabilities = exponentials / exponentials.sum()
        best = numpy.argpartition(probabilities, -BEST)[-BEST:]
        best = best[numpy.argsort(-probabilities[best])]
        predictions = [{"label": self.labels[i], "score": float(probabilities[i]), "index": int(i)} for i in best]
        return json.dumps({"object": {"result": predictions[0]["label"], "predictions": predictions}})


def serve(make_process):
    """Answers `time N` with the seconds that N frames took, and `results N` with their results.

    `make_process(classifier)` returns a function: frames in, (seconds, results) out.
    """
    model, frames, labels = sys.argv[1:]
    with open(frames, "rb") as file:
        data = file.read()
    size = SIDE * SIDE * 3
    frames = [data[at : at + size] for at in range(0, len(data), size)]
    process = make_process(Classifier(model, labels))
    print("ready", flush=True)
    for line in sys.stdin:
        command, count = line.split()
        seconds, results = process([frames[i % len(frames)] for i in range(int(count))])
        print(seconds if command == "time" else "[" + ",".join(results) + "]", flush=True)
