-- What the database itself refuses since migration 0004. Frozen with it.

CREATE FUNCTION bank.answer_is_dated() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  NEW.answered_at := clock_timestamp();
  RETURN NEW;
END $$;
CREATE TRIGGER answers_dated BEFORE INSERT ON bank.answers
  FOR EACH ROW EXECUTE FUNCTION bank.answer_is_dated();
CREATE TRIGGER answers_signed BEFORE INSERT ON bank.answers
  FOR EACH ROW EXECUTE FUNCTION bank.signed_by_who_acts('person');

CREATE FUNCTION bank.answer_is_said_once() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'what was answered under key % stays', OLD.key USING ERRCODE = 'MG004';
END $$;
CREATE TRIGGER answers_said_once BEFORE UPDATE ON bank.answers
  FOR EACH ROW WHEN (OLD.answer IS NOT NULL) EXECUTE FUNCTION bank.answer_is_said_once();
CREATE TRIGGER answers_stay_a_week BEFORE DELETE ON bank.answers
  FOR EACH ROW WHEN (OLD.answered_at > now() - interval '7 days') EXECUTE FUNCTION bank.answer_is_said_once();
