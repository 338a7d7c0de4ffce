"""What may not be written, as rules over the syntax tree, and each exception with its reason. security.md's bans.

A rule has a name, what it looks for, and where it holds. An exception that is no longer needed fails too.
"""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.shape.sources import ROOT, trees

BEGINS = ("visible_to", "asked_by", "unsent_of", "none")
GUARDED = {"Ticket", "Message", "Attachment", "Event"}
VIEWS = ("firstline/web/", "firstline/api/")
HTTP = {"requests", "httpx", "urllib3", "aiohttp", "http.client", "urllib.request"}
PICKLES = {"pickle", "marshal", "shelve", "dill", "cloudpickle"}
LETTERS = {"send_mail", "send_mass_mail", "mail_admins", "mail_managers", "EmailMessage", "EmailMultiAlternatives"}
LOOKED_AT = (ast.Call, ast.Import, ast.ImportFrom, ast.Assign, ast.Attribute, ast.Name)
"""The kinds of node that a rule can find; it saves most of the time to leave out the others."""
LOGS = {"debug", "info", "warning", "error", "exception", "critical", "log", "print"}


def name_of(node: ast.AST) -> str:
    """`a.b.c` for such an expression, else the last name of it."""
    match node:
        case ast.Name():
            return node.id
        case ast.Attribute():
            return f"{name_of(node.value)}.{node.attr}".lstrip(".")
        case ast.Call():
            return name_of(node.func)
    return ""


def calls(*names: str) -> Callable[[ast.AST], bool]:
    return lambda node: isinstance(node, ast.Call) and name_of(node.func).rpartition(".")[2] in names


def imports(modules: set[str]) -> Callable[[ast.AST], bool]:
    def found(node: ast.AST) -> bool:
        if isinstance(node, ast.Import):
            return any(each.name in modules or each.name.partition(".")[0] in modules for each in node.names)
        return isinstance(node, ast.ImportFrom) and (
            node.module in modules or (node.module or "").split(".")[0] in modules
        )

    return found


def own_sql(node: ast.AST) -> bool:
    name = name_of(node) if isinstance(node, ast.Call) else ""
    return name in ("RawSQL", "expressions.RawSQL") or name.endswith((".objects.raw", ".extra"))


def of_request(node: ast.AST) -> bool:
    return any(isinstance(each, ast.Name) and each.id == "request" for each in ast.walk(node))


def spreads_request(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and any(
        kw.arg is None and name_of(kw.value).startswith("request.") for kw in node.keywords
    )


def all_fields(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Assign)
        and name_of(node.targets[0]) == "fields"
        and (isinstance(node.value, ast.Constant) and node.value.value == "__all__")
    )


def unguarded(node: ast.AST) -> bool:
    """`Ticket.objects.…` of a guarded model whose chain does not begin with what cuts it to one person."""
    if not (isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute) and node.value.attr == "objects"):
        return False
    return name_of(node.value.value) in GUARDED and node.attr not in BEGINS


def reads_json(node: ast.AST) -> bool:
    if not isinstance(node, ast.Attribute):
        return False
    whole = {"json.loads", "json.load", "json.JSONDecoder"}
    return name_of(node) in whole or node.attr in {"model_validate_json", "validate_json"}


def compiles_what_it_is_given(node: ast.AST) -> bool:
    if not (isinstance(node, ast.Call) and name_of(node.func).startswith("re.") and node.args):
        return False
    known = name_of(node.func) in {
        f"re.{each}" for each in ("compile", "search", "match", "fullmatch", "sub", "findall", "split")
    }
    return known and not written_here(node.args[0])


def written_here(node: ast.AST) -> bool:
    """A literal, or put together of literals, constants of the module and re.escape."""
    match node:
        case ast.Constant():
            return True
        case ast.Name():
            return node.id.isupper() or (node.id.startswith("_") and node.id[1:].isupper())
        case ast.BinOp():
            return written_here(node.left) and written_here(node.right)
        case ast.JoinedStr():
            return all(written_here(each) for each in node.values)
        case ast.FormattedValue():
            return written_here(node.value)
        case ast.Call():
            inner = node.func.value if isinstance(node.func, ast.Attribute) else None
            return name_of(node.func) == "re.escape" or (inner is not None and written_here(inner))
    return False


def evaluates(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("eval", "exec", "compile")
    )


def naive_now(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    known = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "timezone.now", "time.time"}
    return name_of(node.func) in known or name_of(node.func).partition(".")[2] in known


def logs_what_was_sent(node: ast.AST) -> bool:
    if not (isinstance(node, ast.Call) and name_of(node.func).rpartition(".")[2] in LOGS):
        return False
    sent = {"body", "POST", "FILES", "COOKIES", "META", "headers"}
    return any(
        isinstance(e, ast.Attribute) and e.attr in sent and of_request(e) for arg in node.args for e in ast.walk(arg)
    )


@dataclass(frozen=True)
class Rule:
    name: str
    finds: Callable[[ast.AST], bool]
    where: tuple[str, ...] = ("firstline/",)


RULES = [
    Rule("no markup is called safe unseen", calls("mark_safe", "Markup", "SafeString")),
    Rule("no SQL of one's own through the ORM", own_sql),
    Rule("what was sent is never spread into arguments", spreads_request),
    Rule("a form names its fields", all_fields),
    Rule("views come to guarded rows through visible_to", unguarded, VIEWS),
    Rule("only kit/http.py asks other servers", imports(HTTP)),
    Rule("a pattern is written here", compiles_what_it_is_given),
    Rule("nothing is unpickled", imports(PICKLES)),
    Rule("nothing is evaluated", evaluates),
    Rule("the time is kit.clock's", naive_now),
    Rule("no form goes without its token", calls("csrf_exempt")),
    Rule("no view goes without its token", lambda node: isinstance(node, ast.Name) and node.id == "csrf_exempt"),
    Rule("letters leave by the outbox", calls(*LETTERS)),
    Rule("what was sent is not logged", logs_what_was_sent),
    Rule("where a redirect may lead is web/safe_redirects.py's", calls("url_has_allowed_host_and_scheme")),
    Rule("strangers' JSON is read by kit/strangers_json.py", reads_json),
    Rule("an address that came along is taken apart by web/safe_redirects.py", calls("urlsplit", "urlparse")),
    Rule("digits are read by kit/numbers.py", calls("isdigit", "isdecimal", "isnumeric")),
]

EXCEPTIONS: dict[tuple[str, str], str] = {
    ("a pattern is written here", "firstline/people/sessions.py"): "signs of browsers, from the table above it",
    ("no markup is called safe unseen", "firstline/web/accounts/app.py"): "drawn by qrcode from our own text",
    (
        "views come to guarded rows through visible_to",
        "firstline/api/tickets.py",
    ): "the answer to a verb that the caller just did, as it may be shown to him",
    (
        "views come to guarded rows through visible_to",
        "firstline/web/admin/forms/desk.py",
    ): "asks only whether a desk has tickets at all",
    (
        "views come to guarded rows through visible_to",
        "firstline/web/admin/leaving.py",
    ): "counts what somebody has in hand, for administrators who take a seat away",
    (
        "views come to guarded rows through visible_to",
        "firstline/web/portal/talk.py",
    ): "the files of messages that were cut by visible_to",
    (
        "views come to guarded rows through visible_to",
        "firstline/web/workspace/conversation.py",
    ): "events and files of a ticket that the reader works on",
    ("no markup is called safe unseen", "firstline/notices/template_context.py"): "comes out of kit.html",
    (
        "no markup is called safe unseen",
        "firstline/web/jinja.py",
    ): "the icons of the package, and a format that escapes",
    ("no markup is called safe unseen", "firstline/web/portal/talk.py"): "comes out of kit.html",
    ("no markup is called safe unseen", "firstline/web/workspace/filters.py"): "drawn by our own template",
    (
        "no markup is called safe unseen",
        "firstline/web/render_cache.py",
    ): "our own sentences; what is put in is escaped",
    ("no markup is called safe unseen", "firstline/web/workspace/conversation.py"): "comes out of kit.html",
    ("no markup is called safe unseen", "firstline/web/workspace/readers.py"): "comes out of kit.html",
    (
        "views come to guarded rows through visible_to",
        "firstline/web/workspace/readers.py",
    ): "the number of the last message of tickets on which the reader works",
    (
        "no view goes without its token",
        "firstline/web/letters_off.py",
    ): "mail programs post there by RFC 8058; the signed link is the token",
    ("letters leave by the outbox", "firstline/channels/email/sender.py"): "what the outbox sends with",
    ("letters leave by the outbox", "firstline/channels/email/writing.py"): "what the outbox sends",
    (
        "letters leave by the outbox",
        "firstline/web/demo/mailclient.py",
    ): "the demo's answers come in, they do not leave",
    ("the time is kit.clock's", "firstline/kit/clock.py"): "the clock itself",
    ("the time is kit.clock's", "firstline/cli/checkup/database.py"): "compares the two machines' own clocks",
    ("the time is kit.clock's", "firstline/web/demo/mailclient.py"): "the date that a letter claims",
    ("a pattern is written here", "firstline/channels/email/mime.py"): "the letter's own boundary, escaped",
    ("a pattern is written here", "firstline/kit/attributions.py"): "put together of the tables above it",
    (
        "a pattern is written here",
        "firstline/kit/conditions/patterns.py",
    ): "its pieces are escaped, and never tried twice",
    ("a pattern is written here", "firstline/kit/signatures.py"): "put together of the tables above it",
    ("a pattern is written here", "firstline/channels/email/absences.py"): "put together of the tables above it",
    ("a pattern is written here", "firstline/channels/email/bouncewords.py"): "put together of the tables above it",
    ("a pattern is written here", "firstline/web/workspace/mentions.py"): "names of colleagues, escaped",
    (
        "where a redirect may lead is web/safe_redirects.py's",
        "firstline/web/safe_redirects.py",
    ): "the rule itself stands there",
    ("strangers' JSON is read by kit/strangers_json.py", "firstline/kit/strangers_json.py"): "the very reading of it",
    ("strangers' JSON is read by kit/strangers_json.py", "firstline/kit/frames.py"): "what our own processes say",
    (
        "strangers' JSON is read by kit/strangers_json.py",
        "firstline/kit/job_batching.py",
    ): "our own jobs in the database",
    ("strangers' JSON is read by kit/strangers_json.py", "firstline/cli/demo.py"): "a note that the demo wrote itself",
    (
        "an address that came along is taken apart by web/safe_redirects.py",
        "firstline/web/safe_redirects.py",
    ): "the very reading of it",
    (
        "an address that came along is taken apart by web/safe_redirects.py",
        "firstline/kit/url_policy.py",
    ): "refuses what is no address",
    (
        "an address that came along is taken apart by web/safe_redirects.py",
        "firstline/web/demo_doors.py",
    ): "our own, as it is set",
    (
        "an address that came along is taken apart by web/safe_redirects.py",
        "firstline/settings.py",
    ): "our own, as it is set",
    (
        "an address that came along is taken apart by web/safe_redirects.py",
        "firstline/cli/checkup/setup.py",
    ): "our own, as it is set",
    (
        "an address that came along is taken apart by web/safe_redirects.py",
        "firstline/cli/checkup/mail.py",
    ): "our own, as it is set",
    (
        "an address that came along is taken apart by web/safe_redirects.py",
        "firstline/channels/email/routes.py",
    ): "set by whoever runs it",
    ("digits are read by kit/numbers.py", "firstline/kit/numbers.py"): "the very reading of them",
    ("digits are read by kit/numbers.py", "firstline/web/bodies.py"): "of bytes, where only ASCII digits are any",
    ("digits are read by kit/numbers.py", "firstline/web/framing.py"): "of bytes, where only ASCII digits are any",
    ("digits are read by kit/numbers.py", "firstline/kit/mailtext.py"): "whether a line has a digit at all",
    ("digits are read by kit/numbers.py", "firstline/people/factors.py"): "whether a host ends in a port; never read",
    ("only kit/http.py asks other servers", "firstline/cli/serve.py"): "asks the server that it has just started",
}


def test_nothing_banned_is_written_but_what_is_listed_with_its_reason() -> None:
    seen = list(sightings())
    found = {(rule.name, path) for rule, path, _line in seen}
    unlisted = [f"{path}:{line} {rule.name}" for rule, path, line in seen if (rule.name, path) not in EXCEPTIONS]
    assert unlisted == []
    assert EXCEPTIONS.keys() - found == set()
    assert all(len(reason) > 15 for reason in EXCEPTIONS.values())


def test_templates_call_nothing_safe_and_autoescape_is_never_off() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in (ROOT / "firstline").rglob("*.html")
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if any(banned in line for banned in ("|safe", "| safe", "autoescape false", "autoescape off"))
    ]
    assert found == []


def sightings() -> Iterator[tuple[Rule, str, int]]:
    for path, nodes in trees().items():
        rules = [rule for rule in RULES if path.startswith(rule.where)]
        for node in nodes:
            if isinstance(node, LOOKED_AT):
                yield from ((rule, path, getattr(node, "lineno", 0)) for rule in rules if rule.finds(node))
