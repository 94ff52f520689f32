CREATE FUNCTION bank.enter(which integer, who text)
  RETURNS TABLE (known boolean, manager text, roles text[], branches text[], plugins text[])
  LANGUAGE plpgsql SECURITY INVOKER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM set_config('meritgraph.bank', which::text, true), set_config('meritgraph.person', who, true);
  SELECT true, p.manager INTO known, manager FROM bank.people p WHERE p.person = who AND p.active;
  known := coalesce(known, false);
  SELECT coalesce(array_agg(g.role::text ORDER BY g.role, g.branch), '{}'),
         coalesce(array_agg(g.branch::text ORDER BY g.role, g.branch), '{}')
    INTO roles, branches FROM bank.grants g WHERE known AND g.person = who;
  SELECT coalesce(array_agg(e.plugin::text ORDER BY e.plugin COLLATE "C"), '{}') INTO plugins FROM bank.plugins e;
  RETURN NEXT;
END
$$;
