"""A call that changes something, sent again with the same Idempotency-Key, gets the first answer and changes nothing."""

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Schema
from ninja.errors import HttpError

from firstline.api.models import Answer

View = Callable[..., Any]


def idempotent(view: View) -> View:
    """Keep the answer in the same transaction as the change. A call that runs at the same time waits for the first."""

    @wraps(view)
    def once(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        key = request.headers.get("Idempotency-Key", "")
        if not key:
            with transaction.atomic():
                return view(request, *args, **kwargs)
        if len(key) > 200:
            raise HttpError(400, _("An Idempotency-Key has at most 200 characters."))
        told = hashlib.sha256(b"\0".join([(request.method or "").encode(), request.path.encode(), request.body])).hexdigest()
        with transaction.atomic():
            try:
                with transaction.atomic():
                    answer = Answer.objects.create(token=request.token, key=key, request=told)  # type: ignore[attr-defined]
            except IntegrityError:
                return _again(request, key, told)
            status, body = view(request, *args, **kwargs)
            answer.status = status
            answer.body = body.model_dump(mode="json") if isinstance(body, Schema) else body
            answer.save(update_fields=["status", "body"])
            return status, body

    return once


def _again(request: HttpRequest, key: str, told: str) -> Any:
    answer = Answer.objects.get(token=request.token, key=key)  # type: ignore[attr-defined]
    if answer.request != told:
        raise HttpError(422, _("This Idempotency-Key was already used for another call."))
    return answer.status, answer.body
