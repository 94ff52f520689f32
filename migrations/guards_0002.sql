-- What the database itself refuses since migration 0002. Frozen with it: a change is a new migration with a file of its own.

CREATE FUNCTION bank.scheme_begins_as_draft() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NEW.status <> 'draft' OR NEW.submitted_by IS NOT NULL OR NEW.approved_by IS NOT NULL THEN
    RAISE EXCEPTION 'version % of scheme % begins as a draft', NEW.version, NEW.scheme USING ERRCODE = 'MG005';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER scheme_versions_begin_as_drafts BEFORE INSERT ON bank.scheme_versions
  FOR EACH ROW EXECUTE FUNCTION bank.scheme_begins_as_draft();

CREATE FUNCTION bank.scheme_in_order() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT (OLD.status = 'draft' AND NEW.status = 'submitted' AND NEW.submitted_by IS NOT NULL
          OR OLD.status = 'submitted' AND NEW.status IN ('draft', 'approved')) THEN
    RAISE EXCEPTION 'version % of scheme % goes from draft to submitted to approved, not from % to %',
      OLD.version, OLD.scheme, OLD.status, NEW.status USING ERRCODE = 'MG005';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER scheme_versions_in_order BEFORE UPDATE ON bank.scheme_versions
  FOR EACH ROW WHEN (OLD.status <> NEW.status) EXECUTE FUNCTION bank.scheme_in_order();

CREATE FUNCTION bank.entry_text_stays() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'entry % is % and stays as it is', OLD.entry, OLD.status USING ERRCODE = 'MG004';
END $$;
CREATE TRIGGER entries_decided_stay BEFORE UPDATE ON bank.entries
  FOR EACH ROW WHEN (OLD.status <> 'waiting') EXECUTE FUNCTION bank.entry_text_stays();

CREATE FUNCTION bank.entry_begins_waiting() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NEW.status <> 'waiting' THEN
    RAISE EXCEPTION 'an entry begins as waiting, not as %', NEW.status USING ERRCODE = 'MG005';
  END IF;
  NEW.made_at := clock_timestamp();
  RETURN NEW;
END $$;
CREATE TRIGGER entries_begin_waiting BEFORE INSERT ON bank.entries
  FOR EACH ROW EXECUTE FUNCTION bank.entry_begins_waiting();

CREATE FUNCTION bank.publication_is_due() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  published record;
BEGIN
  SELECT r.status, r.requested_by INTO published FROM bank.runs r WHERE r.run = NEW.run FOR KEY SHARE;
  IF published.status IS DISTINCT FROM 'complete' THEN
    RAISE EXCEPTION 'run % is not complete', NEW.run USING ERRCODE = 'MG005';
  END IF;
  IF published.requested_by = NEW.published_by THEN
    RAISE EXCEPTION 'run % was asked for by the person who would publish it', NEW.run USING ERRCODE = 'MG006';
  END IF;
  NEW.published_at := clock_timestamp();
  RETURN NEW;
END $$;
CREATE TRIGGER publications_are_due BEFORE INSERT ON bank.publications
  FOR EACH ROW EXECUTE FUNCTION bank.publication_is_due();
CREATE TRIGGER publications_never_change BEFORE UPDATE OR DELETE ON bank.publications
  FOR EACH STATEMENT EXECUTE FUNCTION bank.never_changes();

CREATE FUNCTION bank.cancelled_run_stays() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'run % is cancelled and stays as it is', OLD.run USING ERRCODE = 'MG004';
END $$;
CREATE TRIGGER runs_cancelled_stay BEFORE UPDATE OR DELETE ON bank.runs
  FOR EACH ROW WHEN (OLD.status = 'cancelled') EXECUTE FUNCTION bank.cancelled_run_stays();

CREATE FUNCTION bank.run_tells() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  -- Ids alone, for no wall stands around a channel: whoever listens reads the run itself through the bank's.
  PERFORM pg_notify('meritgraph_runs', NEW.bank_id || ' ' || NEW.run);
  RETURN NULL;
END $$;
CREATE TRIGGER runs_tell AFTER UPDATE ON bank.runs
  FOR EACH ROW WHEN ((OLD.status, OLD.stage, OLD.done, OLD.total) IS DISTINCT FROM (NEW.status, NEW.stage, NEW.done, NEW.total))
  EXECUTE FUNCTION bank.run_tells();

CREATE FUNCTION bank.lines_have_cards() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  lost record;
BEGIN
  -- EXCEPT hashes both sides, whatever the planner believes of a table without statistics.
  SELECT l.run, l.manager INTO lost FROM (
    SELECT n.bank_id, n.run, n.manager FROM added n
    EXCEPT SELECT c.bank_id, c.run, c.manager FROM bank.scorecards c WHERE c.run = ANY (ARRAY(SELECT DISTINCT run FROM added))
  ) l LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'a line of run % and manager % has no scorecard', lost.run, lost.manager USING ERRCODE = 'MG007';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER score_lines_have_cards AFTER INSERT ON bank.score_lines REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION bank.lines_have_cards();
