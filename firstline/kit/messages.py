"""The two languages: finds every sentence of the program, keeps each floor's .po true, and compiles it.

English is the source. Each floor has its own `locale/zh_Hans/LC_MESSAGES/django.po`, sorted and without line
numbers, so that two people who work on two floors never meet in one file. Needs no system gettext.
"""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
LANGUAGE = "zh_Hans"
DOMAIN = "django"
AREAS = ("portal", "workspace", "accounts", "admin")  # parts of web that keep a locale of their own

METHODS = [("**/templates/**", "jinja2"), ("**.py", "python")]
OPTIONS = {"**/templates/**": {"extensions": "jinja2.ext.i18n,jinja2.ext.do", "trimmed": "true", "silent": "false"}}
KEYWORDS: dict[str, tuple | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
HEADER = """msgid ""
msgstr ""
"Language: zh_Hans\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"
"""

PLACEHOLDER = re.compile(r"%\((\w+)\)[\d.]*[sdif]|%[sdif]|(?<!\{)\{(\w*)\}(?!\})")

Key = tuple[str, str | None]  # English sentence, context


def run(check: bool, *, root: Path = ROOT) -> int:
    """Update every .po and compile it; with `check`, change nothing and say what is wrong. Returns the exit code."""
    wanted = {home: _updated(found, root, home) for home, found in _extracted(root).items()}
    if check:
        complaints = list(_complaints(wanted, root))
        print("\n".join(complaints) or "Every sentence is there in both languages.")  # noqa: T201
        return 1 if complaints else 0
    for home, catalog in wanted.items():
        path = po_path(home)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_text(catalog))
    for path in _homeless(wanted, root):
        path.unlink()
    compile_all(root=root)
    empty = [message for catalog in wanted.values() for message in catalog if message.id and not any(_strings(message))]
    print(f"{sum(len(catalog) for catalog in wanted.values())} sentences, {len(empty)} to translate.")  # noqa: T201
    return 0


def compile_all(*, root: Path = ROOT) -> None:
    """Write each .mo that is missing or older than its .po. Cheap when there is nothing to do."""
    for path in root.glob(f"**/locale/{LANGUAGE}/LC_MESSAGES/{DOMAIN}.po"):
        compiled = path.with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime >= path.stat().st_mtime:
            continue
        buffer = BytesIO()
        write_mo(buffer, _read(path))
        # Several processes may start at once: each puts a whole file in place.
        part = compiled.with_name(f"{compiled.name}.{id(buffer)}.part")
        part.write_bytes(buffer.getvalue())
        part.chmod(0o644)  # part of the program, and no secret, whoever was the first to start it
        part.replace(compiled)


def locale_paths(*, root: Path = ROOT) -> list[str]:
    """Every floor's locale folder, for settings.LOCALE_PATHS."""
    return sorted(str(path) for path in root.glob("**/locale") if path.is_dir())


def po_path(home: Path) -> Path:
    """Where a floor (or a part of web) keeps its Chinese."""
    return home / "locale" / LANGUAGE / "LC_MESSAGES" / f"{DOMAIN}.po"


def _extracted(root: Path) -> dict[Path, Catalog]:
    """Home → its sentences, untranslated."""
    homes: dict[Path, Catalog] = {}
    found = extract_from_dir(root, METHODS, OPTIONS, KEYWORDS, directory_filter=_is_ours)
    for name, _line, sentence, _comments, context in found:
        home = _home(root, Path(name))
        catalog = homes.setdefault(home, Catalog(locale=LANGUAGE, domain=DOMAIN))
        catalog.add(sentence, context=context)
    return homes


def _is_ours(folder: str) -> bool:
    return Path(folder).name not in {"static", "locale", "migrations", "__pycache__"}


def _home(root: Path, name: Path) -> Path:
    """firstline/web/templates/portal/x.html and firstline/web/portal/x.py both live in web/portal."""
    parts = name.parts
    if len(parts) == 1:
        return root
    if parts[0] == "web":
        rest = parts[2:] if parts[1] == "templates" else parts[1:]
        if rest[0] in AREAS and len(rest) > 1:
            return root / "web" / rest[0]
    return root / parts[0]


def _updated(found: Catalog, root: Path, home: Path) -> Catalog:
    """The found sentences with the Chinese they already have, here or (when a sentence has moved) on another floor."""
    here = _translations([po_path(home)])
    elsewhere = _translations(sorted(root.glob(f"**/locale/{LANGUAGE}/LC_MESSAGES/{DOMAIN}.po")))
    for message in found:
        if not message.id:
            continue
        old = here.get(_key(message)) or elsewhere.get(_key(message))
        if old is None:
            continue
        strings = [text for text in _strings(old) if text]
        if strings and message.pluralizable:
            message.string = (strings[0],)
        elif strings:
            message.string = strings[0]
        message.flags |= old.flags & {"fuzzy"}
    return found


def _translations(paths: list[Path]) -> dict[Key, Message]:
    known: dict[Key, Message] = {}
    for path in paths:
        if path.exists():
            for message in _read(path):
                if message.id and any(_strings(message)):
                    known.setdefault(_key(message), message)
    return known


def _complaints(wanted: dict[Path, Catalog], root: Path) -> Iterator[str]:
    said: dict[Key, tuple[str, str]] = {}
    for home, catalog in sorted(wanted.items()):
        path = po_path(home)
        where = str(path.relative_to(root.parent))
        if not path.exists() or path.read_bytes() != _text(catalog):
            yield f"{where}: out of date; run: python -m firstline messages"
        for message in catalog:
            if not message.id:
                continue
            sentence, strings = _key(message)[0], _strings(message)
            if not any(strings):
                yield f"{where}: not translated: {sentence!r}"
                continue
            if message.fuzzy:
                yield f"{where}: fuzzy: {sentence!r}"
            if wrong := _placeholders(sentence) ^ _placeholders(strings[0]):
                yield f"{where}: placeholders differ ({', '.join(sorted(wrong))}): {sentence!r}"
            # Django merges all floors into one catalogue: the same English cannot be two Chinese sentences.
            before = said.setdefault(_key(message), (strings[0], where))
            if before[0] != strings[0]:
                yield f"{where}: {sentence!r} is {strings[0]!r} here and {before[0]!r} in {before[1]}; use pgettext"
    for path in _homeless(wanted, root):
        yield f"{path.relative_to(root.parent)}: nothing here is used any more"


def _homeless(wanted: dict[Path, Catalog], root: Path) -> list[Path]:
    kept = {po_path(home) for home in wanted}
    return [path for path in sorted(root.glob(f"**/locale/**/{DOMAIN}.po")) if path not in kept]


def _placeholders(text: str) -> set[str]:
    """%(name)s, %s and {name}, whatever their formats."""
    return {printf or brace or "%s" for printf, brace in PLACEHOLDER.findall(text.replace("%%", ""))}


def _key(message: Message) -> Key:
    sentence = message.id[0] if isinstance(message.id, tuple | list) else message.id
    return str(sentence), message.context


def _strings(message: Message) -> list[str]:
    return list(message.string) if isinstance(message.string, tuple | list) else [message.string or ""]


def _read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=LANGUAGE, domain=DOMAIN)


def _text(catalog: Catalog) -> bytes:
    buffer = BytesIO()
    write_po(buffer, catalog, omit_header=True, no_location=True, sort_output=True, width=110)
    return HEADER.encode() + b"\n" + buffer.getvalue()
