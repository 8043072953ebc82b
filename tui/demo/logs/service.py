"""CloudWatch Logs over JSON 1.1: the name of an operation and a body in, a body out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from tui.demo.logs import listing, manage, reading
from tui.demo.logs.arguments import Arguments
from tui.demo.logs.refusal import LogsError
from tui.demo.logs.region import LogsRegion

OPERATIONS: dict[str, Callable[[LogsRegion, Arguments], dict[str, Any] | bytes]] = {
    "CreateLogGroup": manage.create_log_group,
    "CreateLogStream": manage.create_log_stream,
    "DeleteLogGroup": manage.delete_log_group,
    "DeleteLogStream": manage.delete_log_stream,
    "DeleteRetentionPolicy": manage.delete_retention_policy,
    "DescribeLogGroups": listing.describe_log_groups,
    "DescribeLogStreams": listing.describe_log_streams,
    "FilterLogEvents": reading.filter_log_events,
    "GetLogEvents": reading.get_log_events,
    "ListTagsForResource": manage.list_tags_for_resource,
    "PutLogEvents": manage.put_log_events,
    "PutRetentionPolicy": manage.put_retention_policy,
    "TestMetricFilter": reading.test_metric_filter,
}


def answer(logs: LogsRegion, operation: str, body: bytes) -> bytes:
    """The JSON answer to a call.

    Raises:
        LogsError: what AWS would refuse.
    """
    perform = OPERATIONS.get(operation)
    if perform is None:
        raise LogsError("InvalidOperationException", f"The embedded AWS does not answer {operation}.")
    told = perform(logs, arguments_of(body))
    return told if isinstance(told, bytes) else msgspec.json.encode(told)


def arguments_of(body: bytes) -> Arguments:
    """The parameters in the body of a call.

    Raises:
        LogsError: they are no JSON object.
    """
    try:
        parameters = msgspec.json.decode(body or b"{}")
    except (msgspec.DecodeError, UnicodeDecodeError):
        parameters = None
    if not isinstance(parameters, dict):
        raise LogsError("SerializationException", "The request is not a JSON object.")
    return Arguments(parameters)
