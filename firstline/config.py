"""What can be set from outside: environment variables, read once. Each is documented in docs/settings.md."""

from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from psycopg.conninfo import conninfo_to_dict, make_conninfo
from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


class Config(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="FIRSTLINE_", extra="ignore")

    data: Path = Path(__file__).resolve().parent.parent / "var"
    """Folder for the embedded database, attachments and the secret key; by default `var` beside the program."""
    database_url: str = Field(default="", validation_alias="DATABASE_URL")
    """PostgreSQL to use, e.g. postgresql://user:password@host/name; empty: the embedded one under `data`. Of several
    hosts the one is taken that can be written to, unless its target_session_attrs says otherwise."""
    secret_key: str = ""
    """Signs sessions and reply addresses; empty: made once and kept under `data`."""
    base_url: str = "http://127.0.0.1:8000"
    """The address under which people reach the desk; links in letters start with it."""
    allowed_hosts: Annotated[list[str], NoDecode] = []
    """Further host names that may be asked for, comma-separated, besides that of `base_url` and this machine's own."""
    proxies: str = ""
    """Addresses of the reverse proxies in front, comma-separated: who asks, and whether by https, is taken from their
    X-Forwarded-For and X-Forwarded-Proto. Empty: from nobody."""
    company: str = "Firstline"
    """The organisation's name, shown on the front page and in letters."""
    debug: bool = False
    """For developers: pages show their errors, and static files come from the sources."""
    slow_ms: int = 100
    """With `debug`, statements that take longer are logged, in milliseconds."""
    demo: bool = False
    """A demo company: one click signs in, and outgoing letters land in /demo/mail."""
    mail_domain: str = "desk.example"
    """Domain of the desks' addresses and of the Message-IDs of our letters."""
    mail_url: str = ""
    """How letters leave: smtp://user:password@host:587?tls=1, an anymail backend as anymail+name://, or empty."""
    smtp_host: str = "127.0.0.1"
    """The address on which `firstline mail` receives letters; 0.0.0.0 for all."""
    smtp_port: int = 2525
    """The port on which it does."""
    mail_authserv: str = ""
    """The name by which your own mail server signs its Authentication-Results; its word about senders is believed, and
    nobody else's. The server must remove such headers from letters that come from outside. Empty: none is believed."""
    mail_dkim: bool = True
    """Check the DKIM signature of letters that name a known person, which asks the DNS for the domain's key."""
    lmtp: bool = False
    """Speak LMTP instead of SMTP when receiving."""
    smtp_certificate: str = ""
    """File of the certificate (with its chain) for STARTTLS when receiving; empty: none is offered."""
    smtp_key: str = ""
    """File of its private key; empty: it is in the same file."""
    smtp_tls_required: bool = False
    """Take no letter from a server that does not encrypt."""
    smtp_connections: int = 100
    """How many servers may deliver at the same time."""
    smtp_connections_each: int = 20
    """How many of these connections may come from one address."""
    smtp_memory_mb: int = 256
    """How much memory letters may take while they are received, in megabytes; further ones wait."""
    imap_poll_seconds: float = 120
    """After how long a mailbox is looked into even if its server announced nothing."""
    mail_attached_mb: float = 10
    """How many megabytes of files travel in one letter; what is larger is reached by a link that asks for sign-in."""
    upload_mb: int = 25
    """Largest file and largest letter that is accepted, in megabytes."""
    requests_a_minute: int = 20
    """How many new requests somebody who asks may send within a minute; six times as many within an hour, and three
    times as many answers within a minute. Who works at a desk, administrators and machines are not counted."""
    live_pages: int = 24
    """How many pages of one person each process keeps up to date; of more, the oldest is closed and its browser comes
    again."""
    clamav: str = ""
    """Where a virus scanner listens: the path of clamd's socket, or host:port; empty: files are not scanned."""
    undo_seconds: int = 15
    """For how long an agent's reply can be withdrawn before it leaves."""
    encryption_keys: Annotated[list[str], NoDecode] = []
    """Keys for the secrets in the database, comma-separated, the newest first; empty: made once, kept under `data`."""
    http_allow: Annotated[list[str], NoDecode] = []
    """Hosts and networks besides the public internet that may be asked by HTTP, comma-separated."""
    second_factor: Literal["optional", "staff", "everybody"] = "optional"
    """Who must use a second factor: nobody, those who work at a desk or administer, or all. Whoever has none is
    led to set one up first, and their tokens wait for it."""
    processes: int = 0
    """Web processes that `firstline serve` starts; 0: one for each core, but not more than two."""
    log_format: Literal["plain", "json"] = "plain"
    """How the processes say what happens: lines for people, or JSON for machines."""
    metrics_token: str = ""
    """Who may read /metrics: whoever sends this as a Bearer token. Empty: this machine only."""
    threads: int = 16
    """Request threads of one web process; also the size of its database pool."""

    @field_validator("database_url")
    @classmethod
    def _of_the_primary(cls, given: str) -> str:
        """For all who connect, commands included: a standby that answers first is none to work on."""
        said = conninfo_to_dict(given)
        if "," in str(said.get("host", "")) and not said.get("target_session_attrs"):
            return make_conninfo(given, target_session_attrs="read-write")
        return given

    @field_validator("allowed_hosts", "encryption_keys", "http_allow", mode="before")
    @classmethod
    def _split(cls, given: Any) -> Any:
        return [host.strip() for host in given.split(",") if host.strip()] if isinstance(given, str) else given


@cache
def config() -> Config:
    """The configuration of this process; read once."""
    return Config()
