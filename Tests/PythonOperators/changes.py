"""A filter that lets an item pass when its value differs from the last one that passed, by `threshold` at least."""

import json

from filter_impl import exports
from filter_impl.imports import logger, metrics, types

threshold = 1.0
last = None


def bytes_of(field):
    return field.value.read() if isinstance(field, types.BufferOrBytes_Buffer) else field.value


class Filter(exports.Filter):
    def init(self, configuration):
        global threshold
        threshold = float(dict(configuration.properties).get("threshold", "1"))
        return True

    def process(self, message):
        global last
        value = json.loads(bytes_of(message.value.payload))["value"]
        metrics.record_to_histogram("value", metrics.HistogramValue_F64(value), None)
        if last is not None and abs(value - last) < threshold:
            logger.log(logger.Level.INFO, "changes", f"{value} is like {last}")
            return False
        last = value
        return True
