"""Exports of four CRMs as they look, and what the contract makes of them.

``<crm>/labels`` holds what users export from lists and reports, ``<crm>/api`` what the API or a
data loader writes. Both tell the same.
"""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

FOLDER = Path(__file__).parent
EXPORTS = sorted((path.parts[-3], path.parts[-2], path.stem) for path in FOLDER.glob("*/*/*.csv"))

_LANTERN, _HARBOUR = "0012v00002xYzABAA0", "0012v00002xYzAbAAK"  # differ in capitals alone
_NAMES = ("Lantern Tea, Shanghai", "Harbour Hotels")


def _customers(ids: tuple[str, str], **columns: tuple[object, object]) -> list[dict[str, object]]:
    shared = {
        "customer_id": ids,
        "name": _NAMES,
        "owner": ("Lin Wei", "Mei Chen"),
        "region": ("Shanghai", "Guangdong"),
        "created_at": (date(2024, 3, 5), date(2025, 11, 20)),
    }
    return _rows(shared | columns)


def _deals(
    deals: tuple[str, str, str], customers: tuple[str, str], stages: tuple[str, str, str], **columns
) -> list[dict[str, object]]:
    shared = {
        "opportunity_id": deals,
        "customer_id": (customers[0], customers[1], customers[1]),
        "stage": stages,
        "amount": (Decimal(12000), Decimal(8000), Decimal(5000)),
        "created_at": (date(2026, 5, 4), date(2026, 5, 20), date(2026, 9, 1)),
        "closed_at": (date(2026, 7, 10), date(2026, 8, 1), date(2026, 10, 31)),
        "is_won": (True, False, None),
    }
    return _rows(shared | columns)


def _complaints(ids: tuple[str, ...], customers: tuple[str, ...], **columns):
    shared = {
        "complaint_id": ids,
        "customer_id": customers,
        "opened_at": (datetime(2026, 7, 3, 9, 15), datetime(2026, 9, 20, 11)),
        "status": ("Closed", "New"),
        "severity": ("High", "Medium"),
    }
    return _rows(shared | columns)[: len(ids)]


def _rows(columns: dict[str, tuple[object, ...]]) -> list[dict[str, object]]:
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=False)]


_SALESFORCE = (_LANTERN, _HARBOUR)
_HUBSPOT = ("9001234567", "9001234568")
_ZOHO = ("5563000000100001", "5563000000100002")
_FXIAOKE = ("65a1f0c2e4b0a10001c3d101", "65a1f0c2e4b0a10001c3d102")
_CLOSED = (datetime(2026, 7, 4, 16), None)

EXPECTED: dict[tuple[str, str], list[dict[str, object]]] = {
    ("salesforce", "customers"): _customers(
        _SALESFORCE, consent_marketing=(True, False), parent_id=(None, _LANTERN)
    ),
    ("salesforce", "transactions"): _rows(
        {
            "order_id": ("00000101", "00000101", "00000102"),
            "customer_id": (_LANTERN, _LANTERN, _HARBOUR),
            "order_date": (date(2026, 7, 2), date(2026, 7, 2), date(2026, 8, 15)),
            "amount": (Decimal(360), Decimal("240.5"), Decimal(58)),
            "quantity": (Decimal(2), Decimal(1), Decimal(1)),
            "product": ("Aged white tea", "Gaiwan set", "Bamboo tray"),
        }
    ),
    ("salesforce", "opportunities"): _deals(
        ("0062v00001AbCdEAAV", "0062v00001AbCdFAAV", "0062v00001AbCdGAAV"),
        _SALESFORCE,
        ("Closed Won", "Closed Lost", "Proposal/Price Quote"),
        probability=(1.0, 0.0, 0.75),
    ),
    ("salesforce", "complaints"): _complaints(
        ("00001026", "00001027"), _SALESFORCE, closed_at=_CLOSED
    ),
    ("salesforce", "follow_ups"): _rows(
        {"customer_id": (_LANTERN,), "date": (date(2026, 7, 20),), "outcome": ("Completed",)}
    ),
    ("salesforce_won", "transactions"): _rows(
        {
            "order_id": ("0062v00001AbCdEAAV",),
            "customer_id": (_LANTERN,),
            "order_date": (date(2026, 7, 10),),
            "amount": (Decimal(12000),),
            "channel": ("Web",),
        }
    ),
    ("hubspot", "customers"): _customers(_HUBSPOT, industry=("RETAIL", "HOSPITALITY")),
    ("hubspot", "transactions"): _rows(
        {
            "order_id": ("7100001",),
            "customer_id": ("9001234567",),
            "order_date": (date(2026, 7, 10),),
            "amount": (Decimal("12000.5"),),
        }
    ),
    ("hubspot", "opportunities"): _deals(
        ("7100001", "7100002", "7100003"),
        _HUBSPOT,
        ("Won", "Lost", "Qualified"),  # the portal's stages, named beside the preset
        amount=(Decimal("12000.5"), Decimal(8000), Decimal(5000)),
        probability=(1.0, 0.0, 0.4),
    ),
    ("hubspot", "complaints"): _complaints(
        ("55001", "55002"),
        _HUBSPOT,
        first_response_at=(datetime(2026, 7, 3, 10), None),
        closed_at=_CLOSED,
        category=("Product issue", "Billing issue"),
    ),
    ("hubspot", "follow_ups"): _rows(
        {"customer_id": ("9001234567",), "date": (date(2026, 7, 20),), "outcome": ("Connected",)}
    ),
    ("zoho", "customers"): _customers(_ZOHO, parent_id=(None, _ZOHO[0])),
    ("zoho", "transactions"): _rows(
        {
            "order_id": ("INV-0101", "INV-0102"),
            "customer_id": _ZOHO,
            "order_date": (date(2026, 7, 2), date(2026, 8, 15)),
            "amount": (Decimal("600.5"), Decimal(58)),
        }
    ),
    ("zoho", "opportunities"): _deals(
        ("5563000000200001", "5563000000200002", "5563000000200003"),
        _ZOHO,
        ("Closed Won", "Closed-Lost to Competition", "Needs Analysis"),
        probability=(1.0, 0.0, 0.4),
    ),
    ("zoho", "complaints"): _complaints(("Case-0026",), _ZOHO, category=("Product issue", "")),
    ("zoho", "receivables"): _rows(
        {
            "invoice_id": ("INV-0101",),
            "customer_id": (_ZOHO[0],),
            "issued_at": (date(2026, 7, 2),),
            "due_at": (date(2026, 8, 1),),
            "amount": (Decimal("678.57"),),
        }
    ),
    ("zoho", "follow_ups"): _rows(
        {"customer_id": (_ZOHO[0],), "date": (date(2026, 7, 20),), "outcome": ("Interested",)}
    ),
    ("fxiaoke", "customers"): _customers(
        _FXIAOKE,
        name=("灯笼茶（上海）", "海港酒店"),
        owner=("林薇", "陈梅"),
        region=("上海", "广东"),
        parent_id=(None, _FXIAOKE[0]),
    ),
    ("fxiaoke", "transactions"): _rows(
        {
            "order_id": ("65b2f0c2e4b0a10001c3d201", "65b2f0c2e4b0a10001c3d202"),
            "customer_id": _FXIAOKE,
            "order_date": (date(2026, 7, 2), date(2026, 8, 15)),
            "amount": (Decimal("600.5"), Decimal(58)),
        }
    ),
    ("fxiaoke", "opportunities"): _deals(
        ("65c3f0c2e4b0a10001c3d301", "65c3f0c2e4b0a10001c3d302", "65c3f0c2e4b0a10001c3d303"),
        _FXIAOKE,
        ("赢单", "输单", "方案报价"),
        probability=(1.0, 0.0, 0.4),
    ),
    ("fxiaoke", "receivables"): _rows(
        {
            "invoice_id": ("65d4f0c2e4b0a10001c3d401",),
            "customer_id": (_FXIAOKE[0],),
            "issued_at": (date(2026, 7, 2),),
            "due_at": (date(2026, 8, 1),),
            "amount": (Decimal("600.5"),),
            "paid_amount": (Decimal(100),),
        }
    ),
    ("fxiaoke", "follow_ups"): _rows(
        {
            "customer_id": (_FXIAOKE[0],),
            "date": (date(2026, 7, 20),),
            "owner": ("林薇",),
            "next_due": (date(2026, 10, 12),),
        }
    ),
}
