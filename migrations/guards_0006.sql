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

CREATE FUNCTION bank.sheet_line(l bank.score_lines) RETURNS text LANGUAGE sql STABLE
  SET search_path = pg_catalog, pg_temp AS $$
  SELECT concat_ws(E'\x1f',
    to_json(l.indicator::text)::text, to_json(l.section::text)::text, coalesce(to_json(l.rule::text)::text, 'null'),
    coalesce('"' || l.value_e6 * 0.000001 || '"', 'null'), coalesce('"' || l.target || '"', 'null'),
    coalesce('"' || l.completion_e6 * 0.000001 || '"', 'null'), '"' || l.base_e4 * 0.0001 || '"',
    '"' || l.points_e4 * 0.0001 || '"', coalesce(to_json(l.not_applicable::text)::text, 'null'))
$$;

CREATE FUNCTION bank.lines_make_sheets() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO bank.score_sheets AS s (run, manager, lines)
  SELECT a.run, a.manager, string_agg(bank.sheet_line(a), E'\x1f' ORDER BY a.line) FROM added a GROUP BY a.run, a.manager
  ON CONFLICT (bank_id, run, manager) DO UPDATE SET lines =
    (SELECT string_agg(bank.sheet_line(l), E'\x1f' ORDER BY l.line) FROM bank.score_lines l
     WHERE l.run = s.run AND l.manager = s.manager);
  RETURN NULL;
END $$;
CREATE TRIGGER score_lines_make_sheets AFTER INSERT ON bank.score_lines REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION bank.lines_make_sheets();

CREATE FUNCTION bank.sheets_are_made() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF pg_trigger_depth() < 2 THEN
    RAISE EXCEPTION 'the sheet of a scorecard is made of its lines and stays as it is' USING ERRCODE = 'MG004';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER score_sheets_are_made BEFORE INSERT OR UPDATE OR DELETE ON bank.score_sheets
  FOR EACH STATEMENT EXECUTE FUNCTION bank.sheets_are_made();

CREATE FUNCTION bank.registers_tell() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  -- The same words again in one transaction are said once: a thousand managers are one notice.
  PERFORM pg_notify('meritgraph_registers', coalesce(NEW.bank_id, OLD.bank_id)::text);
  RETURN NULL;
END $$;
CREATE TRIGGER managers_tell AFTER INSERT OR UPDATE OR DELETE ON bank.managers
  FOR EACH ROW EXECUTE FUNCTION bank.registers_tell();
CREATE TRIGGER postings_tell AFTER INSERT OR UPDATE OR DELETE ON bank.postings
  FOR EACH ROW EXECUTE FUNCTION bank.registers_tell();
CREATE TRIGGER branches_tell AFTER INSERT OR UPDATE OR DELETE ON bank.branches
  FOR EACH ROW EXECUTE FUNCTION bank.registers_tell();
CREATE TRIGGER plugins_tell AFTER INSERT OR UPDATE OR DELETE ON bank.plugins
  FOR EACH ROW EXECUTE FUNCTION bank.registers_tell();
CREATE TRIGGER documents_tell AFTER INSERT OR UPDATE OR DELETE ON bank.documents
  FOR EACH ROW EXECUTE FUNCTION bank.registers_tell();
