"""The reader's credentials: sessions that never ask on a terminal which belongs to the screen, and when they end."""

from __future__ import annotations

import configparser
import os
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tui.aws.session import Access
    from tui.aws.signing import SigningClock
    from tui.aws.terminal import Terminal


def make_session(access: Access, terminal: Terminal, clock: SigningClock) -> Any:
    """A boto3 Session by these settings; it reads files and environment anew, but not yet the credentials.

    Args:
        access: the settings.
        terminal: which its credentials may ask on or not, as it says whenever they are fetched.
        clock: what its calls are signed by.

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
        _mind(core.get_component("credential_provider"), terminal)
    clock.install(core)
    # AWS_REGION is what every SDK but botocore reads: https://docs.aws.amazon.com/sdkref/latest/guide/feature-region.html
    named = None if access.isolated else os.environ.get("AWS_REGION")
    # The session must know it, not only the clients: assuming a role is a call too.
    return boto3.Session(botocore_session=core, region_name=access.region or named)


def _mind(providers: Any, terminal: Terminal) -> None:
    """Let no provider of credentials ask or print on a terminal that is not free, those behind a source_profile neither.

    botocore offers no way but its own attributes to keep getpass and a credential_process off the terminal.
    """
    roles = providers.get_provider("assume-role")
    roles._prompter = terminal.ask  # noqa: SLF001
    providers.get_provider("custom-process")._popen = terminal.run  # noqa: SLF001
    sources = roles._profile_provider_builder  # noqa: SLF001 - makes the providers of each source_profile
    make = sources._create_process_provider  # noqa: SLF001

    def make_quiet(profile_name: str) -> Any:
        made = make(profile_name)
        made._popen = terminal.run  # noqa: SLF001
        return made

    sources._create_process_provider = make_quiet  # noqa: SLF001


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
