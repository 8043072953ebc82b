"""Names of S3 buckets: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html."""

from __future__ import annotations

import re

from tui.policies.arn import parse_arn

_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_ADDRESS = re.compile(r"[0-9]{1,3}(\.[0-9]{1,3}){3}")
# Beginnings and ends that S3 keeps for itself, or for other kinds of bucket.
_TAKEN, _ENDS = ("xn--", "sthree-"), ("-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3")


def read_bucket(text: str) -> tuple[str, str]:
    """(name, partition) of a bucket's name, its ARN or the ARN of what is in it; the partition is '' for a name.

    Raises:
        ValueError: no bucket can be called so; one sentence.
    """
    written = text.strip()
    partition = ""
    if written.startswith("arn:"):
        arn = parse_arn(written)
        if arn is None or arn.service != "s3" or arn.region or arn.account or not arn.resource:
            raise ValueError(f"{written[:80]!r} is no ARN of a bucket, which looks like arn:aws:s3:::name")
        written, partition = arn.resource.partition("/")[0], arn.partition
    if not _NAME.fullmatch(written) or ".." in written or _ADDRESS.fullmatch(written) or _is_taken(written):
        raise ValueError(
            f"{written[:80]!r} is no name of a bucket: 3 to 63 small letters, digits, dots and hyphens, "
            "a letter or digit at each end, and no IP address"
        )
    return written, partition


def _is_taken(name: str) -> bool:
    return name.startswith(_TAKEN) or name.endswith(_ENDS)
