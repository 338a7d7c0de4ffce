"""A call sent again with the same Idempotency-Key changes nothing and gets the first answer."""

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _
from ninja import Schema, Status
from ninja.errors import HttpError

from firstline.api.access import Call
from firstline.api.models import Answer
from firstline.kit import clock, failpoints

View = Callable[..., Any]


def idempotent(view: View) -> View:
    """Keep the answer in the same transaction as the change. A call that runs at the same time waits for the first."""

    @wraps(view)
    def once(request: Call, *args: Any, **kwargs: Any) -> Any:
        key = request.headers.get("Idempotency-Key", "")
        if not key:  # a call is one verb, and that is a transaction by itself
            return view(request, *args, **kwargs)
        if len(key) > 200:
            raise HttpError(400, _("An Idempotency-Key has at most 200 characters."))
        told = hashlib.sha256(
            b"\0".join([(request.method or "").encode(), request.path.encode(), request.body])
        ).hexdigest()
        with transaction.atomic():
            kept = _keep_place(request.token.pk, key, told)
            if kept is None:
                return _again(request, key, told)
            given = view(request, *args, **kwargs)
            body = given.value.model_dump(mode="json") if isinstance(given.value, Schema) else given.value
            Answer.objects.filter(pk=kept).update(status=given.status_code, body=body)
            failpoints.reach("call.done")
        failpoints.reach("call.committed")
        return given

    return once


def _keep_place(token: int, key: str, told: str) -> int | None:
    """The id of a new answer; None if this key has one. Waits while another call with the key is under way."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO api_answer (token_id, key, request, status, body, created_at) VALUES (%s, %s, %s, 0, '{}', %s)"
            " ON CONFLICT (token_id, key) DO NOTHING RETURNING id",
            [token, key, told, clock.now()],
        )
        row = cursor.fetchone()
    return row[0] if row else None


def _again(request: Call, key: str, told: str) -> Status:
    answer = Answer.objects.get(token=request.token, key=key)
    if answer.request != told:
        raise HttpError(422, _("This Idempotency-Key was already used for another call."))
    return Status(answer.status, answer.body)
