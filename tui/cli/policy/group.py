"""The commands under `vpctop policy`."""

from __future__ import annotations

import click

from tui.cli.policy.iam import iam
from tui.cli.policy.lint import lint


@click.group()
def policy() -> None:
    """Check endpoint policies, before they are in force or where they are."""


for _command in (lint, iam):
    policy.add_command(_command)
