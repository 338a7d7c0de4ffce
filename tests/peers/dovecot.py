"""A Dovecot of its own for tests: IMAP and LMTP on free ports, in a folder of its own, as root or as anybody."""

import getpass
import grp
import imaplib
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

from tests.cli.serving import free_ports, until

CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/state
instance_name = firstline-test-{imap}
protocols = {protocols}
listen = 127.0.0.1
log_path = {folder}/dovecot.log
ssl = no
disable_plaintext_auth = no
default_internal_user = {inner}
default_login_user = {inner}
default_internal_group = {inner_group}
first_valid_uid = 1
mail_location = maildir:{folder}/mail/%u
mail_privileged_group =
mail_fsync = never
passdb {{
  driver = static
  args = password=test
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
auth_failure_delay = 0
service anvil {{
  chroot =
  # Who signed in wrongly does not wait the next time.
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
{lmtp_service}
service stats {{
  unix_listener stats-writer {{
    mode = 0666
  }}
}}
submission_host = 127.0.0.1:{submission}
postmaster_address = postmaster@firstline.test
hostname = mx.firstline.test
protocol lmtp {{
  mail_plugins = {lmtp_plugins}
}}
plugin {{
  sieve = file:{folder}/sieve/%u.sieve
}}
"""
LMTP = """
service lmtp {{
  inet_listener lmtp {{
    port = {lmtp}
  }}
}}
"""
MODULES = Path("/usr/lib/dovecot/modules")


class Dovecot:
    """`submission`: the port of the server through which its sieve scripts write."""

    def __init__(self, folder: Path, submission: int = 1) -> None:
        self.folder = folder
        self.port, self.lmtp_port = free_ports(2)
        self.submission = submission
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        for name in ("mail", "sieve", "state"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        is_root = os.getuid() == 0
        if is_root:
            os.chmod(self.folder, 0o755)  # noqa: PTH101
            for name in ("mail", "sieve"):
                shutil.chown(self.folder / name, 65534, 65534)
        me, group = getpass.getuser(), grp.getgrgid(os.getgid()).gr_name
        has_sieve = (MODULES / "lib90_sieve_plugin.so").exists()
        has_lmtp = Path("/usr/lib/dovecot/lmtp").exists()
        (self.folder / "dovecot.conf").write_text(
            CONFIG.format(
                folder=self.folder,
                imap=self.port,
                inner="nobody" if is_root else me,
                inner_group="nogroup" if is_root else group,
                uid=65534 if is_root else os.getuid(),
                gid=65534 if is_root else os.getgid(),
                protocols="imap lmtp" if has_lmtp else "imap",
                lmtp_service=LMTP.format(lmtp=self.lmtp_port) if has_lmtp else "",
                lmtp_plugins="sieve" if has_sieve else "",
                submission=self.submission,
            )
        )
        program = shutil.which("dovecot") or "/usr/sbin/dovecot"
        self.process = subprocess.Popen([program, "-F", "-c", str(self.folder / "dovecot.conf")])
        until(self._answers, seconds=15)

    def stop(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def client(self, user: str) -> imaplib.IMAP4:
        client = imaplib.IMAP4("127.0.0.1", self.port, timeout=10)
        client.login(user, "test")
        return client

    def put(self, user: str, *letters: bytes, at: float | None = None) -> None:
        """Lay letters into somebody's mailbox; `at`: when it came, in seconds since 1970."""
        client = self.client(user)
        for letter in letters:
            client.append("INBOX", "", imaplib.Time2Internaldate(at or time.time()), letter)
        client.logout()

    def count(self, user: str, folder: str = "INBOX", what: str = "ALL") -> int:
        client = self.client(user)
        client.select(folder)
        found = len(client.search(None, what)[1][0].split())
        client.logout()
        return found

    def make(self, user: str, folder: str) -> None:
        client = self.client(user)
        client.create(folder)
        client.logout()

    def number_anew(self, user: str) -> None:
        """Forget the numbers of all letters: UIDVALIDITY changes."""
        before = self.validity(user)

        def forgotten() -> bool:
            # A process of the last connection may still write its index.
            for path in (self.folder / "mail" / user).glob("dovecot*"):
                path.unlink(missing_ok=True)
            return self.validity(user) != before

        until(forgotten, seconds=15)

    def validity(self, user: str) -> bytes:
        client = self.client(user)
        client.select("INBOX", readonly=True)
        said = client.response("UIDVALIDITY")[1][0]
        client.logout()
        return bytes(said or b"")

    def sieve(self, user: str, script: str) -> None:
        (self.folder / "sieve" / f"{user}.sieve").write_text(script)

    def _answers(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, (self.folder / "dovecot.log").read_text()
        try:
            self.client("nobody@firstline.test").logout()
        except (OSError, imaplib.IMAP4.error):
            return False
        return True
