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

CREATE FUNCTION bank.token(word text) RETURNS text LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(to_json(word)::text, 'null')
$$;

CREATE VIEW bank.sheets_of_lines WITH (security_invoker = true) AS
  SELECT l.run, l.manager,
    string_agg(bank.token(l.indicator), E'\x1f' ORDER BY l.line) AS indicator,
    string_agg(bank.token(l.section), E'\x1f' ORDER BY l.line) AS section,
    string_agg(bank.token(l.rule), E'\x1f' ORDER BY l.line) AS rule,
    string_agg(bank.token((l.value_e6 * 0.000001)::text), E'\x1f' ORDER BY l.line) AS value_e6,
    string_agg(bank.token(l.target::text), E'\x1f' ORDER BY l.line) AS target,
    string_agg(bank.token((l.completion_e6 * 0.000001)::text), E'\x1f' ORDER BY l.line) AS completion_e6,
    string_agg(bank.token((l.base_e4 * 0.0001)::text), E'\x1f' ORDER BY l.line) AS base_e4,
    string_agg(bank.token((l.points_e4 * 0.0001)::text), E'\x1f' ORDER BY l.line) AS points_e4,
    string_agg(bank.token(l.not_applicable), E'\x1f' ORDER BY l.line) AS not_applicable
  FROM bank.score_lines l GROUP BY l.run, l.manager;

CREATE FUNCTION bank.lines_make_sheets() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO bank.score_sheets AS s (run, manager, indicator, section, rule, value_e6, target, completion_e6, base_e4, points_e4, not_applicable)
  SELECT a.run, a.manager,
    string_agg(bank.token(a.indicator), E'\x1f' ORDER BY a.line) AS indicator,
    string_agg(bank.token(a.section), E'\x1f' ORDER BY a.line) AS section,
    string_agg(bank.token(a.rule), E'\x1f' ORDER BY a.line) AS rule,
    string_agg(bank.token((a.value_e6 * 0.000001)::text), E'\x1f' ORDER BY a.line) AS value_e6,
    string_agg(bank.token(a.target::text), E'\x1f' ORDER BY a.line) AS target,
    string_agg(bank.token((a.completion_e6 * 0.000001)::text), E'\x1f' ORDER BY a.line) AS completion_e6,
    string_agg(bank.token((a.base_e4 * 0.0001)::text), E'\x1f' ORDER BY a.line) AS base_e4,
    string_agg(bank.token((a.points_e4 * 0.0001)::text), E'\x1f' ORDER BY a.line) AS points_e4,
    string_agg(bank.token(a.not_applicable), E'\x1f' ORDER BY a.line) AS not_applicable
  FROM added a GROUP BY a.run, a.manager
  ON CONFLICT (bank_id, run, manager) DO UPDATE SET (indicator, section, rule, value_e6, target, completion_e6, base_e4, points_e4, not_applicable) =
    (SELECT o.indicator, o.section, o.rule, o.value_e6, o.target, o.completion_e6, o.base_e4, o.points_e4, o.not_applicable
     FROM bank.sheets_of_lines o WHERE o.run = s.run AND o.manager = s.manager);
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
