"""The digest to its readers' mailboxes, through the mail server of the settings."""

import smtplib
import socket
import ssl
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import getaddresses, make_msgid
from ipaddress import ip_address
from urllib.parse import SplitResult, unquote, urlsplit

from app.digest.pictures import Picture
from app.errors import DigestError
from app.settings import Settings

PATIENCE = 30  # seconds to wait for the mail server
PORTS = {"smtp": 587, "smtps": 465}


def readers(settings: Settings) -> list[str]:
    """The addresses the digest goes to. Raises DigestError where there are none, or one that cannot be."""
    return list(dict.fromkeys(address.addr_spec for address in _addresses("ACCORD_DIGEST_TO", settings.digest_to)))


def letter(settings: Settings, subject: str, made_at: datetime, words: str, page: str, pictures: list[Picture], paper: bytes, name: str) -> EmailMessage:
    """The message: plain words, the page with its pictures, and the paper to keep, named `name`. Raises DigestError for an address that cannot be."""
    (sender, *_) = _addresses("ACCORD_DIGEST_FROM", settings.digest_from)
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = subject, sender, ", ".join(readers(settings))
    message["Date"] = made_at.replace(tzinfo=UTC)
    message["Message-ID"] = make_msgid(domain=sender.domain)
    message.set_content(words)
    message.add_alternative(page, subtype="html")
    for picture in pictures:
        message.get_payload()[1].add_related(picture.png, "image", "png", cid=f"<{picture.name}>", filename=f"{picture.name}.png", disposition="inline")
    message.add_attachment(paper, "application", "pdf", filename=name)
    return message


def post(settings: Settings, message: EmailMessage) -> list[str]:
    """Hands the message to the mail server, and returns the readers it was taken for. Raises DigestError where it was taken for none."""
    url = _server(settings)
    asked = readers(settings)
    try:
        with _connected(url) as server:
            _log_in(server, url)
            refused = server.send_message(message, to_addrs=asked)
    except (smtplib.SMTPException, OSError) as fault:
        raise DigestError(f"The digest was not sent: {_cause(fault, url)}.") from None
    return [reader for reader in asked if reader not in refused]


def _addresses(setting: str, text: str | None) -> list[Address]:
    pairs = getaddresses([text or ""])
    if not any(address for _, address in pairs) or not (text or "").isprintable():
        raise DigestError(f"{setting} is missing or holds no address: write one like team@example.com, with commas between several.")
    try:
        return [_address(name, address) for name, address in pairs]
    except ValueError:
        raise DigestError(f"{setting} holds an address that cannot be: write one like team@example.com, with commas between several.") from None


def _address(name: str, text: str) -> Address:
    """Raises ValueError for what is no address that every mail server knows."""
    if not text.isascii() or not all(text.rpartition("@")[::2]):
        raise ValueError(text)
    return Address(display_name=name, addr_spec=text)


def _server(settings: Settings) -> SplitResult:
    if not settings.smtp_url:
        raise DigestError("ACCORD_SMTP_URL is missing: write smtp://USER:PASSWORD@HOST:587 or smtps://USER:PASSWORD@HOST:465.")
    try:
        url = urlsplit(settings.smtp_url)
        if url.hostname and (url.port is None or url.port > 0):
            return url
    except ValueError:
        pass
    raise DigestError("ACCORD_SMTP_URL names no host and port that can be (not shown: it may hold a password); a / or @ in a password is written %2F or %40.")


def _connected(url: SplitResult) -> smtplib.SMTP:
    """Encrypted where the address says so or the server offers it; a certificate that cannot be trusted ends it."""
    trust, port, name = ssl.create_default_context(), url.port or PORTS[url.scheme], "[127.0.0.1]"  # names no machine of the sender
    if url.scheme == "smtps":
        return smtplib.SMTP_SSL(url.hostname, port, local_hostname=name, timeout=PATIENCE, context=trust)
    server = smtplib.SMTP(url.hostname, port, local_hostname=name, timeout=PATIENCE)
    try:
        server.ehlo()
        if server.has_extn("starttls"):
            server.starttls(context=trust)
            server.ehlo()
    except BaseException:
        server.close()
        raise
    return server


def _log_in(server: smtplib.SMTP, url: SplitResult) -> None:
    if url.username is None:
        return
    if not isinstance(server.sock, ssl.SSLSocket) and not _is_this_machine(url.hostname):
        raise DigestError(f"The digest was not sent: {url.hostname} offers no encryption, and a password is not sent without. Use smtps:// or a server with STARTTLS.")
    server.login(unquote(url.username), unquote(url.password or ""))


def _is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _cause(fault: Exception, url: SplitResult) -> str:
    """A sentence's end; what servers say back stays out, as it can repeat what they were told."""
    host = f"{url.hostname}:{url.port or PORTS[url.scheme]}"
    if isinstance(fault, smtplib.SMTPRecipientsRefused):
        return f"{host} refused every reader: {', '.join(sorted(fault.recipients))}"
    causes = {
        smtplib.SMTPAuthenticationError: f"{host} does not know this user and password",
        smtplib.SMTPNotSupportedError: f"{host} takes no user and password, or not over this connection",
        smtplib.SMTPSenderRefused: f"{host} refused the sender of ACCORD_DIGEST_FROM",
        smtplib.SMTPResponseException: f"{host} refused the message",
        smtplib.SMTPServerDisconnected: f"{host} ended the connection",
        ssl.SSLCertVerificationError: f"{host} shows a certificate that is not trusted",
        ssl.SSLError: f"{host} does not speak this kind of encryption",
        ConnectionRefusedError: f"{host} takes no connections",
        TimeoutError: f"{host} does not answer",
        socket.gaierror: f"there is no host {url.hostname}",
    }
    return next((text for kind, text in causes.items() if isinstance(fault, kind)), f"{host} cannot be reached")
