"""What tests of sellers, orders and evidence begin with: a household, its people and its rows."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from django.test import Client

from cases.models import Case
from households.models import Household, Membership, Role, User
from orders.models import Order
from sellers.models import Seller

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


@dataclass
class Home:
    """A household with its owner; `client` is signed in as that owner."""

    household: Household
    owner: Membership

    @cached_property
    def client(self) -> Client:
        return signed_in(self.owner)

    def path(self, rest: str = "") -> str:
        return f"/h/{self.household.public_id}/{rest}"

    def member(self, name: str, role: str = Role.ADULT) -> tuple[Membership, Client]:
        user = User.objects.create_user(f"{name.lower()}@{self.household.slug}.test", name=name)
        member = Membership.objects.create(
            household=self.household, user=user, role=role, joined_at=NOW
        )
        return member, signed_in(member)


def signed_in(member: Membership) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


def make_home(slug: str = "home") -> Home:
    household = Household.objects.create(slug=slug, name=slug.title(), created_at=NOW)
    user = User.objects.create_user(f"owner@{slug}.test", name="Olga")
    owner = Membership.objects.create(
        household=household, user=user, role=Role.OWNER, joined_at=NOW
    )
    return Home(household, owner)


def make_seller(home: Home, **fields: object) -> Seller:
    fields.setdefault("name", "Lantern Tools Store")
    return Seller.objects.create(household=home.household, created_at=NOW, **fields)


def make_order(home: Home, **fields: object) -> Order:
    fields.setdefault("number", "3069099405659913")
    return Order.objects.create(household=home.household, created_at=NOW, **fields)


def make_case(home: Home, seller: Seller, **fields: object) -> Case:
    fields.setdefault("title", "Lamp is broken")
    fields.setdefault("issue", "damaged")
    return Case.objects.create(
        household=home.household, seller=seller, opened_at=NOW, stage_since=NOW, **fields
    )
