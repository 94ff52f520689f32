"""The roles a person can hold in a bank (角色). What each may do is data of `tenants/policy.py`."""

from core.indicators.indicator import Labels

ROLES = {
    "administrator": Labels("Bank administrator", "银行管理员"),
    "approver": Labels("Approver", "审批人"),
    "assessor": Labels("Assessor", "考核员"),
    "auditor": Labels("Auditor", "审计员"),
    "branch_head": Labels("Branch head", "机构负责人"),
    "data_steward": Labels("Data steward", "数据管理员"),
    "manager": Labels("Relationship manager", "客户经理"),
    "risk_officer": Labels("Risk officer", "风险管理员"),
    "scheme_designer": Labels("Scheme designer", "考核办法设计员"),
}
"""In alphabetical order of their codes."""
