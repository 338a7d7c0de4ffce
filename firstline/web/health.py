"""For whoever watches the process: /healthz says that it lives, /readyz that it can serve."""

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse

_is_migrated = False


def alive(request: HttpRequest) -> HttpResponse:
    """200 as long as the process answers at all; it asks nothing of the database."""
    return HttpResponse("ok\n", content_type="text/plain")


def ready(request: HttpRequest) -> HttpResponse:
    """200 when the database answers and has every migration, else 503 and what is missing.

    Whether a worker lives is said too, but does not count: pages can be served without one.
    """
    try:
        missing = _missing()
    except DatabaseError:
        missing = "the database does not answer"
    said = missing or ("ok" if _has_worker() else "ok, but no worker runs")
    return HttpResponse(f"{said}\n", content_type="text/plain", status=503 if missing else 200)


def _missing() -> str:
    global _is_migrated
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    if not _is_migrated:
        executor = MigrationExecutor(connection)
        if plan := executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return f"{len(plan)} migrations are not applied"
        _is_migrated = True
    return ""


def _has_worker() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM procrastinate_workers WHERE last_heartbeat > now() - interval '1 minute')"
        )
        return bool(cursor.fetchone()[0])
