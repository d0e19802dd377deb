"""A delay and an accumulate in one module: items wait until their window of `seconds` ends, and come out as one message with count and sum."""

import json

from window_impl import exports
from window_impl.imports import hybrid_logical_clock, logger, types

seconds = 60


def text_of(data):
    payload = data.value.payload
    return (payload.value.read() if isinstance(payload, types.BufferOrBytes_Buffer) else payload.value).decode()


class Delay(exports.Delay):
    def init(self, configuration):
        global seconds
        seconds = int(dict(configuration.properties).get("seconds", "60"))
        return True

    def process(self, data, timestamp):
        end = (timestamp.timestamp.secs // seconds + 1) * seconds
        return hybrid_logical_clock.HybridLogicalClock(hybrid_logical_clock.Timespec(end, 0), 0, timestamp.node_id)


class Accumulate(exports.Accumulate):
    def init(self, configuration):
        return True

    def process(self, staged, message):
        state = json.loads(text_of(staged) or '{"count": 0, "sum": 0}')
        for item in message:
            state["count"] += 1
            state["sum"] += json.loads(text_of(item))["value"]
        logger.log(logger.Level.INFO, "windows", f"{len(message)} more")
        staged.value.payload = types.BufferOrBytes_Bytes(json.dumps(state).encode())
        return staged
