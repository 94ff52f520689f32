-- What the database itself refuses. Frozen with migration 0001: a change is a new migration with a file of its own.

CREATE FUNCTION bank.check_shares() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  wrong record;
BEGIN
  -- Under REPEATABLE READ the sums below would not see what a concurrent transaction has just committed.
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION 'shares are changed in READ COMMITTED transactions only' USING ERRCODE = 'MG009';
  END IF;
  -- In key order, so that two transactions never wait for each other crosswise.
  PERFORM 1 FROM bank.customers c WHERE c.customer IN (SELECT n.customer FROM changed n) ORDER BY c.customer FOR NO KEY UPDATE;
  SELECT o.customer, o.manager, o.valid_from INTO wrong FROM (
    SELECT s.customer, s.manager, s.valid_from,
           lag(s.valid_until) OVER (PARTITION BY s.customer, s.manager ORDER BY s.valid_from) AS before
    FROM bank.shares s WHERE s.customer IN (SELECT n.customer FROM changed n)) o
  WHERE o.before > o.valid_from ORDER BY 1, 2, 3 LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'shares of customer % and manager % overlap on %', wrong.customer, wrong.manager, wrong.valid_from
      USING ERRCODE = 'MG001';
  END IF;
  SELECT d.customer, d.day, d.total INTO wrong FROM (
    SELECT e.customer, e.day, sum(sum(e.share_ppm)) OVER (PARTITION BY e.customer ORDER BY e.day) AS total
    FROM (SELECT s.customer, s.valid_from AS day, s.share_ppm FROM bank.shares s
          WHERE s.customer IN (SELECT n.customer FROM changed n)
          UNION ALL
          SELECT s.customer, s.valid_until, -s.share_ppm FROM bank.shares s
          WHERE s.customer IN (SELECT n.customer FROM changed n)) e
    GROUP BY e.customer, e.day) d
  WHERE d.total > 1000000 ORDER BY 1, 2 LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'shares of customer % add up to % millionths on %', wrong.customer, wrong.total, wrong.day
      USING ERRCODE = 'MG002';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER shares_added AFTER INSERT ON bank.shares REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION bank.check_shares();
CREATE TRIGGER shares_changed AFTER UPDATE ON bank.shares REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION bank.check_shares();

CREATE FUNCTION bank.check_postings() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  wrong record;
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION 'postings are changed in READ COMMITTED transactions only' USING ERRCODE = 'MG009';
  END IF;
  PERFORM 1 FROM bank.managers m WHERE m.manager IN (SELECT n.manager FROM changed n) ORDER BY m.manager FOR NO KEY UPDATE;
  SELECT o.manager, o.valid_from INTO wrong FROM (
    SELECT p.manager, p.valid_from, lag(p.valid_until) OVER (PARTITION BY p.manager ORDER BY p.valid_from) AS before
    FROM bank.postings p WHERE p.manager IN (SELECT n.manager FROM changed n)) o
  WHERE o.before > o.valid_from ORDER BY 1, 2 LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'manager % holds two posts on %', wrong.manager, wrong.valid_from USING ERRCODE = 'MG003';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER postings_added AFTER INSERT ON bank.postings REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION bank.check_postings();
CREATE TRIGGER postings_changed AFTER UPDATE ON bank.postings REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION bank.check_postings();

CREATE FUNCTION bank.never_changes() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'rows of % are added, never changed', TG_TABLE_NAME USING ERRCODE = 'MG004';
END $$;
CREATE FUNCTION bank.audit_is_dated() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  NEW.at := clock_timestamp();
  RETURN NEW;
END $$;
CREATE TRIGGER audit_dated BEFORE INSERT ON bank.audit FOR EACH ROW EXECUTE FUNCTION bank.audit_is_dated();
CREATE TRIGGER audit_never_changes BEFORE UPDATE OR DELETE OR TRUNCATE ON bank.audit
  FOR EACH STATEMENT EXECUTE FUNCTION bank.never_changes();
CREATE TRIGGER run_values_never_change BEFORE UPDATE OR DELETE ON bank.run_values
  FOR EACH STATEMENT EXECUTE FUNCTION bank.never_changes();
CREATE TRIGGER scorecards_never_change BEFORE UPDATE OR DELETE ON bank.scorecards
  FOR EACH STATEMENT EXECUTE FUNCTION bank.never_changes();
CREATE TRIGGER score_lines_never_change BEFORE UPDATE OR DELETE ON bank.score_lines
  FOR EACH STATEMENT EXECUTE FUNCTION bank.never_changes();

CREATE FUNCTION bank.only_while_running() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  -- The run's row is locked until commit: nobody completes it between this look and the insertion's end.
  PERFORM 1 FROM bank.runs r WHERE r.run IN (SELECT n.run FROM added n) ORDER BY r.run FOR KEY SHARE;
  IF EXISTS (SELECT 1 FROM bank.runs r WHERE r.status = 'complete' AND r.run IN (SELECT n.run FROM added n)) THEN
    RAISE EXCEPTION 'a complete run stays as it is: nothing is added to its %', TG_TABLE_NAME USING ERRCODE = 'MG004';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER run_values_only_while_running AFTER INSERT ON bank.run_values REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION bank.only_while_running();
CREATE TRIGGER scorecards_only_while_running AFTER INSERT ON bank.scorecards REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION bank.only_while_running();
CREATE TRIGGER score_lines_only_while_running AFTER INSERT ON bank.score_lines REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION bank.only_while_running();
CREATE TRIGGER findings_only_while_running AFTER INSERT ON bank.findings REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION bank.only_while_running();

CREATE FUNCTION bank.finished_run_stays() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'run % is complete and stays as it is', OLD.run USING ERRCODE = 'MG004';
END $$;
CREATE TRIGGER runs_finished_stay BEFORE UPDATE OR DELETE ON bank.runs
  FOR EACH ROW WHEN (OLD.status = 'complete') EXECUTE FUNCTION bank.finished_run_stays();

CREATE FUNCTION bank.scheme_text_stays() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'version % of scheme % is % and its text stays: save a new version',
    OLD.version, OLD.scheme, OLD.status USING ERRCODE = 'MG004';
END $$;
CREATE TRIGGER scheme_versions_text_stays BEFORE UPDATE ON bank.scheme_versions
  FOR EACH ROW WHEN (OLD.status <> 'draft' AND (OLD.body IS DISTINCT FROM NEW.body OR OLD.made_by IS DISTINCT FROM NEW.made_by
                     OR OLD.status = 'approved'))
  EXECUTE FUNCTION bank.scheme_text_stays();
