"""Letters that come over an encrypted connection, and certificates that cannot be used."""

import smtplib
import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from firstline.catalog.models import Inbox
from firstline.channels.email import receiver, service
from firstline.channels.models import InboundMessage
from tests.channels.committed import desks
from tests.channels.mailserver import served
from tests.channels.receiving import Receiver, receiving
from tests.letters import config, letter

__all__ = ["desks", "receiving"]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with a key and a certificate for 127.0.0.1 that it signed itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "desk.example")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    form = serialization.PrivateFormat.TraditionalOpenSSL
    secret = key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
    path.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.mark.parametrize("lmtp", [False, True])
def test_letters_come_encrypted_and_only_so_where_that_is_asked_for(
    desks: tuple[Inbox, Inbox], certificate: Path, monkeypatch: pytest.MonkeyPatch, lmtp: bool
) -> None:
    config(monkeypatch, smtp_tls_required=True)
    tls = service.encryption(str(certificate), "")
    with served(lambda: receiver.listen("127.0.0.1", 0, lmtp=lmtp, tls=tls)) as port:
        kind = smtplib.LMTP if lmtp else smtplib.SMTP
        client = kind("127.0.0.1", port, local_hostname="mx.test")
        client.ehlo()
        assert client.has_extn("starttls")
        assert client.mail("mei@corp.example")[0] == 530
        client.starttls(context=ssl.create_default_context(cafile=str(certificate)))
        client.ehlo()
        assert not client.has_extn("auth")
        client.sendmail("mei@corp.example", ["it@desk.example"], letter().as_bytes())
        client.quit()
    assert InboundMessage.objects.count() == 1


def test_without_a_certificate_no_encryption_is_offered(receiving: Receiver) -> None:
    with receiving.client() as client:
        client.ehlo()
        assert not client.has_extn("starttls")


def test_a_certificate_that_cannot_be_used_is_no_silent_reason_to_go_without(tmp_path: Path) -> None:
    assert service.encryption("", "") is None
    with pytest.raises(OSError, match="No such file"):
        service.encryption(str(tmp_path / "missing.pem"), "")


def test_the_key_may_stand_in_a_file_of_its_own(certificate: Path, tmp_path: Path) -> None:
    begin = "-----BEGIN CERTIFICATE"
    secret, _begin, public = certificate.read_text().partition(begin)
    own, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    own.write_text(begin + public)
    key.write_text(secret)
    for given in ((certificate, ""), (own, key)):
        tls = service.encryption(*map(str, given))
        assert tls is not None
        assert tls.verify_mode == ssl.CERT_NONE, "who sends a letter shows no certificate"
    with pytest.raises(ssl.SSLError):
        service.encryption(str(own), "")
