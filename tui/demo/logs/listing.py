"""DescribeLogGroups and DescribeLogStreams, page by page."""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from itertools import islice
from typing import Any, TypeVar

from tui.demo.logs.arguments import Arguments
from tui.demo.logs.refusal import invalid
from tui.demo.logs.region import LogsRegion
from tui.demo.logs.store import Group, Stream

Item = TypeVar("Item")

MOST = 50  # a page of either


def describe_log_groups(logs: LogsRegion, asked: Arguments) -> dict[str, Any]:
    """DescribeLogGroups: in ASCII order, by prefix or by a part of the name."""
    prefix, part = asked.text("logGroupNamePrefix"), asked.text("logGroupNamePattern")
    if prefix and part:
        raise invalid("logGroupNamePrefix and logGroupNamePattern are mutually exclusive.")
    wanted = {logs.name_in(identifier) for identifier in asked.texts("logGroupIdentifiers", MOST) or ()}
    log_class = asked.text("logGroupClass")
    names = sorted(
        name
        for name, group in list(logs.groups.items())
        if name.startswith(prefix or "")
        and (part or "") in name
        and (not wanted or name in wanted)
        and log_class in {None, group.log_class}
    )
    chosen, token = page_of(names, asked)
    told = [_group(logs, logs.groups[name]) for name in chosen if name in logs.groups]
    if part:  # the API reference: with a pattern, these three and no more
        told = [{key: group[key] for key in ("arn", "creationTime", "logGroupName")} for group in told]
    return {"logGroups": told, **token}


def describe_log_streams(logs: LogsRegion, asked: Arguments) -> dict[str, Any]:
    """DescribeLogStreams: by name or by the time of the last event."""
    group, prefix = logs.group(asked), asked.text("logStreamNamePrefix")
    order = asked.text("orderBy") or "LogStreamName"
    if order not in {"LogStreamName", "LastEventTime"}:
        raise invalid(f"Value '{order}' at 'orderBy' must be LogStreamName or LastEventTime")
    if prefix and order == "LastEventTime":
        raise invalid("Cannot order by LastEventTime with a logStreamNamePrefix.")
    streams = sorted(
        (stream for name, stream in list(group.streams.items()) if name.startswith(prefix or "")),
        key=(lambda stream: stream.name)
        if order == "LogStreamName"
        else (lambda stream: (stream.last or 0, stream.name)),
        reverse=asked.flag("descending", default=False),
    )
    chosen, token = page_of(streams, asked)
    return {"logStreams": [_stream(logs, group, stream) for stream in chosen], **token}


def page_of(items: Sequence[Item], asked: Arguments) -> tuple[list[Item], dict[str, str]]:
    """One page of a listing, and its nextToken if there is more.

    Raises:
        LogsError: the token is none of ours, or the limit is above 50.
    """
    limit = asked.whole("limit", 1, MOST) or MOST
    start = _offset(token) if (token := asked.text("nextToken")) else 0
    following = {"nextToken": _token(start + limit)} if start + limit < len(items) else {}
    return list(islice(items, start, start + limit)), following


def _token(offset: int) -> str:
    return urlsafe_b64encode(f"{offset}.{binascii.crc32(str(offset).encode()):x}".encode()).decode()


def _offset(token: str) -> int:
    try:
        offset = int(urlsafe_b64decode(token.encode()).decode().partition(".")[0])
    except ValueError:
        raise invalid("The specified nextToken is invalid.") from None
    if offset < 0 or _token(offset) != token:
        raise invalid("The specified nextToken is invalid.")
    return offset


def _group(logs: LogsRegion, group: Group) -> dict[str, Any]:
    arn = logs.arn_of(group.name)
    told = {
        "logGroupName": group.name,
        "creationTime": group.created,
        "metricFilterCount": 0,
        "arn": f"{arn}:*",
        "logGroupArn": arn,
        "storedBytes": group.stored,
        "logGroupClass": group.log_class,
    }
    return told if group.retention is None else {**told, "retentionInDays": group.retention}


def _stream(logs: LogsRegion, group: Group, stream: Stream) -> dict[str, Any]:
    told = {
        "logStreamName": stream.name,
        "creationTime": stream.created,
        "firstEventTimestamp": stream.first,
        "lastEventTimestamp": stream.last,
        "lastIngestionTime": stream.ingested,
        "uploadSequenceToken": f"{stream.created:056d}",
        "arn": f"{logs.arn_of(group.name)}:log-stream:{stream.name}",
        "storedBytes": 0,  # the API reference: always zero since 2019
    }
    return {key: value for key, value in told.items() if value is not None}
