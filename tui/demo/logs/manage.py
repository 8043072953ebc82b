"""Making log groups and log streams, and putting events into them."""

from __future__ import annotations

import re
from typing import Any

from tui.demo.logs.arguments import Arguments
from tui.demo.logs.refusal import invalid, missing, taken
from tui.demo.logs.region import LogsRegion
from tui.demo.logs.store import OVERHEAD, Group, Stream

HOUR = 3_600_000  # ms
TOO_OLD = 14 * 24 * HOUR
TOO_NEW = 2 * HOUR
SPAN = 24 * HOUR  # of the events in one call
PUT_BYTES = 1 << 20

RETENTION_DAYS = frozenset(
    {1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653}
)
_GROUP_NAME = re.compile(r"[\w.\-/#]{1,512}", re.ASCII)
_STREAM_NAME = re.compile(r"[^:*]{1,512}")


def create_log_group(logs: LogsRegion, asked: Arguments) -> dict[str, Any]:
    """CreateLogGroup."""
    name = asked.needed("logGroupName")
    if not _GROUP_NAME.fullmatch(name):
        raise invalid(f"Value '{name}' at 'logGroupName' failed to satisfy the pattern [\\.\\-_/#A-Za-z0-9]+")
    if name in logs.groups:
        raise taken("log group")
    group = Group(name, logs.now)
    group.log_class = asked.text("logGroupClass") or "STANDARD"
    group.tags = asked.tags("tags")
    logs.groups[name] = group
    return {}


def create_log_stream(logs: LogsRegion, asked: Arguments) -> dict[str, Any]:
    """CreateLogStream."""
    group, name = logs.group(asked), asked.needed("logStreamName")
    if not _STREAM_NAME.fullmatch(name):
        raise invalid(f"Value '{name}' at 'logStreamName' failed to satisfy the pattern [^:*]*")
    if name in group.streams:
        raise taken("log stream")
    group.streams[name] = Stream(name, logs.now)
    return {}


def delete_log_group(logs: LogsRegion, asked: Arguments) -> dict[str, Any]:
    """DeleteLogGroup."""
    logs.groups.pop(logs.group(asked).name, None)
    return {}


def delete_log_stream(logs: LogsRegion, asked: Arguments) -> dict[str, Any]:
    """DeleteLogStream."""
    group = logs.group(asked)
    group.forget(logs.stream(group, asked).name)
    return {}


def put_retention_policy(logs: LogsRegion, asked: Arguments) -> dict[str, Any]:
    """PutRetentionPolicy. The retention is told by DescribeLogGroups; nothing is deleted by it."""
    group, days = logs.group(asked), asked.whole("retentionInDays")
    if days not in RETENTION_DAYS:
        raise invalid(f"Value '{days}' at 'retentionInDays' is not one of the allowed numbers of days")
    group.retention = days
    return {}


def delete_retention_policy(logs: LogsRegion, asked: Arguments) -> dict[str, Any]:
    """DeleteRetentionPolicy."""
    logs.group(asked).retention = None
    return {}


def list_tags_for_resource(logs: LogsRegion, asked: Arguments) -> dict[str, Any]:
    """ListTagsForResource, of a log group."""
    found = logs.groups.get(logs.name_in(asked.needed("resourceArn")))
    if found is None:
        raise missing("resource")
    return {"tags": found.tags}


def put_log_events(logs: LogsRegion, asked: Arguments) -> dict[str, Any]:
    """PutLogEvents: at most 10,000 events and 1 MB, in order, within 24 hours; what is too old or too new is left out."""
    group = logs.group(asked)
    stream, now = logs.stream(group, asked), logs.now
    events = [(item.whole("timestamp") or 0, now, item.needed("message")) for item in asked.items("logEvents")]
    times = [event[0] for event in events]
    if times != sorted(times):
        raise invalid("Log events in a single PutLogEvents request must be in chronological order.")
    if times[-1] - times[0] > SPAN:
        raise invalid("The batch of log events in a single PutLogEvents request cannot span more than 24 hours.")
    if sum(len(event[2].encode()) + OVERHEAD for event in events) > PUT_BYTES:
        raise invalid("Upload too large: the batch of log events may have at most 1048576 bytes.")
    old = sum(time < now - TOO_OLD for time in times)
    fresh = sum(time <= now + TOO_NEW for time in times)
    logs.put(group.name, stream.name, events[old:fresh])
    rejected = {
        **({"tooOldLogEventEndIndex": old} if old else {}),
        **({"tooNewLogEventStartIndex": fresh} if fresh < len(times) else {}),
    }
    return {"nextSequenceToken": f"{now:056d}", **({"rejectedLogEventsInfo": rejected} if rejected else {})}
