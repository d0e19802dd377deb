"""The map of the sample module `temperature` in Python: Fahrenheit becomes Celsius, everything else passes as it is."""

import json

from componentize_py_types import Err
from map_impl import exports
from map_impl.imports import metrics, types

FIELDS = {"value": None, "count": 0, "max": 0.0, "min": 0.0, "average": 0.0, "last": 0.0, "unit": None, "overtemp": False}
FLOATS = ("value", "max", "min", "average", "last")


def content(field):
    return field.value.read() if isinstance(field, types.BufferOrBytes_Buffer) else field.value


class Map(exports.Map):
    def init(self, configuration):
        return True

    def process(self, message):
        metrics.add_to_counter("requests", metrics.CounterValue_U64(1), [metrics.Label("module", "module-temperature/map")])
        try:
            measurement = json.loads(content(message.value.payload))
        except ValueError:
            raise Err(types.Error("Failed to parse payload as JSON"))
        temperature = measurement.get("temperature")
        if temperature is None or temperature["unit"] != "F":
            return message
        result = {**FIELDS, **temperature, "unit": "C", "value": (temperature["value"] - 32) * 5 / 9}
        for name in FLOATS:
            result[name] = float(result[name])
        text = json.dumps({"temperature": result}, separators=(",", ":"))
        message.value.payload = types.BufferOrBytes_Bytes(text.encode())
        return message
