"""Names of buckets: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html."""

from __future__ import annotations

import pytest

from tui.policies.bucket_name import read_bucket


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("amzn-s3-demo-bucket", ("amzn-s3-demo-bucket", "")),
        ("example.com", ("example.com", "")),
        (" a1b ", ("a1b", "")),
        ("arn:aws:s3:::amzn-s3-demo-bucket", ("amzn-s3-demo-bucket", "aws")),
        ("arn:aws-cn:s3:::amzn-s3-demo-bucket/2026/*", ("amzn-s3-demo-bucket", "aws-cn")),
        ("z" * 63, ("z" * 63, "")),
    ],
)
def test_a_bucket_is_read(text: str, found: tuple[str, str]) -> None:
    """A name, or the partition and the name of an ARN."""
    assert read_bucket(text) == found


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "ab",
            "z" * 64,
            "AMZN",
            "a_b_c",
            "-abc",
            "abc-",
            "a..b",
            "192.168.5.4",
            "xn--bucket",
            "sthree-bucket",
            "x--x-s3",
            "b-s3alias",
        ),
        *("arn:aws:s3:::", "arn:aws:s3:eu-west-1:123456789012:accesspoint/x", "arn:aws:ec2:::x", "arn:", "a\x1b[31mb"),
    ],
)
def test_what_no_bucket_is_called_is_refused(text: str) -> None:
    """One sentence says what a name looks like."""
    with pytest.raises(ValueError, match="bucket"):
        read_bucket(text)
