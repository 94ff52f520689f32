"""The Casbin model: RBAC with domains, a role's permission with a scope. The domain is the bank."""

MODEL = """
[request_definition]
r = sub, dom, obj, act

[policy_definition]
p = sub, dom, obj, act, scope

[role_definition]
g = _, _, _

[policy_effect]
e = some(where (p.eft == allow))

[matchers]
m = r.dom == p.dom && g(r.sub, p.sub, r.dom) && keyMatch(r.obj, p.obj) && (p.act == "*" || r.act == p.act)
"""
