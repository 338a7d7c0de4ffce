"""Lists of tags (RFC 6376, 3.2): what a signature, the record of its key and a domain's policy are written in."""


def tags_of(text: bytes) -> dict[str, str]:
    """Each tag's value, without the blanks in it."""
    pairs = (part.partition("=") for part in text.decode("ascii", "replace").split(";"))
    return {name.strip(): "".join(value.split()) for name, _equals, value in pairs if name.strip()}
