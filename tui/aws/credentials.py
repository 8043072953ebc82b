"""The reader's credentials: sessions that never ask on a terminal which belongs to the screen, and when they end."""

from __future__ import annotations

import configparser
import getpass
import os
import subprocess
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tui.flows.source import SourceError

if TYPE_CHECKING:
    from tui.aws.session import Access

PROCESS_LIMIT = 30.0  # seconds that a credential_process may take


def make_session(access: Access, *, may_prompt: bool) -> Any:
    """A boto3 Session by these settings; it reads files and environment anew, but not yet the credentials.

    Raises:
        botocore's: no such profile, no settings file.
    """
    import boto3
    import botocore.session

    core = botocore.session.get_session()
    if access.profile:
        core.set_config_variable("profile", access.profile)
    if access.access_key and access.secret_key:
        core.set_credentials(access.access_key, access.secret_key)
    else:
        providers = core.get_component("credential_provider")
        # botocore offers no way but these to keep getpass and a credential_process off a terminal that is the screen's.
        providers.get_provider("assume-role")._prompter = getpass.getpass if may_prompt else _refuse_prompt  # noqa: SLF001
        if not may_prompt:
            providers.get_provider("custom-process")._popen = _QuietProcess  # noqa: SLF001
    # AWS_REGION is what every SDK but botocore reads: https://docs.aws.amazon.com/sdkref/latest/guide/feature-region.html
    named = None if access.isolated else os.environ.get("AWS_REGION")
    # The session must know it, not only the clients: assuming a role is a call too.
    return boto3.Session(botocore_session=core, region_name=access.region or named)


def missing(session: Any) -> Exception | None:
    """What every call would fail for, told before the first one."""
    from botocore.exceptions import NoCredentialsError, NoRegionError

    error: Exception | None = None
    if not session.region_name:
        error = NoRegionError()
    elif session.get_credentials() is None:
        error = NoCredentialsError()
    return error


def expiry_of(session: Any) -> float | None:
    """When a session's credentials end, in Unix seconds; None where nobody says.

    botocore knows of those it fetched itself. Of keys in a file, the tools that write them there may say so under
    `x_security_token_expires`, as saml2aws does.
    """
    credentials = session.get_credentials()
    ends = getattr(credentials, "_expiry_time", None)
    if ends is None and getattr(credentials, "method", "") == "shared-credentials-file":
        profiles = session._session.full_config.get("profiles", {})  # noqa: SLF001 - boto3 shows only the names
        try:
            ends = datetime.fromisoformat(str(profiles[session.profile_name]["x_security_token_expires"]))
        except (KeyError, ValueError):
            return None
    return ends.timestamp() if isinstance(ends, datetime) else None


def wants_code(profile: str | None) -> bool:
    """Whether this profile, or one it leans on, names an MFA device."""
    return any("mfa_serial" in section and "role_arn" in section for _, section in _chain(profile))


def sign_in_profile(profile: str) -> str:
    """The profile to give to `aws sso login`: the one that has the sign-in, which a role's profile leans on."""
    return next((name for name, section in _chain(profile) if {"sso_session", "sso_start_url"} & set(section)), profile)


def _chain(profile: str | None) -> list[tuple[str, dict[str, str]]]:
    """A profile's sections, then those of its source_profile, and so on. Unreadable files are boto3's to complain about."""
    config = configparser.RawConfigParser(strict=False)
    paths = (("AWS_CONFIG_FILE", "~/.aws/config"), ("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials"))
    for variable, usual in paths:
        try:
            config.read(Path(os.environ.get(variable, usual)).expanduser(), encoding="utf-8")
        except (configparser.Error, OSError, UnicodeDecodeError, RuntimeError):
            return []
    name, found = profile or "default", []
    for _ in range(5):  # source_profile chains are short; a circle is boto3's to complain about
        sections = [dict(config[each]) for each in (f"profile {name}", name) if config.has_section(each)]
        found += [(name, section) for section in sections]
        name = next((section["source_profile"] for section in sections if "source_profile" in section), "")
        if not name:
            break
    return found


def _refuse_prompt(_question: str) -> str:
    raise SourceError(
        "the session has ended and its profile wants a new MFA code",
        "quit and start again: the code is asked for before the screen opens",
        retry_after=60.0,
    )


class _QuietProcess:
    """A credential_process without a terminal to ask on, ended when it takes too long."""

    def __init__(self, command: Sequence[str], **pipes: Any) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - the command is the reader's own, as botocore runs it
            command, stdin=subprocess.DEVNULL, start_new_session=True, **pipes
        )

    @property
    def returncode(self) -> int | None:
        """The exit code, once it has ended."""
        return self._process.returncode

    def communicate(self) -> tuple[bytes, bytes]:
        """What it wrote on stdout and stderr; nothing, and a return code that is not 0, when it took too long."""
        try:
            return self._process.communicate(timeout=PROCESS_LIMIT)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            return b"", b""
