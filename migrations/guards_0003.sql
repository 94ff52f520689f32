-- What the database itself refuses since migration 0003. Frozen with it.
-- A document is what its id says by a constraint of the table; nobody may change one by the rights of the table.

CREATE FUNCTION bank.document_is_dated() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  NEW.at := clock_timestamp();
  RETURN NEW;
END $$;
CREATE TRIGGER documents_dated BEFORE INSERT ON bank.documents
  FOR EACH ROW EXECUTE FUNCTION bank.document_is_dated();
CREATE TRIGGER documents_signed BEFORE INSERT ON bank.documents
  FOR EACH ROW EXECUTE FUNCTION bank.signed_by_who_acts('registered_by');
