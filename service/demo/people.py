"""Managers and their posts: a leaver with a successor, a newcomer to another branch in mid-quarter."""

from datetime import date
from random import Random

from core.periods import FOREVER
from service.demo.invention import Post
from service.demo.plan import BankPlan, BranchPlan
from service.demo.words import person_name

SINCE = date(2024, 1, 1)
LEFT = date(2026, 8, 16)
MOVED = date(2026, 9, 1)
LEVELS = ("junior", "mid", "senior")


def invent_posts(plan: BankPlan, chance: Random) -> list[Post]:
    """Posts of all managers. The last manager of the last branch is the successor of the one before him.

    The first manager of the third last branch moves to the second last on MOVED.
    """
    posts = [
        _post(plan, branch, number, chance) for branch in plan.branches for number in range(1, branch.managers + 1)
    ]
    successor, leaver = posts[-1], posts[-2]
    posts[-2] = _dated(leaver, leaver.first, LEFT)
    posts[-1] = _dated(successor, LEFT, FOREVER)
    mover = next(post for post in posts if post.branch == plan.branches[-3].branch)
    posts[posts.index(mover)] = _dated(mover, mover.first, MOVED)
    posts.append(_moved(mover, plan.branches[-2].branch))
    return posts


def leaver_and_successor(posts: list[Post]) -> tuple[str, str]:
    """Who hands over all his customers on LEFT, and to whom."""
    left = next(post.manager for post in posts if post.until == LEFT)
    return left, next(post.manager for post in posts if post.first == LEFT)


def _post(plan: BankPlan, branch: BranchPlan, number: int, chance: Random) -> Post:
    digits = branch.branch[1:]
    position = "chief" if branch.kind != "sub_branch" else "manager"
    level = "senior" if position == "chief" else chance.choice(LEVELS)
    code = f"{plan.manager_letter}{digits}{number:02}"
    return Post(code, person_name(chance), branch.branch, SINCE, FOREVER, position, level)


def _dated(post: Post, first: date, until: date) -> Post:
    return Post(post.manager, post.name, post.branch, first, until, post.position, post.level)


def _moved(post: Post, branch: str) -> Post:
    return Post(post.manager, post.name, branch, MOVED, FOREVER, post.position, post.level)
