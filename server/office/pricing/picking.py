"""What the forms' pickers ask for while one types: ids with their names, as JSON.

Nothing but names is told, and only to whoever may see the rules.
"""

from __future__ import annotations

from typing import Final

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, JsonResponse
from django.views.decorators.http import require_GET

from server.catalogue.models import Category, Product
from server.office.pricing.around import SEE, check
from server.office.pricing.fields import latin
from server.pricing.models import CustomerGroup
from server.stores.models import Store

FOUND_MAX: Final = 30
NAMED_MAX: Final = 500
_NAMED: Final = {  # by kind: the rows, their id, the columns that are searched
    "sku": (Product, "sku", ("sku__startswith", "name_fa__icontains", "packs__gtin__contains")),
    "category": (Category, "category_id", ("category_id__icontains", "name_fa__icontains")),
    "store": (Store, "store_id", ("store_id__icontains", "name_fa__icontains")),
    "group": (CustomerGroup, "group_id", ("group_id__icontains", "name_fa__icontains")),
}
_WORDS: Final = {"brand": "brand_fa", "supplier": "supplier"}


@require_GET
def pick(request: HttpRequest) -> JsonResponse:
    """Give what fits ``q``, or the names of ``id`` (several), of a kind."""
    check(request, SEE)
    kind, text = request.GET.get("kind", ""), latin(request.GET.get("q", "")[:100])
    ids = request.GET.getlist("id")[:NAMED_MAX]
    if kind in _WORDS:
        found = [{"id": word, "name": ""} for word in _words(_WORDS[kind], text)]
    elif kind in _NAMED:
        found = _rows(kind, text, ids)
    else:
        raise Http404
    return JsonResponse({"found": found})


def _rows(kind: str, text: str, ids: list[str]) -> list[dict[str, str]]:
    model, key, columns = _NAMED[kind]
    rows: QuerySet[Product | Category | Store | CustomerGroup] = model.objects.all()  # type: ignore[attr-defined]
    if ids:
        rows = rows.filter(**{f"{key}__in": ids})
    else:
        fits = Q()
        for column in columns:
            fits |= Q(**{column: text})
        rows = rows.filter(fits)
    order = ("-popularity", "sku") if kind == "sku" else (key,)
    limit = NAMED_MAX if ids else FOUND_MAX
    pairs = rows.order_by(*order).values_list(key, "name_fa").distinct()[: limit * 2]
    return [{"id": each, "name": name} for each, name in dict(pairs).items()][:limit]


def _words(column: str, text: str) -> list[str]:
    rows = Product.objects.exclude(**{column: ""}).filter(**{f"{column}__icontains": text})
    return list(rows.order_by(column).values_list(column, flat=True).distinct()[:FOUND_MAX])
