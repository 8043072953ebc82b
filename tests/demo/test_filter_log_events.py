"""FilterLogEvents of the embedded AWS behaves as the API reference says, over the wire and through boto3."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tui.demo.embedded import EmbeddedAws

GROUP = "/vpc/flow-logs"
WEB, DB = "eni-0aaa1111bbbb2222c-all", "eni-0ddd3333eeee4444f-all"
T0 = 1_767_225_600_000  # ms, 2026-01-01

Client = Callable[..., Any]


def line(number: int, action: str = "ACCEPT") -> str:
    """A flow record of the default format, different for each number."""
    second = T0 // 1000 + number
    return f"2 123456789012 eni-0aaa1111bbbb2222c 10.0.1.5 10.0.2.9 {number} 443 6 10 840 {second} {second + 60} {action} OK"


def pages(logs: Any, **asked: Any) -> list[list[dict[str, Any]]]:
    """The events of every page, until no token comes."""
    found = []
    while True:
        answer = logs.filter_log_events(**asked)
        found.append(answer["events"])
        if "nextToken" not in answer:
            return found
        asked["nextToken"] = answer["nextToken"]


def messages(logs: Any, **asked: Any) -> list[str]:
    """The messages of all pages, in order."""
    return [event["message"] for page in pages(logs, **asked) for event in page]


def code_of(call: Callable[..., Any], **asked: Any) -> str:
    """The error code a call ends with."""
    with pytest.raises(ClientError) as caught:
        call(**asked)
    return str(caught.value.response["Error"]["Code"])


def test_events_come_in_the_order_of_time_across_streams(aws: EmbeddedAws, client: Client) -> None:
    """Events are ordered by timestamp, then by ingestion, then by arrival, whatever their stream."""
    aws.put(GROUP, DB, [(T0 + 1000, T0 + 9000, "second"), (T0 + 3000, T0 + 9000, "fifth")])
    aws.put(GROUP, WEB, [(T0, T0 + 9000, "first"), (T0 + 2000, T0 + 8000, "third"), (T0 + 2000, T0 + 9000, "fourth")])
    aws.put(GROUP, DB, [(T0 + 3000, T0 + 9000, "sixth")])
    answer = client("logs").filter_log_events(logGroupName=GROUP)
    assert [event["message"] for event in answer["events"]] == ["first", "second", "third", "fourth", "fifth", "sixth"]
    assert answer["events"][0] == {
        "logStreamName": WEB,
        "timestamp": T0,
        "message": "first",
        "ingestionTime": T0 + 9000,
        "eventId": answer["events"][0]["eventId"],
    }
    assert answer["searchedLogStreams"] == []
    assert "nextToken" not in answer


def test_both_ends_of_the_span_are_inclusive(aws: EmbeddedAws, client: Client) -> None:
    """An event at startTime and one at endTime are told; their neighbours are not."""
    aws.put(GROUP, WEB, [(T0 + ms, T0 + 60_000, str(ms)) for ms in (999, 1000, 1001, 1999, 2000, 2001)])
    found = messages(client("logs"), logGroupName=GROUP, startTime=T0 + 1000, endTime=T0 + 2000)
    assert found == ["1000", "1001", "1999", "2000"]


def test_event_ids_have_56_digits_and_are_unique(aws: EmbeddedAws, client: Client) -> None:
    """Each event has an id of its own, also when the same line is put twice."""
    aws.put(GROUP, WEB, [(T0, T0, line(1))] * 500)
    aws.put(GROUP, DB, [(T0, T0, line(1))] * 500)
    ids = [event["eventId"] for page in pages(client("logs"), logGroupName=GROUP) for event in page]
    assert len(set(ids)) == 1000
    assert {len(event_id) for event_id in ids} == {56}
    assert all(event_id.isdigit() for event_id in ids)


def test_a_page_holds_at_most_10000_events(aws: EmbeddedAws, client: Client) -> None:
    """Short events fill a page by their number."""
    aws.put(GROUP, WEB, [(T0 + number, T0, "x") for number in range(25_000)])
    assert [len(page) for page in pages(client("logs"), logGroupName=GROUP)] == [10_000, 10_000, 5_000]


def test_a_page_holds_at_most_a_megabyte_as_amazon_counts(aws: EmbeddedAws, client: Client) -> None:
    """Long events fill a page by their bytes, 26 more for each than its message."""
    aws.put(GROUP, WEB, [(T0 + number, T0, "é" * 500) for number in range(2_500)])
    fit = (1 << 20) // (1000 + 26)
    assert [len(page) for page in pages(client("logs"), logGroupName=GROUP)] == [fit, fit, 2_500 - 2 * fit]


def test_an_event_as_large_as_a_page_is_told(aws: EmbeddedAws, client: Client) -> None:
    """A single event that fills a page does not stop the reading."""
    aws.put(GROUP, WEB, [(T0, T0, "a"), (T0 + 1, T0, "b" * (1 << 20)), (T0 + 2, T0, "c")])
    found = messages(client("logs"), logGroupName=GROUP)
    assert [message[0] for message in found] == ["a", "b", "c"]


def test_a_full_page_has_a_token_though_nothing_follows(aws: EmbeddedAws, client: Client) -> None:
    """Only a missing token ends a reading: a page filled to its limit has one, and an empty page may follow."""
    aws.put(GROUP, WEB, [(T0 + number, T0, line(number)) for number in range(6)])
    assert [len(page) for page in pages(client("logs"), logGroupName=GROUP, limit=3)] == [3, 3, 0]


@pytest.mark.parametrize("hiccups", [False, True])
def test_pages_tell_each_event_once(aws: EmbeddedAws, client: Client, hiccups: bool) -> None:
    """However small the pages, and with empty and short ones between, nothing is lost or told twice."""
    aws.configure(hiccups=hiccups)
    aws.put(GROUP, WEB, [(T0 + number // 7 * 1000, T0 + number, line(number)) for number in range(1000)])
    found = pages(client("logs"), logGroupName=GROUP, limit=17)
    assert [event["message"] for page in found for event in page] == [line(number) for number in range(1000)]
    sizes = {len(page) for page in found[:-2]}
    assert sizes == ({0, 9, 17} if hiccups else {17})


def test_an_event_that_comes_late_is_seen_only_ahead_of_the_reading(aws: EmbeddedAws, client: Client) -> None:
    """Between two pages, a late event behind the reading's place stays unseen and one ahead of it is told."""
    aws.put(GROUP, WEB, [(T0 + number * 1000, T0, str(number)) for number in range(10)])
    first = client("logs").filter_log_events(logGroupName=GROUP, limit=5)
    aws.put(GROUP, DB, [(T0 + 2500, T0 + 1, "late and behind"), (T0 + 6500, T0 + 1, "late and ahead")])
    rest = messages(client("logs"), logGroupName=GROUP, nextToken=first["nextToken"])
    assert rest == ["5", "6", "late and ahead", "7", "8", "9"]
    assert "late and behind" in messages(client("logs"), logGroupName=GROUP)


def test_newest_first_reads_backwards(aws: EmbeddedAws, client: Client) -> None:
    """With startFromHead false the newest events come first, page by page, by the tokens' own direction."""
    aws.put(GROUP, WEB, [(T0 + number * 500, T0, str(number)) for number in range(100)])
    asked = {"logGroupName": GROUP, "startTime": T0 + 10 * 500, "endTime": T0 + 89 * 500, "limit": 30}
    found = pages(client("logs"), startFromHead=False, **asked)
    assert [event["message"] for page in found for event in page] == [str(number) for number in range(89, 9, -1)]
    assert [len(page) for page in found] == [30, 30, 20]
    assert code_of(client("logs").filter_log_events, logGroupName=GROUP, startFromHead=False, startTime=1) == (
        "InvalidParameterException"
    )


def test_streams_are_chosen_by_name_or_by_prefix(aws: EmbeddedAws, client: Client) -> None:
    """Only events of the named streams, or of those that begin so, are told; not both ways at once."""
    for stream in (WEB, DB, "eni-0ddd3333eeee4444f-reject"):
        aws.put(GROUP, stream, [(T0, T0, stream)])
    logs = client("logs")
    assert messages(logs, logGroupName=GROUP, logStreamNames=[DB, "eni-gone-all"]) == [DB]
    assert messages(logs, logGroupName=GROUP, logStreamNamePrefix="eni-0ddd") == [DB, "eni-0ddd3333eeee4444f-reject"]
    both = {"logStreamNames": [WEB], "logStreamNamePrefix": "eni"}
    assert code_of(logs.filter_log_events, logGroupName=GROUP, **both) == "InvalidParameterException"
    many = [f"eni-{number:017x}-all" for number in range(101)]
    assert code_of(logs.filter_log_events, logGroupName=GROUP, logStreamNames=many) == "InvalidParameterException"


def test_a_pattern_chooses_events(aws: EmbeddedAws, client: Client) -> None:
    """A filter pattern is applied by the server; a bad one is an error."""
    aws.put(
        GROUP,
        WEB,
        [(T0 + number, T0, line(number, "REJECT" if number % 10 == 3 else "ACCEPT")) for number in range(40)],
    )
    rejected = [line(number, "REJECT") for number in (3, 13, 23, 33)]
    logs = client("logs")
    assert messages(logs, logGroupName=GROUP, filterPattern="REJECT") == rejected
    assert messages(logs, logGroupName=GROUP, filterPattern="[..., action=REJECT, status]", limit=3) == rejected
    assert code_of(logs.filter_log_events, logGroupName=GROUP, filterPattern="[bad") == "InvalidParameterException"
    assert code_of(logs.filter_log_events, logGroupName=GROUP, filterPattern="x" * 1025) == "InvalidParameterException"


def test_a_sparse_pattern_brings_empty_pages(aws: EmbeddedAws, client: Client) -> None:
    """One call looks at so many events and no more: then it answers with what it found, be it nothing, and a token."""
    aws.configure(hiccups=False, scan=2_000)
    aws.put(GROUP, WEB, [(T0 + number * 20, T0, line(number)) for number in range(10_000)])
    aws.put(GROUP, WEB, [(T0 + 9_999 * 20, T0, line(10_000, "REJECT"))])
    found = pages(client("logs"), logGroupName=GROUP, filterPattern="REJECT")
    assert len(found) >= 4
    assert [len(page) for page in found if page] == [1]


def test_a_group_is_named_by_name_or_arn(aws: EmbeddedAws, client: Client) -> None:
    """The identifier takes the name and the ARN, with and without `:*`; name and identifier exclude each other."""
    aws.put(GROUP, WEB, [(T0, T0, "here")])
    logs = client("logs")
    arn = f"arn:aws:logs:{aws.region}:{aws.account}:log-group:{GROUP}"
    for identifier in (GROUP, arn, f"{arn}:*"):
        assert messages(logs, logGroupIdentifier=identifier) == ["here"]
    assert code_of(logs.filter_log_events, logGroupName=GROUP, logGroupIdentifier=arn) == "InvalidParameterException"
    assert code_of(logs.filter_log_events) == "InvalidParameterException"
    other = arn.replace(aws.region, "us-east-1")
    assert code_of(logs.filter_log_events, logGroupIdentifier=other) == "ResourceNotFoundException"
    assert code_of(logs.filter_log_events, logGroupName="/not/there") == "ResourceNotFoundException"
    assert code_of(client("logs", "us-east-1").filter_log_events, logGroupName=GROUP) == "ResourceNotFoundException"


def test_a_token_that_is_not_ours_is_refused(aws: EmbeddedAws, client: Client) -> None:
    """An invented token, a changed one and one of another group are errors, never an empty page."""
    aws.put(GROUP, WEB, [(T0 + number, T0, line(number)) for number in range(5)])
    aws.put("/other", WEB, [(T0, T0, "x")])
    logs = client("logs")
    token = logs.filter_log_events(logGroupName=GROUP, limit=2)["nextToken"]
    for group, bad in ((GROUP, "nonsense"), (GROUP, "AAAA" + token[4:]), ("/other", token), (GROUP, "é")):
        assert code_of(logs.filter_log_events, logGroupName=group, nextToken=bad) == "InvalidParameterException"


def test_a_token_expires_after_a_day() -> None:
    """A token of 24 hours ago is refused."""
    from tui.demo.logs.page import TOKEN_LIFE, Position
    from tui.demo.logs.refusal import LogsError

    token = Position(42).token(GROUP, T0)
    assert Position.of(token, GROUP, T0 + TOKEN_LIFE) == Position(42)
    with pytest.raises(LogsError, match="expired"):
        Position.of(token, GROUP, T0 + TOKEN_LIFE + 1)


def test_strange_lines_come_back_as_they_were(aws: EmbeddedAws, client: Client) -> None:
    """Quotes, backslashes, control characters, emoji and right-to-left marks survive the way through JSON."""
    strange = [
        'say "hi" \\ there',
        "tab\tnew\nline\x00\x1b[31m",
        "🙂 é \u202e\u200b",
        "",
        " ",
        "[" * 50,
        "\ud7ff\ue000",
    ]
    aws.put(GROUP, 'stream "x"\\', [(T0 + at, T0, text) for at, text in enumerate(strange)])
    assert messages(client("logs"), logGroupName=GROUP) == strange
    assert messages(client("logs"), logGroupName=GROUP, filterPattern="hi") == strange[:1]


def test_what_the_server_cannot_do_is_an_error_in_json(aws: EmbeddedAws, client: Client) -> None:
    """An operation that is not there is a client error of the protocol, not a page of HTML."""
    code = code_of(
        client("logs").start_query, logGroupName=GROUP, startTime=0, endTime=1, queryString="fields @message"
    )
    assert code == "InvalidOperationException"
    assert aws.calls()[-1]["action"] == "StartQuery"
