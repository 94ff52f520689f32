"""The demonstration: two banks settled, delivered, assessed, shown."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncEngine

from core.errors import NotFound
from core.session import Bank
from service.demo.plan import BANKS, PERIOD, TODAY, BankPlan
from service.following import finish_here
from service.house import House
from service.leaderboard import Place, read_leaderboard
from tenants.binding import Door
from tenants.registry import bank_of, bank_row
