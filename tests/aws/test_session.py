from __future__ import annotations

from pathlib import Path

import pytest

from tui.aws.identity import ask_identity
from tui.aws.session import Access, Clients, resolve_credentials
from tui.demo.embedded import EmbeddedAws
from tui.flows.source import SourceError

PROFILES = """
[default]
region = eu-west-1
[profile prod]
region = eu-central-1
[profile admin]
role_arn = arn:aws:iam::123456789012:role/Admin
source_profile = human
[profile human]
role_arn = arn:aws:iam::123456789012:role/Human
source_profile = default
mfa_serial = arn:aws:iam::123456789012:mfa/alice
[profile half]
region = eu-west-1
aws_access_key_id = AKIAHALF
"""


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A reader's ~/.aws: credentials for the default profile, and profiles that lean on it."""
    config, credentials = tmp_path / "config", tmp_path / "credentials"
    config.write_text(PROFILES)
    credentials.write_text("[default]\naws_access_key_id = AKIAFILE\naws_secret_access_key = file-secret\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(credentials))
    for name in ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    return credentials


def test_the_readers_settings_are_boto3s(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Region and profile: an argument before AWS_REGION, before AWS_DEFAULT_REGION, before the profile's."""
    assert files.exists()
    assert Clients(Access()).region == "eu-west-1"
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-2")
    assert Clients(Access()).region == "us-east-2"
    monkeypatch.setenv("AWS_REGION", "us-west-2")
    assert Clients(Access()).region == "us-west-2"
    assert Clients(Access(region="sa-east-1")).region == "sa-east-1"
    monkeypatch.setenv("AWS_PROFILE", "default")
    assert Clients(Access()).profile == "default"


def test_the_endpoint_comes_from_the_environment(
    aws: EmbeddedAws, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """AWS_ENDPOINT_URL leads every client, as in every AWS program."""
    assert files.exists()
    monkeypatch.setenv("AWS_ENDPOINT_URL", aws.url)
    clients = Clients(Access())
    assert clients.client("logs").meta.endpoint_url == aws.url
    assert ask_identity(clients).account == aws.account


@pytest.mark.parametrize(
    ("access", "reason", "hint"),
    [
        (Access(profile="nobody"), "no AWS profile named nobody", "list-profiles"),
        (Access(profile="human", region="eu-west-1"), "", ""),
        (Access(profile="half"), "half of the AWS credentials", "secret"),
    ],
)
def test_bad_settings_are_one_sentence(files: Path, access: Access, reason: str, hint: str) -> None:
    """A profile that is missing or half there ends the program with a sentence, before any call."""
    assert files.exists()
    if not reason:
        assert Clients(access).profile == "human"
        return
    with pytest.raises(SourceError) as caught:
        Clients(access)
    assert reason in caught.value.reason
    assert hint in caught.value.hint
    assert caught.value.fatal
    assert caught.value.exit_code == 2


def test_no_region_and_no_credentials_are_told(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a Region, and without credentials, the sentence says which variable or option to set."""
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    with pytest.raises(SourceError, match="no AWS Region") as caught:
        Clients(Access())
    assert "--region" in caught.value.hint
    files.unlink()
    with pytest.raises(SourceError, match="no AWS credentials") as caught:
        Clients(Access(region="eu-west-1"))
    assert "aws sso login" in caught.value.hint


def test_a_file_that_is_none_is_told(files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A settings file boto3 cannot read is a sentence, not a traceback."""
    assert files.exists()
    broken = tmp_path / "broken"
    broken.write_text("this is no [ini\n=\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(broken))
    with pytest.raises(SourceError, match="settings cannot be used"):
        Clients(Access(region="eu-west-1"))


def test_secrets_are_not_shown() -> None:
    """What is printed of an Access holds no key."""
    shown = repr(Access(access_key="AKIASHOWN", secret_key="hush"))
    assert "AKIASHOWN" not in shown
    assert "hush" not in shown


def test_replaced_credentials_are_read_by_a_renewed_session(aws: EmbeddedAws, files: Path) -> None:
    """Static credentials changed on disk are in use after renew: nobody need start the program again."""
    clients = Clients(Access(endpoint_url=aws.url))
    files.write_text("[default]\naws_access_key_id = AKIANEW\naws_secret_access_key = new\n")
    clients.renew()
    assert clients._session.get_credentials().access_key == "AKIANEW"


def test_an_mfa_code_is_asked_for_before_the_screen(
    aws: EmbeddedAws, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The code is asked for once, by resolve_credentials, and the clients go on with that session."""
    assert files.exists()
    asked: list[str] = []
    monkeypatch.setenv("AWS_ENDPOINT_URL", aws.url)

    def answer(question: str) -> str:
        asked.append(question)
        return "123456"

    monkeypatch.setattr("getpass.getpass", answer)
    access = Access(profile="human", region="eu-west-1")
    resolve_credentials(access)
    assert len(asked) == 1
    assert "mfa/alice" in asked[0]
    assert ask_identity(Clients(access)).account == aws.account
    assert len(asked) == 1


def test_a_code_is_never_asked_for_behind_the_screen(
    aws: EmbeddedAws, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A client that would need a code fails with a sentence instead of waiting on a terminal nobody sees."""
    assert files.exists()
    monkeypatch.setenv("AWS_ENDPOINT_URL", aws.url)
    clients = Clients(Access(profile="admin", region="eu-west-1"))
    with pytest.raises(SourceError, match="MFA code"):
        clients.call("sts", "GetCallerIdentity")


def test_a_profile_without_mfa_is_not_resolved_early(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an MFA device nothing is asked or called before the screen."""
    assert files.exists()
    monkeypatch.setattr("tui.aws.session.make_session", lambda *_, **__: pytest.fail("it was resolved"))
    resolve_credentials(Access(profile="prod"))
    resolve_credentials(Access())
