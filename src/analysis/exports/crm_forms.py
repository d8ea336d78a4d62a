"""How each CRM wants a file that goes back into it.

Sources: Salesforce Data Loader guide (upsert: field API names, one external-id column or Id);
HubSpot knowledge base, "Import objects" (Record ID, or a property with unique values); Zoho CRM
API, upsert (``id`` or duplicate-check fields); open.fxiaoke.com, update of objects (``_id``; names
of own fields end in ``__c``). All four take UTF-8 with a byte-order mark and ISO dates.
"""

from dataclasses import dataclass

FACTS = {
    "segment": "Segment",
    "tier": "Tier",
    "risk": "Risk",
    "clv": "CLV",
    "as_of": "As_Of",
    "run": "Run",
}
"""What a file says about each customer, after the key, and how fields with capitals spell it."""


@dataclass(frozen=True)
class Form:
    """The columns of one CRM's file.

    Attributes
    ----------
    key : str
        The column by which the CRM finds its record; ``exports.key_columns`` names another one.
    pattern : str
        How the CRM calls a field of the company's own; ``{name}`` is a fact's name.
    """

    key: str
    pattern: str

    def columns(self, key: str | None = None) -> dict[str, str]:
        """The file's header by what stands below it, in its order."""
        facts = {name: self.pattern.format(name=name, title=title) for name, title in FACTS.items()}
        return {"customer_id": key or self.key} | facts


FORMS: dict[str, Form] = {
    "salesforce": Form("Id", "Review_{title}__c"),
    "hubspot": Form("Record ID", "review_{name}"),
    "zoho": Form("id", "Review_{title}"),
    "fxiaoke": Form("_id", "review_{name}__c"),
}
