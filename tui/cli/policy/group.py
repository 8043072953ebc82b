"""The commands under `vpctop policy`."""

from __future__ import annotations

import click

from tui.cli.policy.bucket import bucket_policies
from tui.cli.policy.diff import diff_policies
from tui.cli.policy.explain import explain_policy
from tui.cli.policy.iam import iam
from tui.cli.policy.lint import lint
from tui.cli.policy.test import test_policy


@click.group()
def policy() -> None:
    """Check endpoint policies, before they are in force or where they are."""


for _command in (lint, test_policy, explain_policy, diff_policies, bucket_policies, iam):
    policy.add_command(_command)
