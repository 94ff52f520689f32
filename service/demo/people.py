"""Managers and their posts: one leaves in mid-month, one takes a post at another branch."""

from datetime import date
from random import Random

from core.periods import FOREVER
from service.demo.branches import SUB, BranchPlan
from service.demo.invention import Post
from service.demo.plan import BankPlan
from service.demo.stories import STORIES
from service.demo.words import person_name

SINCE = date(2024, 1, 1)
LEVELS = ("junior", "mid", "senior")


def invent_posts(plan: BankPlan, chance: Random) -> list[Post]:
    """Posts of all managers, in the order of their codes and days."""
    stories = STORIES[plan.code]
    posts: list[Post] = []
    for branch in plan.branches:
        for number in range(1, branch.managers + 1):
            post = _post(plan, branch, number, chance)
            if post.manager == stories.hand_over.manager:
                posts.append(_moved(post, post.branch, post.first, stories.hand_over.day))
            elif post.manager == stories.move.manager:
                posts.append(_moved(post, post.branch, post.first, stories.move.day))
                posts.append(_moved(post, stories.move.branch, stories.move.day, FOREVER))
            else:
                posts.append(post)
    return posts


def _post(plan: BankPlan, branch: BranchPlan, number: int, chance: Random) -> Post:
    position = "manager" if branch.kind == SUB else "chief"
    level = "senior" if position == "chief" else chance.choice(LEVELS)
    code = f"{plan.manager_letter}{branch.branch[1:]}{number:02}"
    return Post(code, person_name(chance), branch.branch, SINCE, FOREVER, position, level)


def _moved(post: Post, branch: str, first: date, until: date) -> Post:
    return Post(post.manager, post.name, branch, first, until, post.position, post.level)
