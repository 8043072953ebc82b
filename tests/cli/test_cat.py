from __future__ import annotations

import csv
import gzip
import io
import json
import tempfile
from pathlib import Path
from threading import Event
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cli.command_line import Start, Vpctop
from tui.cli.files import FlowFiles, Span
from tui.cli.output_json import JsonWriter
from tui.flows.field import Kind
from tui.flows.logformat import DEFAULT_FORMAT, DEFAULT_LAYOUT, Layout, read_log_format

# Amazon's examples: https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-records-examples.html
DEFAULT_LINES = """\
2 123456789010 eni-1235b8ca123456789 172.31.16.139 172.31.16.21 20641 22 6 20 4249 1418530010 1418530070 ACCEPT OK
2 123456789010 eni-1235b8ca123456789 172.31.9.69 172.31.9.12 49761 3389 6 20 4249 1418530010 1418530070 REJECT OK
2 123456789010 eni-1235b8ca123456789 - - - - - - - 1431280876 1431280934 - NODATA
2 123456789010 eni-11111111aaaaaaaaa - - - - - - - 1431280876 1431280934 - SKIPDATA
2 123456789010 eni-1235b8ca123456789 203.0.113.12 172.31.16.139 0 0 1 4 336 1432917027 1432917142 ACCEPT OK
2 123456789010 eni-1235b8ca123456789 172.31.16.139 203.0.113.12 0 0 1 4 336 1432917094 1432917142 REJECT OK
2 123456789010 eni-1235b8ca123456789 2001:db8:1234:a100:8d6e:3477:df66:f105 2001:db8:1234:a102:3304:8879:34cf:4071 34892 22 6 54 8855 1477913708 1477913820 ACCEPT OK
2 647604195155 eni-0c19436730cc350ae 10.5.81.140 10.90.0.45 53598 443 6 2 120 1702918083 1702918083 ACCEPT OK
"""
FLAGS = "version vpc-id subnet-id instance-id interface-id account-id type srcaddr dstaddr srcport dstport pkt-srcaddr pkt-dstaddr protocol bytes packets start end action tcp-flags log-status"
FLAGS_LINES = """\
3 vpc-abcdefab012345678 subnet-aaaaaaaa012345678 i-01234567890123456 eni-1235b8ca123456789 123456789010 IPv4 52.213.180.42 10.0.0.62 43416 5001 52.213.180.42 10.0.0.62 6 568 8 1566848875 1566848933 ACCEPT 2 OK
3 vpc-abcdefab012345678 subnet-aaaaaaaa012345678 i-01234567890123456 eni-1235b8ca123456789 123456789010 IPv4 10.0.0.62 52.213.180.42 5001 43416 10.0.0.62 52.213.180.42 6 376 7 1566848875 1566848933 ACCEPT 18 OK
3 vpc-abcdefab012345678 subnet-aaaaaaaa012345678 i-01234567890123456 eni-1235b8ca123456789 123456789010 IPv4 52.213.180.42 10.0.0.62 43418 5001 52.213.180.42 10.0.0.62 6 23294588 15774 1566848933 1566849113 ACCEPT 1 OK
3 vpc-abcdefab012345678 subnet-aaaaaaaa012345678 i-01234567890123456 eni-1235b8ca123456789 123456789010 IPv4 10.0.0.62 52.213.180.42 5001 43638  10.0.0.62 52.213.180.42 6 967 14 1566933133 1566933193 ACCEPT 19 OK
"""
NAT = "instance-id interface-id srcaddr dstaddr pkt-srcaddr pkt-dstaddr"
NAT_LINES = """\
- eni-1235b8ca123456789 10.0.1.5 10.0.0.220 10.0.1.5 203.0.113.5
- eni-1235b8ca123456789 10.0.0.220 203.0.113.5 10.0.0.220 203.0.113.5
i-01234567890123456 eni-1111aaaa2222bbbb3 203.0.113.5 10.0.1.5 203.0.113.5 10.0.1.5
"""
TGW = "version interface-id account-id vpc-id subnet-id instance-id srcaddr dstaddr srcport dstport protocol tcp-flags type pkt-srcaddr pkt-dstaddr action log-status"
TGW_LINES = """\
3 eni-33333333333333333 123456789010 vpc-abcdefab012345678 subnet-22222222bbbbbbbbb i-01234567890123456 10.20.33.164 10.40.2.236 39812 80 6 3 IPv4 10.20.33.164 10.40.2.236 ACCEPT OK
3 eni-11111111111111111 123456789010 vpc-abcdefab012345678 subnet-11111111aaaaaaaaa - 10.40.1.175 10.40.2.236 39812 80 6 3 IPv4 10.20.33.164 10.40.2.236 ACCEPT OK
"""
SERVICE = "version srcaddr dstaddr srcport dstport protocol start end type packets bytes account-id vpc-id subnet-id instance-id interface-id region az-id sublocation-type sublocation-id action tcp-flags pkt-srcaddr pkt-dstaddr pkt-src-aws-service pkt-dst-aws-service traffic-path flow-direction log-status"
SERVICE_LINES = """\
5 52.95.128.179 10.0.0.71 80 34210 6 1616729292 1616729349 IPv4 14 15044 123456789012 vpc-abcdefab012345678 subnet-aaaaaaaa012345678 i-0c50d5961bcb2d47b eni-1235b8ca123456789 ap-southeast-2 apse2-az3 - - ACCEPT 19 52.95.128.179 10.0.0.71 S3 - - ingress OK
5 10.0.0.71 52.95.128.179 34210 80 6 1616729292 1616729349 IPv4 7 471 123456789012 vpc-abcdefab012345678 subnet-aaaaaaaa012345678 i-0c50d5961bcb2d47b eni-1235b8ca123456789 ap-southeast-2 apse2-az3 - - ACCEPT 3 10.0.0.71 52.95.128.179 - S3 8 egress OK
"""
ENCRYPTION = "flow-direction traffic-path srcaddr dstaddr srcport dstport encryption-status"
ENCRYPTION_LINES = """\
ingress - 10.0.133.8 10.0.128.55 43236 80 1
egress 1 10.0.130.104 10.0.128.55 80 55016 0
"""
ECS = "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status vpc-id subnet-id instance-id tcp-flags type pkt-srcaddr pkt-dstaddr region az-id sublocation-type sublocation-id pkt-src-aws-service pkt-dst-aws-service flow-direction traffic-path ecs-cluster-arn ecs-cluster-name ecs-container-instance-arn ecs-container-instance-id ecs-container-id ecs-second-container-id ecs-service-name ecs-task-definition-arn ecs-task-arn ecs-task-id reject-reason"
ECS_LINES = """\
3 000000000000 - 2a02:cf40:: 1.128.0.0 42910 80 17 51 33615 1755678754 1755678775 REJECT NODATA - - - - - - - - - - - - - ingress - arn:aws:ecs:us-east-1:000000000000:cluster/backend-cluster backend-cluster arn:aws:ecs:us-east-1:000000000000:container-instance/backend-cluster/i-18de3682c033431da i-18de3682c033431da 601a6500-efa dea79277-480 payments-service arn:aws:ecs:us-east-1:000000000000:task-definition/orders:12 arn:aws:ecs:us-east-1:000000000000:task/backend-cluster/e504f037-35c e504f037-35c BPA
"""
EXAMPLES = {
    "default": (" ".join(DEFAULT_LAYOUT.names), DEFAULT_LINES),
    "flags": (FLAGS, FLAGS_LINES),
    "nat": (NAT, NAT_LINES),
    "tgw": (TGW, TGW_LINES),
    "service": (SERVICE, SERVICE_LINES),
    "encryption": (ENCRYPTION, ENCRYPTION_LINES),
    "ecs": (ECS, ECS_LINES),
}
META = {"@event-id", "@log-group", "@log-stream", "@timestamp", "@ingestion", "@late"}


def obvious(line: str, layout: Layout) -> dict[str, Any]:
    """The ten-line reader: what a line says, read the simplest way."""
    record: dict[str, Any] = {}
    for field, token in zip(layout.fields, line.split(), strict=True):
        if token == "-":
            record[field.name] = None
        elif field.kind in {Kind.BYTE, Kind.PORT, Kind.COUNT, Kind.SECONDS}:
            record[field.name] = int(token)
        else:
            record[field.name] = token
    return record


def fields_of(out: str) -> list[dict[str, Any]]:
    """The records of JSON output without their meta keys, which must all be there."""
    records = [json.loads(line) for line in out.splitlines()]
    for record in records:
        assert record.keys() >= META
    return [{key: value for key, value in record.items() if key not in META} for record in records]


@pytest.mark.parametrize("name", EXAMPLES)
def test_amazons_examples_come_out_as_json(name: str, vpctop: Vpctop, tmp_path: Path) -> None:
    """Each example record of Amazon's documentation is one object with Amazon's names and typed values."""
    header, lines = EXAMPLES[name]
    layout = read_log_format(" ".join(f"${{{field}}}" for field in header.split()))
    path = tmp_path / f"{name}.log"
    path.write_text(lines)
    ran = vpctop("cat", path, "--output", "json", "--format", layout.text)
    assert ran.code == 0
    assert fields_of(ran.out) == [obvious(line, layout) for line in lines.splitlines()]
    path.write_text(f"{header}\n{lines}")
    assert vpctop("cat", path, "-o", "json").out == ran.out


def test_a_json_line_is_this(vpctop: Vpctop, tmp_path: Path) -> None:
    """One record to the letter, and a line that fits no layout."""
    (tmp_path / "x.log").write_text(DEFAULT_LINES.splitlines()[2] + "\nhello =1+1\n")
    assert vpctop("cat", tmp_path / "x.log", "-o", "json").out.splitlines() == [
        (
            '{"@event-id":null,"@log-group":null,"@log-stream":null,"@timestamp":1431280876000,"@ingestion":null,"@late":false,'
            '"version":2,"account-id":"123456789010","interface-id":"eni-1235b8ca123456789","srcaddr":null,"dstaddr":null,'
            '"srcport":null,"dstport":null,"protocol":null,"packets":null,"bytes":null,"start":1431280876,"end":1431280934,'
            '"action":null,"log-status":"NODATA"}'
        ),
        (
            f'{{"@unparsed":"hello =1+1","@reason":"{tmp_path}/x.log, line 2: 2 fields where the log format has 14",'
            '"@event-id":null,"@log-group":null,"@log-stream":null,"@timestamp":null,"@ingestion":null,"@late":null}'
        ),
    ]


def test_text_lines_are_these(vpctop: Vpctop, tmp_path: Path) -> None:
    """Text tells when, where, who to whom, how much, and the verdict as a glyph and a word."""
    (tmp_path / "x.log").write_text(DEFAULT_LINES)
    lines = vpctop("cat", tmp_path / "x.log", "--utc").out.splitlines()
    assert lines[0] == (
        "2014-12-14T04:07:50Z  eni-1235b8ca123456789    172.31.16.139:20641 → 172.31.16.21:22        "
        "tcp         4249 B      20 pkt  ✓ ACCEPT"
    )
    assert lines[1].endswith("✗ REJECT")
    assert lines[2].endswith("· NODATA")
    assert lines[3].endswith("! SKIPDATA")
    assert "203.0.113.12 → 172.31.16.139  " in lines[4]
    assert "[2001:db8:1234:a100:8d6e:3477:df66:f105]:34892 → [2001:db8:1234:a102:3304:8879:34cf:4071]:22" in lines[6]


def test_times_are_shown_in_the_readers_zone(vpctop: Vpctop, tmp_path: Path) -> None:
    """`--tz` moves the time and tells the offset."""
    (tmp_path / "x.log").write_text(DEFAULT_LINES)
    assert vpctop("cat", tmp_path / "x.log", "--tz", "Asia/Kolkata").out.startswith("2014-12-14T09:37:50+05:30  eni-")


def test_ascii_output_is_ascii(vpctop: Vpctop, tmp_path: Path) -> None:
    """`--ascii` needs no arrows and check marks."""
    (tmp_path / "x.log").write_text(DEFAULT_LINES)
    ran = vpctop("cat", tmp_path / "x.log", "--ascii")
    assert ran.out.isascii()
    assert "x REJECT" in ran.out


@pytest.mark.parametrize("name", EXAMPLES)
def test_csv_has_the_same_values(name: str, vpctop: Vpctop, tmp_path: Path) -> None:
    """CSV and JSON say the same, under the same names."""
    header, lines = EXAMPLES[name]
    (tmp_path / "x.log").write_text(f"{header}\n{lines}")
    rows = list(csv.DictReader(io.StringIO(vpctop("cat", tmp_path / "x.log", "-o", "csv").out)))
    records = [json.loads(line) for line in vpctop("cat", tmp_path / "x.log", "-o", "json").out.splitlines()]
    told = [{key: "" if value is None else str(value) for key, value in record.items()} for record in records]
    assert [{key: row[key] for key in told[0]} | {"@late": row["@late"].title()} for row in rows] == told


@pytest.mark.parametrize("start", ["=1+1", "+1", "-2", "@SUM(A1)"])
def test_csv_holds_no_formula(start: str, vpctop: Vpctop, tmp_path: Path) -> None:
    """What a spreadsheet would take for a formula is made text, in records and in lines that fit no layout."""
    line = DEFAULT_LINES.splitlines()[0].replace("123456789010", f"{start}|calc")
    (tmp_path / "x.log").write_text(f"{line}\n{start} '1\n")
    header, *rows = csv.reader(io.StringIO(vpctop("cat", tmp_path / "x.log", "-o", "csv").out))
    assert rows[0][header.index("account-id")] == f"'{start}|calc"
    assert rows[1][header.index("@unparsed")] == f"'{start} '1"
    assert not [cell for row in rows for cell in row if cell[:1] in set("=+-@\t\r")]


def test_gzip_and_parquet_say_the_same_as_text(vpctop: Vpctop, tmp_path: Path) -> None:
    """A file may be compressed, in pieces, or Parquet with underscores in its names, as S3 delivery writes it."""
    (tmp_path / "x.log").write_text(f"{SERVICE}\n{SERVICE_LINES}")
    expected = vpctop("cat", tmp_path / "x.log", "-o", "json").out
    members = [f"{SERVICE}\n", *SERVICE_LINES.splitlines(keepends=True)]
    (tmp_path / "x.gz").write_bytes(b"".join(gzip.compress(member.encode()) for member in members))
    layout = read_log_format(" ".join(f"${{{field}}}" for field in SERVICE.split()))
    rows = [obvious(line, layout) for line in SERVICE_LINES.splitlines()]
    rows[0]["pkt-dst-aws-service"] = "-"
    frame = pl.DataFrame(rows, infer_schema_length=None).with_columns(pl.col("srcport", "dstport").cast(pl.Int32))
    frame.rename(lambda name: name.replace("-", "_")).write_parquet(tmp_path / "x.parquet")
    for name in ("x.gz", "x.parquet"):
        ran = vpctop("cat", tmp_path / name, "-o", "json")
        assert (ran.code, ran.out) == (0, expected)


def test_a_parquet_value_that_does_not_fit_is_no_absent_one(vpctop: Vpctop, tmp_path: Path) -> None:
    """A port of 70,000 makes its row unreadable, and the row is shown as a line with the reason."""
    frame = pl.DataFrame({"srcaddr": ["10.0.0.1"] * 2, "dstaddr": ["10.0.0.2"] * 2, "dstport": [443, 70_000]})
    frame.write_parquet(tmp_path / "x.parquet")
    first, second = map(json.loads, vpctop("cat", tmp_path / "x.parquet", "-o", "json").out.splitlines())
    assert first["dstport"] == 443
    assert second["@unparsed"] == "10.0.0.1 10.0.0.2 70000"
    assert "row 2" in second["@reason"]


def test_lines_keep_what_they_say_behind_a_prefix(vpctop: Vpctop, tmp_path: Path) -> None:
    """`aws logs tail` and an export to S3 put a time before each line, and perhaps the stream."""
    line = NAT_LINES.splitlines()[0]
    (tmp_path / "x.log").write_text(
        f"2026-01-01T00:00:00.123Z {line}\n2026-01-01T00:00:00+00:00 eni-1235b8ca123456789-all {line}\n{line}\n"
    )
    layout = " ".join(f"${{{field}}}" for field in NAT.split())
    records = [
        json.loads(out) for out in vpctop("cat", tmp_path / "x.log", "--format", layout, "-o", "json").out.splitlines()
    ]
    assert [record["@timestamp"] for record in records] == [1767225600123, 1767225600000, None]
    assert [record["@log-stream"] for record in records] == [None, "eni-1235b8ca123456789-all", None]
    assert {record["pkt-dstaddr"] for record in records} == {"203.0.113.5"}


def test_files_put_end_to_end_keep_their_own_formats(vpctop: Vpctop, tmp_path: Path) -> None:
    """A header line in the middle begins another log format, or the same again."""
    header = " ".join(DEFAULT_LAYOUT.names)
    whole = f"{header}\n{DEFAULT_LINES}{NAT}\n{NAT_LINES}{NAT}\n{NAT_LINES}"
    (tmp_path / "x.log").write_text(whole.replace("\n", "\r\n"))
    records = fields_of(vpctop("cat", tmp_path / "x.log", "-o", "json").out)
    assert [len(record) for record in records] == [14] * 8 + [6] * 6


def test_a_span_of_time_is_kept(vpctop: Vpctop, tmp_path: Path) -> None:
    """`--since` and `--until` keep the capture windows that overlap the span."""
    (tmp_path / "x.log").write_text(DEFAULT_LINES)
    ran = vpctop("cat", tmp_path / "x.log", "-o", "json", "--since", "1432917100", "--until", "2016-12-31", "--utc")
    assert [record["start"] for record in fields_of(ran.out)] == [1432917027, 1432917094, 1477913708]
    assert "3 records" in ran.err


def test_strange_bytes_are_kept_as_lines(vpctop: Vpctop, tmp_path: Path) -> None:
    """What is no UTF-8, holds NUL or an escape, or is a megabyte long, is an unparsed line and never an exception."""
    good = DEFAULT_LINES.splitlines()[0].encode()
    long = b"x" * 1_000_000
    longer = b"y" * 3_000_000
    lines = [good, b"\xff\xfe\x80 broken", b"\x00" * 5, b"\x1b[2Jcleared", long, longer, b"   ", good]
    (tmp_path / "x.log").write_bytes(b"\xef\xbb\xbf" + b"\n".join(lines))
    ran = vpctop("cat", tmp_path / "x.log", "-o", "json")
    records = [json.loads(line) for line in ran.out.splitlines()]
    assert ran.code == 0
    assert sum("version" in record for record in records) == 2
    unparsed = [record["@unparsed"] for record in records if "@unparsed" in record]
    assert [len(line) for line in unparsed] == [10, 5, 11, 1_000_000, 1 << 20]
    assert "\x1b" not in ran.out
    assert "\x1b" not in vpctop("cat", tmp_path / "x.log").out


def test_what_cannot_be_read_is_one_sentence_and_the_rest_is_read(vpctop: Vpctop, tmp_path: Path) -> None:
    """A missing file, a directory, cut gzip and a false Parquet are named, the others read, and the exit code is 2."""
    (tmp_path / "good.log").write_text(DEFAULT_LINES)
    (tmp_path / "cut.gz").write_bytes(gzip.compress(DEFAULT_LINES.encode() * 50)[:-12])
    (tmp_path / "bad.gz").write_bytes(b"\x1f\x8bnot really")
    (tmp_path / "bad.parquet").write_bytes(b"PAR1 not really PAR1")
    (tmp_path / "folder").mkdir()
    pl.DataFrame({"a b": [1]}).write_parquet(tmp_path / "other.parquet")
    (tmp_path / "wide.log").write_bytes("version".encode("utf-16"))
    names = ["none.log", "folder", "cut.gz", "bad.gz", "bad.parquet", "other.parquet", "wide.log", "good.log"]
    ran = vpctop("cat", *[tmp_path / name for name in names], "-o", "json")
    assert ran.code == 2
    said = ran.err.splitlines()
    for name in names[:-1]:
        assert sum(str(tmp_path / name) in line and "no header" not in line for line in said) == 1, name
    assert "Traceback" not in ran.err
    assert len(fields_of(ran.out)) >= 300  # most of the cut file, and the good one


def test_an_empty_file_is_said_to_be_empty(vpctop: Vpctop, tmp_path: Path) -> None:
    """Nothing is nothing, and no mistake."""
    (tmp_path / "x.log").write_text("\n \n")
    ran = vpctop("cat", tmp_path / "x.log", "-o", "csv")
    assert (ran.code, ran.out) == (0, "")
    assert f"{tmp_path}/x.log holds no lines" in ran.err


def test_a_format_that_is_guessed_is_said(vpctop: Vpctop, tmp_path: Path) -> None:
    """Without a header line and `--format` the default format is taken, and the reader told how to say another."""
    (tmp_path / "x.log").write_text(NAT_LINES)
    ran = vpctop("cat", tmp_path / "x.log", "-o", "json")
    assert "say their format with --format" in ran.err
    assert [json.loads(line)["@unparsed"] for line in ran.out.splitlines()] == NAT_LINES.splitlines()


TOKEN = st.sampled_from(
    ["-", "6", "443", "10.0.0.1", "::1", "eni-1", "ACCEPT", "OK", "NODATA", "=1", "70000", "-1", "é", "\x1b"]
)
LINE = st.lists(TOKEN, min_size=13, max_size=15).map(" ".join)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(DEFAULT_LINES.splitlines()) | LINE, min_size=1, max_size=30))
def test_cat_agrees_with_the_obvious_reader(lines: list[str]) -> None:
    """What `cat` writes as records the ten-line reader reads the same; every line comes out once, as one or the other."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.log"
        path.write_text("\n".join(lines))
        source = FlowFiles([str(path)], [read_log_format(DEFAULT_FORMAT)], Span(), print)
        written = [
            json.loads(line) for batch in source.batches(Event()) for line in JsonWriter().render(batch).splitlines()
        ]
    unparsed = [record["@unparsed"] for record in written if "@unparsed" in record]
    records = [
        {key: record[key] for key in record if key not in META} for record in written if "@unparsed" not in record
    ]
    kept = list(lines)
    for line in unparsed:
        kept.remove(line)
    assert records == [obvious(line, DEFAULT_LAYOUT) for line in kept]
    assert [line for line in DEFAULT_LINES.splitlines() if line in unparsed] == []


def test_stdin_may_be_gzip_or_parquet(start: Start) -> None:
    """What comes down a pipe is recognised by its first bytes, as a file is."""
    parquet = io.BytesIO()
    pl.DataFrame({"srcaddr": ["10.0.0.1"], "dstaddr": ["10.0.0.2"]}).write_parquet(parquet)
    for data in (gzip.compress(b"srcaddr dstaddr\n10.0.0.1 10.0.0.2\n"), parquet.getvalue()):
        out, _ = start("cat", "-", "-o", "json").communicate(data, timeout=30)
        assert json.loads(out)["dstaddr"] == "10.0.0.2"


def test_a_pipe_is_not_held_back(start: Start) -> None:
    """A record that comes down a pipe is written at once, not when ten thousand are together."""
    process = start("cat", "-", "-o", "json")
    assert process.stdin
    assert process.stdout
    process.stdin.write(DEFAULT_LINES.splitlines(keepends=True)[0].encode())
    process.stdin.flush()
    assert json.loads(process.stdout.readline())["srcport"] == 20641
    process.stdin.close()
    assert process.wait(10) == 0
