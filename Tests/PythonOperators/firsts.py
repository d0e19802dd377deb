"""A branch that sends the first item of each `id` to the first arm and the others to the second; the state store remembers them.

Items of logical time 0 s forget what was seen.
"""

import json

from branch_impl import exports
from branch_impl.imports import logger, state_store, types
from branch_impl.imports.state_store_types import SetConditions, SetOptions

seen = []


def bytes_of(field):
    return field.value.read() if isinstance(field, types.BufferOrBytes_Buffer) else field.value


class Branch(exports.Branch):
    def init(self, configuration):
        return True

    def process(self, timestamp, message):
        key = b"seen/" + json.loads(bytes_of(message.value.payload))["id"].encode()
        if timestamp.timestamp.secs == 0:
            forgotten = sum(state_store.del_(key, None, None).response for key in seen)
            logger.log(logger.Level.INFO, "firsts", f"forgot {forgotten}")
            seen.clear()
        is_first = state_store.set(key, b"", None, None, SetOptions(SetConditions.ONLY_IF_DOES_NOT_EXIST, None)).response
        if is_first:
            seen.append(key)
        return not is_first
