"""Who may do what, as data: the vocabulary, and the permissions every role has out of the box.

Plugins add lines about their own things. Nobody else's lines are widened by enabling a plugin.
"""

from collections.abc import Iterator

from core.errors import PluginError
from core.people.roles import ROLES
from core.plugins.hooks import PolicyLine
from core.plugins.host import Catalogue
from tenants.permissions import Scope

VOCABULARY = {
    "arrival:read": "files that came in, and what became of them",
    "audit:read": "the audit trail",
    "bank:read": "the bank's own settings",
    "bank:set": "change the bank's settings",
    "branch:read": "the tree of branches",
    "branch:set": "change the tree of branches",
    "customer:read": "customers' codes and names",
    "customer:set": "change customers' codes and names",
    "delivery.rows:read": "rows that were set aside as wrong, as they were sent",
    "delivery:correct": "correct facts of a period that is closed",
    "delivery:import": "hand in a delivery of facts",
    "delivery:read": "deliveries and what was found in them",
    "document:read": "which documents are answered by their id",
    "document:register": "let documents be answered by their id, and end it",
    "entry:approve": "decide on facts somebody else entered by hand",
    "entry:make": "enter facts by hand that no system has",
    "entry:read": "facts entered by hand",
    "evidence:read": "the rows behind a value: customers, accounts, amounts",
    "feed:read": "which files are expected, and when",
    "feed:set": "say which files are expected, and how they are read",
    "indicator:read": "the indicators the bank can measure",
    "manager:read": "managers and their posts",
    "manager:set": "change managers and their posts",
    "person:read": "people who log in and their roles",
    "person:set": "add people, give and take roles",
    "plugin:disable": "disable a plugin",
    "plugin:enable": "enable a plugin",
    "plugin:read": "which plugins are enabled",
    "run.findings:read": "what a run found wrong",
    "run:cancel": "cancel a run that has not ended",
    "run:override": "start a run in spite of missing, late or unbalanced facts",
    "run:publish": "publish a run somebody else asked for",
    "run:read": "runs, their state and hashes",
    "run:replay": "recompute a run and compare its hashes",
    "run:start": "start a run",
    "schema:introspect": "ask the API for its schema (introspection)",
    "scheme:approve": "approve a scheme somebody else made",
    "scheme:read": "schemes and their versions",
    "scheme:save": "save a new version of a scheme",
    "scheme:submit": "submit a draft for approval",
    "scorecard.pay:read": "pay on a scorecard",
    "scorecard:read": "scorecards: points, rank, grade, lines",
    "share:read": "who holds which customer",
    "share:set": "change who holds which customer",
    "target:read": "agreed targets",
    "target:set": "change targets",
}
"""Every permission of core, in alphabetical order, with what it opens."""

_TABLE = """
administrator    arrival:read       bank
administrator    bank:read          bank
administrator    bank:set           bank
administrator    branch:read        bank
administrator    branch:set         bank
administrator    customer:read      bank
administrator    customer:set       bank
administrator    delivery:read      bank
administrator    document:read      bank
administrator    document:register  bank
administrator    entry:read         bank
administrator    feed:read          bank
administrator    feed:set           bank
administrator    indicator:read     bank
administrator    manager:read       bank
administrator    manager:set        bank
administrator    person:read        bank
administrator    person:set         bank
administrator    plugin:disable     bank
administrator    plugin:enable      bank
administrator    plugin:read        bank
administrator    schema:introspect  bank
administrator    share:read         bank
administrator    share:set          bank
administrator    target:read        bank
administrator    target:set         bank
approver         bank:read          bank
approver         branch:read        bank
approver         delivery:read      bank
approver         entry:approve      bank
approver         entry:read         bank
approver         indicator:read     bank
approver         manager:read       bank
approver         plugin:read        bank
approver         run.findings:read  bank
approver         run:publish        bank
approver         run:read           bank
approver         schema:introspect  bank
approver         scheme:approve     bank
approver         scheme:read        bank
approver         scorecard.pay:read bank
approver         scorecard:read     bank
approver         target:read        bank
assessor         arrival:read       bank
assessor         bank:read          bank
assessor         branch:read        bank
assessor         customer:read      bank
assessor         delivery:read      bank
assessor         entry:read         bank
assessor         evidence:read      bank
assessor         feed:read          bank
assessor         indicator:read     bank
assessor         manager:read       bank
assessor         plugin:read        bank
assessor         run.findings:read  bank
assessor         run:cancel         bank
assessor         run:override       bank
assessor         run:read           bank
assessor         run:replay         bank
assessor         run:start          bank
assessor         schema:introspect  bank
assessor         scheme:read        bank
assessor         scorecard.pay:read bank
assessor         scorecard:read     bank
assessor         share:read         bank
assessor         target:read        bank
auditor          *:read             bank
auditor          schema:introspect  bank
branch_head      bank:read          bank
branch_head      branch:read        bank
branch_head      customer:read      branch
branch_head      evidence:read      branch
branch_head      indicator:read     bank
branch_head      manager:read       branch
branch_head      plugin:read        bank
branch_head      run.findings:read  branch
branch_head      run:read           bank
branch_head      scheme:read        bank
branch_head      scorecard.pay:read branch
branch_head      scorecard:read     branch
branch_head      share:read         branch
branch_head      target:read        branch
data_steward     arrival:read       bank
data_steward     bank:read          bank
data_steward     branch:read        bank
data_steward     customer:read      bank
data_steward     delivery.rows:read bank
data_steward     delivery:correct   bank
data_steward     delivery:import    bank
data_steward     delivery:read      bank
data_steward     entry:approve      bank
data_steward     entry:make         bank
data_steward     entry:read         bank
data_steward     feed:read          bank
data_steward     feed:set           bank
data_steward     indicator:read     bank
data_steward     plugin:read        bank
data_steward     run:read           bank
data_steward     schema:introspect  bank
manager          bank:read          bank
manager          branch:read        bank
manager          customer:read      own
manager          evidence:read      own
manager          indicator:read     bank
manager          manager:read       own
manager          plugin:read        bank
manager          run.findings:read  own
manager          run:read           bank
manager          scheme:read        bank
manager          scorecard.pay:read own
manager          scorecard:read     own
manager          share:read         own
manager          target:read        own
risk_officer     bank:read          bank
risk_officer     branch:read        bank
risk_officer     customer:read      bank
risk_officer     delivery:read      bank
risk_officer     entry:approve      bank
risk_officer     entry:make         bank
risk_officer     entry:read         bank
risk_officer     evidence:read      bank
risk_officer     feed:read          bank
risk_officer     indicator:read     bank
risk_officer     manager:read       bank
risk_officer     plugin:read        bank
risk_officer     run.findings:read  bank
risk_officer     run:read           bank
risk_officer     schema:introspect  bank
risk_officer     scheme:read        bank
risk_officer     scorecard:read     bank
risk_officer     share:read         bank
risk_officer     target:read        bank
scheme_designer  bank:read          bank
scheme_designer  branch:read        bank
scheme_designer  indicator:read     bank
scheme_designer  manager:read       bank
scheme_designer  plugin:read        bank
scheme_designer  run.findings:read  bank
scheme_designer  run:read           bank
scheme_designer  schema:introspect  bank
scheme_designer  scheme:read        bank
scheme_designer  scheme:save        bank
scheme_designer  scheme:submit      bank
scheme_designer  scorecard:read     bank
scheme_designer  target:read        bank
"""

DEFAULT_POLICY = tuple(PolicyLine(*line.split()) for line in _TABLE.strip().splitlines())
"""role, permission, scope. The auditor reads everything of the bank, the API's schema too, and writes nothing.

Who builds front ends and asks freely may ask for the schema; managers and branch heads use what was built for them.
"""


def policy_of(catalogue: Catalogue) -> tuple[PolicyLine, ...]:
    """The lines that hold in a bank with this catalogue. PLUGIN_INVALID where a plugin reaches beyond its own."""
    return (*DEFAULT_POLICY, *_of_plugins(catalogue))


def _of_plugins(catalogue: Catalogue) -> Iterator[PolicyLine]:
    for code, plugin in catalogue.plugins.items():
        for line in plugin.policy_lines:
            if (fault := _fault(code, line)) is not None:
                raise PluginError(f"Plugin {code}: a policy line {fault}.", code="PLUGIN_INVALID", plugin=code)
            yield line


def _fault(plugin: str, line: PolicyLine) -> str | None:
    resource, colon, action = line.permission.partition(":")
    if line.role not in ROLES:
        return f"names the role {line.role}, which does not exist"
    if line.scope not in {*Scope}:
        return f"names the scope {line.scope}; there are own, team, branch and bank"
    if not colon or "*" in line.permission or resource.partition(".")[0] != plugin:
        return f"is about {line.permission}; a plugin opens only {plugin}.something:action"
    if line.role == "auditor" and action != "read":
        return f"lets auditors {action}; they read and change nothing"
    return None
