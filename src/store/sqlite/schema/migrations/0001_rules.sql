-- Rules that a CHECK cannot say. They lock what src/domain decides; they never decide by themselves.

-- What happened stays as it was.
CREATE TRIGGER events_never_change BEFORE UPDATE ON events
BEGIN
  SELECT raise(ABORT, 'an event never changes');
END;
--> statement-breakpoint
CREATE TRIGGER events_never_go BEFORE DELETE ON events
BEGIN
  SELECT raise(ABORT, 'an event is never removed');
END;
--> statement-breakpoint

-- A connection moves only along its life, and what it is of never changes.
CREATE TRIGGER connections_moves BEFORE UPDATE OF status ON connections
WHEN new.status <> old.status AND old.status || '>' || new.status NOT IN
  ('PendingAuth>Linked', 'Linked>Unlinked', 'Linked>Deauthorized', 'Unlinked>Linked', 'Deauthorized>Linked')
BEGIN
  SELECT raise(ABORT, 'a connection cannot move between these statuses');
END;
--> statement-breakpoint
CREATE TRIGGER connections_identity BEFORE UPDATE OF id, company_id, integration_id, source_type, created ON connections
BEGIN
  SELECT raise(ABORT, 'what a connection is of never changes');
END;
--> statement-breakpoint

-- Deleted is final, and a deleted company has no live connection.
CREATE TRIGGER connections_deleted_is_final BEFORE UPDATE ON connections WHEN old.deleted_at IS NOT NULL
BEGIN
  SELECT raise(ABORT, 'a deleted connection never changes');
END;
--> statement-breakpoint
CREATE TRIGGER connections_of_live_companies BEFORE INSERT ON connections
WHEN new.deleted_at IS NULL
  AND EXISTS (SELECT 1 FROM companies WHERE id = new.company_id AND deleted_at IS NOT NULL)
BEGIN
  SELECT raise(ABORT, 'a deleted company gets no connection');
END;
--> statement-breakpoint
CREATE TRIGGER companies_deleted_is_final BEFORE UPDATE ON companies WHEN old.deleted_at IS NOT NULL
BEGIN
  SELECT raise(ABORT, 'a deleted company never changes');
END;
--> statement-breakpoint
CREATE TRIGGER companies_deleted_with_connections BEFORE UPDATE OF deleted_at ON companies
WHEN new.deleted_at IS NOT NULL
  AND EXISTS (SELECT 1 FROM connections WHERE company_id = new.id AND deleted_at IS NULL)
BEGIN
  SELECT raise(ABORT, 'a company is deleted after its connections');
END;
--> statement-breakpoint
CREATE TRIGGER companies_identity BEFORE UPDATE OF serial, id, created ON companies
BEGIN
  SELECT raise(ABORT, 'what a company is never changes');
END;
--> statement-breakpoint
CREATE TRIGGER company_tags_at_most_ten BEFORE INSERT ON company_tags
WHEN (SELECT count(*) FROM company_tags WHERE company_id = new.company_id) >= 10
BEGIN
  SELECT raise(ABORT, 'a company has at most 10 tags');
END;
--> statement-breakpoint

-- Search by a part of the name: an index of the folded names' trigrams, holding live companies only.
CREATE VIRTUAL TABLE companies_search USING fts5(
  name_folded, content = '', contentless_delete = 1, tokenize = 'trigram case_sensitive 1'
);
--> statement-breakpoint
CREATE TRIGGER companies_search_add AFTER INSERT ON companies WHEN new.deleted_at IS NULL
BEGIN
  INSERT INTO companies_search (rowid, name_folded) VALUES (new.serial, new.name_folded);
END;
--> statement-breakpoint
CREATE TRIGGER companies_search_rename AFTER UPDATE OF name_folded ON companies
WHEN new.name_folded <> old.name_folded
BEGIN
  DELETE FROM companies_search WHERE rowid = old.serial;
  INSERT INTO companies_search (rowid, name_folded) VALUES (new.serial, new.name_folded);
END;
--> statement-breakpoint
CREATE TRIGGER companies_search_remove AFTER UPDATE OF deleted_at ON companies WHEN new.deleted_at IS NOT NULL
BEGIN
  DELETE FROM companies_search WHERE rowid = old.serial;
END;
