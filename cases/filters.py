"""Which of the household's cases a list shows: read from an address, and written back into one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Self
from urllib.parse import urlencode
from uuid import UUID

from django.utils.translation import gettext as _

from cases.labels import STAGE_LABELS
from cases.models import Case
from cases.querysets import CaseQuerySet
from households.models import Household
from sellers.models import Seller
from sellers.profiles import load_profiles

NOBODY = "nobody"
LONGEST_WORDS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFilter:
    """Every field may be empty, and then leaves nothing out. `member` and `seller` are public ids;
    `member` may be 'nobody'. What is not understood is left empty, as if it had not been said."""

    q: str = ""
    member: str = ""
    seller: str = ""
    market: str = ""
    stage: str = ""

    @classmethod
    def read(cls, given: Mapping[str, str]) -> Self:
        """From the parameters of an address."""
        member = given.get("member", "")
        return cls(
            q=given.get("q", "").replace("\x00", "")[:LONGEST_WORDS].strip(),
            member=member if member == NOBODY else _public_id(member),
            seller=_public_id(given.get("seller", "")),
            market=_one_of(given.get("market", ""), load_profiles()),
            stage=_one_of(given.get("stage", ""), dict(STAGE_LABELS)),
        )

    def __bool__(self) -> bool:
        return any(getattr(self, field.name) for field in fields(self))

    @property
    def query(self) -> str:
        """As in an address, 'member=…&stage=…'; empty when nothing is left out."""
        said = {field.name: getattr(self, field.name) for field in fields(self)}
        return urlencode({name: value for name, value in said.items() if value})

    def apply(self, cases: CaseQuerySet) -> CaseQuerySet:
        """Narrow the household's cases; a member or seller of elsewhere leaves none."""
        if self.member == NOBODY:
            cases = cases.filter(assignee=None)
        elif self.member:
            cases = cases.filter(assignee__public_id=self.member)
        if self.seller:
            cases = cases.filter(seller__public_id=self.seller)
        if self.market:
            cases = cases.filter(seller__marketplace=self.market)
        if self.stage:
            cases = cases.filter(stage=self.stage)
        return cases.matching(self.q)


def _public_id(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        return ""


def _one_of(text: str, known: Iterable[str]) -> str:
    return text if text in set(known) else ""


@dataclass(frozen=True, slots=True)
class Choice:
    """One select of the filter's form."""

    name: str
    label: str
    everything: str
    options: Sequence[tuple[str, str]]
    chosen: str


def choices(household: Household, chosen: CaseFilter) -> list[Choice]:
    """What the household's cases can be narrowed by; two queries at most. A choice of one is none."""
    sellers = (
        Seller.objects.of(household)
        .filter(pk__in=Case.objects.of(household).values("seller_id"))
        .order_by("name")
        .values_list("public_id", "name", "marketplace")
    )
    people = [(str(m.public_id), str(m)) for m in household.people]
    stores = [(str(key), name, market) for key, name, market in sellers]
    used = {market for _id, _name, market in stores}
    markets = [(p.code, p.name) for p in load_profiles().values() if p.code in used]
    stages = [(code, str(label)) for code, label in STAGE_LABELS]
    offered = [
        Choice(
            "member",
            _("In charge"),
            _("whoever is in charge"),
            [*people, (NOBODY, _("nobody"))],
            chosen.member,
        ),
        Choice(
            "seller",
            _("Seller"),
            _("all sellers"),
            [(code, name) for code, name, _m in stores],
            chosen.seller,
        ),
        Choice("market", _("Marketplace"), _("all marketplaces"), markets, chosen.market),
        Choice("stage", _("Stage"), _("all stages"), stages, chosen.stage),
    ]
    return [choice for choice in offered if len(choice.options) > 1 or choice.chosen]
