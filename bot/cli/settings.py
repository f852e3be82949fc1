"""Credentials and addresses from the environment, or from files that the environment names; never from YAML."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.cli.options import fail
from bot.desk.address import Address, read_address
from bot.git.follows import Follows, read_follows

_ACCOUNT_KEY = re.compile(
    r"BANDITORE_X_(?P<account>.+)_ACCESS_(?P<part>TOKEN|SECRET)(?P<file>_FILE)?"
)


class Settings(BaseSettings):
    """Everything `BANDITORE_…` but the folders, which the commands name. A `…_FILE` names a file to read."""

    model_config = SettingsConfigDict(
        env_prefix="BANDITORE_", extra="ignore", hide_input_in_errors=True
    )

    telegram_token: SecretStr | None = None
    telegram_token_file: Path | None = None
    telegram_api: str = "https://api.telegram.org/bot"
    telegram_page: str = "https://t.me"
    x_consumer_key: SecretStr | None = None
    x_consumer_key_file: Path | None = None
    x_consumer_secret: SecretStr | None = None
    x_consumer_secret_file: Path | None = None
    x_api: str = "https://api.twitter.com"
    connect_timeout: float = Field(default=3.0, gt=0, le=60)  # seconds
    call_timeout: float = Field(default=8.0, gt=0, le=60)  # seconds, for one whole call
    settling: float = Field(default=10.0, ge=0, le=1440)  # minutes that a file must stay unchanged
    pacing: bool = True  # False only against the sandbox: platforms lock out who is too fast
    interval: float = Field(
        default=30.0, ge=0.1, le=60
    )  # seconds between two looks at files and ledger
    desk: Annotated[Address | None, NoDecode] = (
        None  # where health and metrics are served; None = nowhere
    )
    content_git: Annotated[Follows | None, NoDecode] = None  # what content/ follows; None = nothing
    content_git_every: float = Field(default=60.0, ge=1, le=86400)  # seconds between two fetches
    overdue: float = Field(default=5.0, gt=0, le=1440)  # minutes after which what is due is overdue
    ping_url: SecretStr | None = None
    ping_url_file: Path | None = None
    alerts: SecretStr | None = None  # addresses for Apprise, separated by whitespace
    alerts_file: Path | None = None

    @field_validator("desk", mode="before")
    @classmethod
    def _as_host_and_port(cls, text: str | None) -> Address | None:
        return read_address(text) if text and text.strip() else None

    @field_validator("content_git", mode="before")
    @classmethod
    def _as_branch(cls, text: str | None) -> Follows | None:
        return read_follows(text or "")

    @field_validator("telegram_api")
    @classmethod
    def _as_bot_address(cls, address: str) -> str:
        """A Bot API server is named with or without the `/bot` that its tokens are put behind."""
        address = _address(address)
        return address if address.endswith("/bot") else f"{address}/bot"

    @field_validator("x_api", "telegram_page")
    @classmethod
    def _as_address(cls, address: str) -> str:
        return _address(address)

    @model_validator(mode="after")
    def _read_files(self) -> Self:
        for name in ("telegram_token", "x_consumer_key", "x_consumer_secret", "ping_url", "alerts"):
            path = getattr(self, f"{name}_file")
            if path is not None and getattr(self, name) is None:
                setattr(self, name, SecretStr(_read(path)))
        if self.ping_url is not None:
            try:
                self.ping_url = SecretStr(_address(self.ping_url.get_secret_value()))
            except ValueError as error:
                raise ValueError(f"BANDITORE_PING_URL: {error}") from None
        return self


def _address(text: str) -> str:
    """An http or https address, without the slash at its end. Raises ValueError."""
    text = text.strip().rstrip("/")
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("an address such as https://api.example.org is wanted")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ValueError("an address without user, password, query and fragment is wanted")
    _ = parts.port  # raises ValueError where it is no number
    return text


def read_settings() -> Settings:
    """The settings, or the end of the command with what is wrong in the environment."""
    try:
        return Settings()
    except ValidationError as error:
        faults = "; ".join(
            f"BANDITORE_{'_'.join(map(str, fault['loc'])).upper()}: {fault['msg']}"
            if fault["loc"]
            else fault["msg"]
            for fault in error.errors(include_input=False, include_url=False)
        )
        fail(faults)
    except OSError as error:
        fail(f"{error.filename}: {error.strerror}")


def x_access() -> dict[str, dict[str, SecretStr]]:
    """Access keys by X account in lower case: `{"torinonelmondo": {"token": …, "secret": …}}`."""
    found: dict[str, dict[str, SecretStr]] = {}
    for name, value in os.environ.items():
        match = _ACCOUNT_KEY.fullmatch(name)
        if match is None or not value:
            continue
        try:
            secret = _read(Path(value)) if match["file"] else value.strip()
        except OSError as error:
            fail(f"{name}: {error.filename}: {error.strerror}")
        found.setdefault(match["account"].lower(), {})[match["part"].lower()] = SecretStr(secret)
    return found


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8").strip()
