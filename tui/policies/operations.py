"""Calls whose permission has another name: people test the call that failed, and policies name the permission.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from tui.policies.knowledge import actions, data_date, services

PERMISSIONS: Mapping[str, str] = MappingProxyType(
    {
        "s3:headobject": "s3:GetObject",
        "s3:headbucket": "s3:ListBucket",
        "s3:listobjects": "s3:ListBucket",
        "s3:listobjectsv2": "s3:ListBucket",
        "s3:listobjectversions": "s3:ListBucketVersions",
        "s3:listbuckets": "s3:ListAllMyBuckets",
        "s3:copyobject": "s3:GetObject and s3:PutObject",
        "s3:deleteobjects": "s3:DeleteObject",
        "s3:createmultipartupload": "s3:PutObject",
        "s3:uploadpart": "s3:PutObject",
        "s3:completemultipartupload": "s3:PutObject",
        "s3:listparts": "s3:ListMultipartUploadParts",
        "s3:listmultipartuploads": "s3:ListBucketMultipartUploads",
        "s3:getbucketencryption": "s3:GetEncryptionConfiguration",
        "lambda:invoke": "lambda:InvokeFunction",
    }
)


def doubt_of(action: str) -> str:
    """Why an action may be none that a policy can name, in a sentence; '' if it is known."""
    service, _, name = action.partition(":")
    if name.lower() in actions(service.lower()):
        return ""
    permission = PERMISSIONS.get(action.lower())
    if permission:
        return f"{action} is a call; policies name what it needs: {permission}"
    what = f"action {action}" if service.lower() in services() else f"service {service}"
    return f"no {what} is known (AWS's reference of {data_date()}); it is judged by its name all the same"
