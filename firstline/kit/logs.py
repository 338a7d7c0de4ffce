"""How everything that is logged looks: one line each, with what it is about, and without secrets."""

import re
from collections.abc import MutableMapping
from typing import Any

import structlog

HIDDEN = "[hidden]"
SECRET_NAME = re.compile(
    r"passw|passphrase|secret|token|cookie|authori[sz]ation|api[_-]?key|csrf|session_?key|otp", re.I
)
# Each begins only where a run begins, and takes it whole: what strangers repeat thousands of times is gone over once.
_SAID = re.compile(
    r"""(?ix) ( (?<![\w-]) (?= [\w-]*? (?: passw(?:or)?d | passphrase | secret | token | cookie | authorization
        | api[_-]?key | sessionid ) )
        [\w-]++ ["']? \s*+ [:=] \s*+ ["']? (?: (?:bearer|basic|token) \s++ )? ) [^\s"'&,;)}\]]++"""
)
_ALONE = re.compile(r"(?i)\b(?:fl_[\w-]{20,}|(?<=bearer )[\w.~+/-]{12,}=*|(?<=basic )[a-z0-9+/]{12,}=*)")
_IN_URL = re.compile(r"(?<![^\s@])(?=[^\s@]*+@)([^\s@]*?\w://[^\s:/@]*+:)[^\s@]++@")
# Behind one of these words an address of ours carries a secret (tests/web/test_logged.py looks for others). All that
# stands behind it is hidden, for what was damaged on its way is still most of the secret.
_IN_PATH = re.compile(r"(?i)((?:/|%2f)(?:rate|follow|letters|link|pictures)(?:/|%2f))[^\n]+")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f\x85\u2028\u2029]")

Line = MutableMapping[str, Any]


def configuration(kind: str) -> dict[str, Any]:
    """The value of settings.LOGGING. `kind` is "plain" for people or "json" for machines."""
    structlog.configure(
        processors=[structlog.contextvars.merge_contextvars, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": [
                    structlog.contextvars.merge_contextvars,
                    structlog.stdlib.add_logger_name,
                    structlog.stdlib.ExtraAdder(),
                ],
                "processors": [
                    structlog.stdlib.add_log_level,
                    structlog.processors.TimeStamper(fmt="iso", utc=True),
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.format_exc_info,
                    scrub,
                    structlog.processors.JSONRenderer(ensure_ascii=False, default=str) if kind == "json" else plain,
                ],
            }
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["console"], "level": "WARNING"},
        "loggers": {"firstline": {"level": "INFO"}},
    }


def scrub(_logger: Any, _method: str, line: Line) -> Line:
    """Hide what is named like a secret or looks like one, in whatever was logged, errors too."""
    return {name: HIDDEN if SECRET_NAME.search(name) and value else _clean(value) for name, value in line.items()}


def plain(_logger: Any, _method: str, line: Line) -> str:
    """One line of text; what came from outside cannot begin another. Only our own stack goes over several."""
    at, level, name = line.pop("timestamp", ""), line.pop("level", "info").upper(), line.pop("logger", "")
    event, stack = line.pop("event", ""), line.pop("exception", "")
    more = " ".join(
        f"{key}={_one_line(value)}" for key, value in sorted(line.items()) if key not in ("stack_info", "color_message")
    )
    said = f"{at} {level} {name}: {_one_line(event)}" + (f" [{more}]" if more else "")
    return f"{said}\n{stack}" if stack else said


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return without_secrets(value)
    if isinstance(value, dict):
        return {key: HIDDEN if SECRET_NAME.search(str(key)) else _clean(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set):
        return [_clean(each) for each in value]
    return value if isinstance(value, int | float | bool | None) else without_secrets(str(value))


def without_secrets(text: str) -> str:
    """The text with what looks like a password, token, cookie or key hidden."""
    text = _SAID.sub(rf"\1{HIDDEN}", text)
    text = _IN_PATH.sub(rf"\1{HIDDEN}", text)
    return _IN_URL.sub(rf"\1{HIDDEN}@", _ALONE.sub(HIDDEN, text))


def _one_line(value: Any) -> str:
    text = str(value).replace("\r", "\\r").replace("\n", "\\n")
    return _CONTROL.sub("?", text)
