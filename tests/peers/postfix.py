"""A Postfix of its own, as root: passes letters on to the desk, to mailboxes, and to a server that refuses some."""

import os
import shutil
import smtplib
import subprocess
from pathlib import Path

from tests.cli.serving import until

MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
myhostname = mx.firstline.test
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
local_recipient_maps =
local_transport = error:local delivery off
alias_maps =
recipient_delimiter = +
relay_domains = desk.example, people.test, bounce.test
relay_recipient_maps =
transport_maps = inline:{{
  {{ desk.example=lmtp:inet:127.0.0.1:{desk} }}
  {{ people.test=lmtp:inet:127.0.0.1:{people} }}
  {{ bounce.test=smtp:[127.0.0.1]:{bounce} }} }}
default_transport = error:5.4.4 no outside network in tests
smtputf8_enable = yes
maillog_file = {folder}/mail.log
maillog_file_prefixes = {folder}
message_size_limit = 52428800
"""
MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
postlog   unix-dgram n - n - 1 postlogd
pickup    unix  n - n 60 1 pickup
cleanup   unix  n - n - 0 cleanup
qmgr      unix  n - n 300 1 qmgr
tlsmgr    unix  - - n 1000? 1 tlsmgr
rewrite   unix  - - n - - trivial-rewrite
bounce    unix  - - n - 0 bounce
defer     unix  - - n - 0 bounce
trace     unix  - - n - 0 bounce
verify    unix  - - n - 1 verify
flush     unix  n - n 1000? 0 flush
proxymap  unix  - - n - - proxymap
smtp      unix  - - n - - smtp
relay     unix  - - n - - smtp
showq     unix  n - n - - showq
error     unix  - - n - - error
retry     unix  - - n - - error
discard   unix  - - n - - discard
lmtp      unix  - - n - - lmtp
anvil     unix  - - n - 1 anvil
scache    unix  - - n - 1 scache
"""


class Postfix:
    """`desk` and `people` are LMTP ports, `bounce` is an SMTP port."""

    def __init__(self, folder: Path, *, port: int, desk: int, people: int, bounce: int) -> None:
        self.folder, self.port = folder, port
        self.ports = {"desk": desk, "people": people, "bounce": bounce}

    @classmethod
    def is_there(cls) -> bool:
        return shutil.which("postfix", path=f"{os.environ.get('PATH', '')}:/usr/sbin") is not None

    def start(self) -> None:
        (self.folder / "queue").mkdir(parents=True)
        (self.folder / "data").mkdir()
        shutil.chown(self.folder / "data", "postfix")
        (self.folder / "main.cf").write_text(MAIN.format(folder=self.folder, **self.ports))
        (self.folder / "master.cf").write_text(MASTER.format(port=self.port))
        self._command("start")
        until(self._answers, seconds=20)

    def stop(self) -> None:
        self._command("stop")

    def send(self, raw: bytes, *, sender: str, to: str) -> None:
        with smtplib.SMTP("127.0.0.1", self.port, timeout=10) as client:
            client.sendmail(sender, [to], raw)

    def delivered(self, to: str) -> int:
        """How many letters to this address the next server has taken."""
        return sum(f"to=<{to}>" in line and "status=sent" in line for line in self.log().splitlines())

    def log(self) -> str:
        path = self.folder / "mail.log"
        return path.read_text() if path.exists() else ""

    def _command(self, word: str) -> None:
        done = subprocess.run(["/usr/sbin/postfix", "-c", str(self.folder), word], capture_output=True, text=True)
        assert word == "stop" or done.returncode == 0, done.stderr + done.stdout + self.log()

    def _answers(self) -> bool:
        try:
            smtplib.SMTP("127.0.0.1", self.port, timeout=5).quit()
        except (OSError, smtplib.SMTPException):
            return False
        return True
