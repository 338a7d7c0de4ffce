"""What `firstline mail` does: it receives letters, and fetches those that lie in mailboxes elsewhere."""

import asyncio
import logging
import signal
import ssl
from pathlib import Path

from django.conf import settings

from firstline.channels.email import receiver
from firstline.channels.email.fetchers import Fetchers

READY = "Mail is ready"
logger = logging.getLogger(__name__)


def run() -> int:
    """Receive, where FIRSTLINE_SMTP_HOST and _PORT say, and fetch, until told to stop (SIGTERM, SIGINT): 0. 1 if it
    cannot."""
    return asyncio.run(_run())


def encryption(certificate: str, key: str) -> ssl.SSLContext | None:
    """What STARTTLS uses; None without a certificate. Raises OSError (ssl.SSLError is one) if it cannot be used."""
    if not certificate:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(Path(certificate), Path(key) if key else None)
    return context


async def _run() -> int:
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, told.set)
    config = settings.CONFIG
    where = config.smtp_host, config.smtp_port
    try:
        tls = encryption(config.smtp_certificate, config.smtp_key)
    except OSError as error:
        logger.error("The certificate %s cannot be used: %s", config.smtp_certificate, error)
        return 1
    try:
        server = await receiver.listen(*where, lmtp=config.lmtp, tls=tls)
    except OSError as error:
        logger.error("Letters cannot be received at %s:%s: %s", *where, error)
        return 1
    logger.info("%s at %s:%s", READY, *where)
    fetchers = Fetchers()
    fetchers.start()
    await told.wait()
    server.close()
    await asyncio.to_thread(fetchers.stop)
    return 0
