"""A map that adds up: `{"value": 2}` becomes `{"count": …, "sum": …, "stored": …}`, of all items so far.

The sum is kept in the module (componentize-py makes a new Map for every call) and in the state store under `total`.
"""

import json

from map_impl import exports
from map_impl.imports import logger, metrics, state_store, types
from map_impl.imports.state_store_types import SetConditions, SetOptions

try:
    from componentize_py_types import Err
except ModuleNotFoundError:  # before 0.20
    from map_impl.types import Err

scale = 1
count = 0
total = 0


def bytes_of(field):
    return field.value.read() if isinstance(field, types.BufferOrBytes_Buffer) else field.value


class Map(exports.Map):
    def init(self, configuration):
        global scale
        properties = dict(configuration.properties)
        logger.log(logger.Level.INFO, "totals", f"init {properties}")
        scale = int(properties.get("scale", "1"))
        return scale > 0

    def process(self, message):
        global count, total
        if not isinstance(message, types.DataModel_Message):
            raise Err(types.Error("totals wants messages"))
        try:
            value = json.loads(bytes_of(message.value.payload))["value"]
        except (ValueError, KeyError) as error:
            raise Err(types.Error(f"no value: {type(error).__name__}"))
        count += 1
        total += scale * value
        state_store.set(b"total", str(total).encode(), None, None, SetOptions(SetConditions.UNCONDITIONAL, None))
        stored = state_store.get(b"total", None).response.decode()
        metrics.add_to_counter("items", metrics.CounterValue_U64(1), [metrics.Label("kind", "total")])
        logger.log(logger.Level.DEBUG, "totals", f"{count} items")
        print(f"sum {total}")
        answer = json.dumps({"count": count, "sum": total, "stored": stored})
        message.value.payload = types.BufferOrBytes_Bytes(answer.encode())
        return message
