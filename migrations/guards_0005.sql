-- What PostgreSQL tells since migration 0005. Frozen with it: a change is a new migration with a file of its own.
-- Ids alone, for no wall stands around a channel: whoever listens reads what it is about through the bank's.

CREATE FUNCTION bank.results_tell() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM pg_notify('meritgraph_results', NEW.bank_id || ' ' || NEW.run);
  RETURN NULL;
END $$;
CREATE TRIGGER runs_complete_tell AFTER UPDATE ON bank.runs
  FOR EACH ROW WHEN (NEW.status = 'complete' AND OLD.status <> 'complete') EXECUTE FUNCTION bank.results_tell();
CREATE TRIGGER publications_tell AFTER INSERT ON bank.publications
  FOR EACH ROW EXECUTE FUNCTION bank.results_tell();

CREATE FUNCTION bank.people_tell() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  -- The same words again in one transaction are said once: a thousand grants are one notice.
  PERFORM pg_notify('meritgraph_people', coalesce(NEW.bank_id, OLD.bank_id)::text);
  RETURN NULL;
END $$;
CREATE TRIGGER people_tell AFTER UPDATE ON bank.people
  FOR EACH ROW WHEN ((OLD.active, OLD.manager) IS DISTINCT FROM (NEW.active, NEW.manager))
  EXECUTE FUNCTION bank.people_tell();
CREATE TRIGGER grants_tell AFTER INSERT OR DELETE ON bank.grants
  FOR EACH ROW EXECUTE FUNCTION bank.people_tell();
