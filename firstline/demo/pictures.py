"""A few screenshots and logs, drawn and written here; what people attach to their requests."""

from collections.abc import Sequence
from functools import cache
from io import BytesIO

from PIL import Image, ImageDraw

SIZE = (900, 520)

# name: title of the window, its lines, colour of its bar
WINDOWS = {
    "vpn-error": ("VPN client", ["Connection failed", "Error 809: the remote server did not answer in time.", "gateway: vpn2   port: 1194/udp"], "#3b5b8c"),
    "erp-error": ("ERP - Purchase order", ["Posting failed", "F5 702: balance in transaction currency", "document 4500 018 832   item 20"], "#7a4a1e"),
    "blue-screen": ("", ["Your device ran into a problem and needs to restart.", "Stop code: DRIVER_POWER_STATE_FAILURE", "38% complete"], "#1f5fae"),
    "disk-full": ("Notice", ["Drive C: is almost full", "1.2 GB free of 237 GB"], "#8a2f2f"),
    "print-queue": ("Printer queue - 3F-Colour", ["Report_Q3.pdf     error - printing", "Offer_final.docx  waiting", "Label_A5.pdf      waiting"], "#4c5a52"),
}  # fmt: skip

LOGS = {
    "sync.log": [
        "09:12:04 INFO  sync started, 1284 files",
        "09:12:31 WARN  /projects/gauge-7/drawings: 409 conflict",
        "09:12:31 WARN  retry 1 of 5 in 2 s",
        "09:13:10 ERROR gave up after 5 tries: 409 conflict (etag mismatch)",
        "09:13:10 INFO  sync ended with 1 error",
    ],
    "mes-client.log": [
        "2-14 INFO  station ST-07 connected",
        "2-14 ERROR read timeout on 10.20.7.41:502 after 3000 ms",
        "2-14 ERROR read timeout on 10.20.7.41:502 after 3000 ms",
        "2-14 FATAL station ST-07 stopped: no answer from scale",
    ],
}


@cache
def content(name: str) -> tuple[str, bytes]:
    """A file's name and its bytes: a PNG for a window, plain text for a log."""
    if name in LOGS:
        return name, "\n".join(LOGS[name]).encode()
    title, lines, colour = WINDOWS[name]
    return f"{name}.png", _drawn(title, lines, colour)


def _drawn(title: str, lines: Sequence[str], colour: str) -> bytes:
    full = not title
    picture = Image.new("RGB", SIZE, colour if full else "#e9ebee")
    pen = ImageDraw.Draw(picture)
    if not full:
        pen.rounded_rectangle((120, 90, 780, 400), radius=8, fill="white", outline="#b9bec6")
        pen.rectangle((120, 90, 780, 130), fill=colour)
        pen.text((140, 100), title, fill="white", font_size=18)
        pen.rounded_rectangle((660, 350, 760, 382), radius=4, fill=colour)
        pen.text((698, 356), "OK", fill="white", font_size=16)
    for row, line in enumerate(lines):
        pen.text((150, 160 + row * 44), line, fill="white" if full else "#22262c", font_size=24 if row == 0 else 17)
    file = BytesIO()
    picture.save(file, "PNG", optimize=True)
    return file.getvalue()
