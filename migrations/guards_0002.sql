-- What the database itself refuses since migration 0002. Frozen with it: a change is a new migration with a file of its own.
-- What a column's rights alone forbid (RIGHTS, MAY_UPDATE in 0002_facts_to_trust.py) has no trigger here.

CREATE FUNCTION bank.signed_by_who_acts() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  name text := to_jsonb(NEW) ->> TG_ARGV[0];
BEGIN
  IF name IS DISTINCT FROM nullif(current_setting('meritgraph.person', true), '') THEN
    RAISE EXCEPTION '% of % is who acts, not %', TG_ARGV[0], TG_TABLE_NAME, coalesce(name, 'nobody') USING ERRCODE = 'MG008';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER audit_signed BEFORE INSERT ON bank.audit
  FOR EACH ROW EXECUTE FUNCTION bank.signed_by_who_acts('person');
CREATE TRIGGER entries_made_signed BEFORE INSERT ON bank.entries
  FOR EACH ROW EXECUTE FUNCTION bank.signed_by_who_acts('made_by');
CREATE TRIGGER entries_decided_signed BEFORE UPDATE ON bank.entries
  FOR EACH ROW WHEN (OLD.decided_by IS DISTINCT FROM NEW.decided_by)
  EXECUTE FUNCTION bank.signed_by_who_acts('decided_by');
CREATE TRIGGER grants_signed BEFORE INSERT ON bank.grants
  FOR EACH ROW EXECUTE FUNCTION bank.signed_by_who_acts('granted_by');
CREATE TRIGGER publications_signed BEFORE INSERT ON bank.publications
  FOR EACH ROW EXECUTE FUNCTION bank.signed_by_who_acts('published_by');
CREATE TRIGGER runs_signed BEFORE INSERT ON bank.runs
  FOR EACH ROW EXECUTE FUNCTION bank.signed_by_who_acts('requested_by');
CREATE TRIGGER scheme_versions_made_signed BEFORE INSERT ON bank.scheme_versions
  FOR EACH ROW EXECUTE FUNCTION bank.signed_by_who_acts('made_by');
CREATE TRIGGER scheme_versions_submitted_signed BEFORE UPDATE ON bank.scheme_versions
  FOR EACH ROW WHEN (OLD.submitted_by IS DISTINCT FROM NEW.submitted_by)
  EXECUTE FUNCTION bank.signed_by_who_acts('submitted_by');
CREATE TRIGGER scheme_versions_approved_signed BEFORE UPDATE ON bank.scheme_versions
  FOR EACH ROW WHEN (OLD.approved_by IS DISTINCT FROM NEW.approved_by)
  EXECUTE FUNCTION bank.signed_by_who_acts('approved_by');

CREATE FUNCTION bank.scheme_begins_as_draft() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NEW.status <> 'draft' OR num_nonnulls(NEW.submitted_by, NEW.submitted_at, NEW.approved_by, NEW.approved_at) > 0 THEN
    RAISE EXCEPTION 'version % of scheme % begins as a draft', NEW.version, NEW.scheme USING ERRCODE = 'MG005';
  END IF;
  NEW.made_at := clock_timestamp();
  RETURN NEW;
END $$;
CREATE TRIGGER scheme_versions_begin_as_drafts BEFORE INSERT ON bank.scheme_versions
  FOR EACH ROW EXECUTE FUNCTION bank.scheme_begins_as_draft();

CREATE FUNCTION bank.scheme_in_order() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF OLD.status = 'draft' AND NEW.status = 'submitted' AND NEW.submitted_by IS NOT NULL AND NEW.approved_at IS NULL THEN
    NEW.submitted_at := clock_timestamp();
  ELSIF OLD.status = 'submitted' AND NEW.status = 'approved'
        AND (NEW.submitted_by, NEW.submitted_at) IS NOT DISTINCT FROM (OLD.submitted_by, OLD.submitted_at) THEN
    NEW.approved_at := clock_timestamp();
  ELSE
    RAISE EXCEPTION 'version % of scheme % goes from draft to submitted to approved and changes in no other way (% to %)',
      OLD.version, OLD.scheme, OLD.status, NEW.status USING ERRCODE = 'MG005';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER scheme_versions_in_order BEFORE UPDATE ON bank.scheme_versions
  FOR EACH ROW EXECUTE FUNCTION bank.scheme_in_order();

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

CREATE FUNCTION bank.run_begins_queued() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NEW.status <> 'queued' OR num_nonnulls(NEW.started_at, NEW.finished_at, NEW.inputs_hash, NEW.results_hash) > 0 THEN
    RAISE EXCEPTION 'run % begins as queued, with nothing found', NEW.run USING ERRCODE = 'MG005';
  END IF;
  IF NOT EXISTS (SELECT 1 FROM bank.scheme_versions v
                 WHERE v.scheme = NEW.scheme AND v.version = NEW.version AND v.status = 'approved') THEN
    RAISE EXCEPTION 'version % of scheme % is not approved: nothing runs by it', NEW.version, NEW.scheme
      USING ERRCODE = 'MG005';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER runs_begin_queued BEFORE INSERT ON bank.runs
  FOR EACH ROW EXECUTE FUNCTION bank.run_begins_queued();

CREATE FUNCTION bank.run_in_order() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT (OLD.status = 'queued' AND NEW.status IN ('running', 'failed', 'cancelled')
          OR OLD.status = 'running' AND NEW.status IN ('failed', 'cancelled')
          OR OLD.status = 'running' AND NEW.status = 'complete' AND NEW.inputs_hash IS NOT NULL) THEN
    RAISE EXCEPTION 'run % does not go from % to %', OLD.run, OLD.status, NEW.status USING ERRCODE = 'MG005';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER runs_in_order BEFORE UPDATE ON bank.runs
  FOR EACH ROW WHEN (OLD.status <> NEW.status) EXECUTE FUNCTION bank.run_in_order();

CREATE FUNCTION bank.ended_run_stays() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'run % is % and stays as it is', OLD.run, OLD.status USING ERRCODE = 'MG004';
END $$;
CREATE TRIGGER runs_ended_stay BEFORE UPDATE OR DELETE ON bank.runs
  FOR EACH ROW WHEN (OLD.status IN ('cancelled', 'failed')) EXECUTE FUNCTION bank.ended_run_stays();

CREATE FUNCTION bank.run_tells() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  -- Ids alone, for no wall stands around a channel: whoever listens reads the run itself through the bank's.
  PERFORM pg_notify('meritgraph_runs', NEW.bank_id || ' ' || NEW.run);
  RETURN NULL;
END $$;
CREATE TRIGGER runs_tell AFTER UPDATE ON bank.runs
  FOR EACH ROW WHEN ((OLD.status, OLD.stage, OLD.done, OLD.total) IS DISTINCT FROM (NEW.status, NEW.stage, NEW.done, NEW.total))
  EXECUTE FUNCTION bank.run_tells();

CREATE FUNCTION bank.delivery_in_order() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'delivery % is % and does not become %', OLD.delivery, OLD.status, NEW.status USING ERRCODE = 'MG004';
END $$;
CREATE TRIGGER deliveries_in_order BEFORE UPDATE ON bank.deliveries
  FOR EACH ROW WHEN (OLD.status <> NEW.status AND NOT (OLD.status = 'accepted' AND NEW.status = 'superseded'))
  EXECUTE FUNCTION bank.delivery_in_order();

CREATE FUNCTION bank.fact_file_ends_once() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF OLD.until_delivery IS NOT NULL THEN
    RAISE EXCEPTION 'file % ended with delivery %', OLD.fact_file, OLD.until_delivery USING ERRCODE = 'MG004';
  END IF;
  IF NOT EXISTS (SELECT 1 FROM bank.deliveries d
                 WHERE d.delivery = NEW.until_delivery AND d.fact = NEW.fact AND d.status = 'accepted') THEN
    RAISE EXCEPTION 'file % ends with an accepted delivery of %, not with %', OLD.fact_file, OLD.fact, NEW.until_delivery
      USING ERRCODE = 'MG005';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER fact_files_end_once BEFORE UPDATE ON bank.fact_files
  FOR EACH ROW WHEN (OLD.until_delivery IS DISTINCT FROM NEW.until_delivery) EXECUTE FUNCTION bank.fact_file_ends_once();

CREATE FUNCTION bank.ended_arrival_stays() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'arrival % is % and stays as it is', OLD.arrival, OLD.status USING ERRCODE = 'MG004';
END $$;
CREATE TRIGGER arrivals_ended_stay BEFORE UPDATE ON bank.arrivals
  FOR EACH ROW WHEN (OLD.status IN ('done', 'refused')) EXECUTE FUNCTION bank.ended_arrival_stays();

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
