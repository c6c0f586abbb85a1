-- What keeps the sets of statuses, the totals and the search index as the rows are.

INSERT INTO company_totals (statuses, count)
WITH RECURSIVE sets (statuses) AS (SELECT 0 UNION ALL SELECT statuses + 1 FROM sets WHERE statuses < 15)
SELECT statuses, (SELECT count(*) FROM companies WHERE companies.statuses = sets.statuses AND deleted_at IS NULL)
FROM sets;
--> statement-breakpoint
INSERT INTO connection_totals (integration_id, status, source_type, count)
SELECT integration_id, status, source_type, count(*)
FROM connections WHERE deleted_at IS NULL GROUP BY 1, 2, 3;
--> statement-breakpoint

CREATE TRIGGER companies_counted AFTER INSERT ON companies WHEN new.deleted_at IS NULL
BEGIN
  UPDATE company_totals SET count = count + 1 WHERE statuses = new.statuses;
END;
--> statement-breakpoint
CREATE TRIGGER companies_recounted AFTER UPDATE OF statuses, deleted_at ON companies
WHEN new.statuses <> old.statuses OR new.deleted_at IS NOT NULL
BEGIN
  UPDATE company_totals SET count = count - 1 WHERE statuses = old.statuses;
  UPDATE company_totals SET count = count + 1 WHERE statuses = new.statuses AND new.deleted_at IS NULL;
END;
--> statement-breakpoint
CREATE TRIGGER connections_counted AFTER INSERT ON connections WHEN new.deleted_at IS NULL
BEGIN
  INSERT INTO connection_totals (integration_id, status, source_type, count)
  VALUES (new.integration_id, new.status, new.source_type, 1)
  ON CONFLICT (integration_id, status, source_type) DO UPDATE SET count = count + 1;
  UPDATE companies
  SET statuses = statuses | CASE new.status WHEN 'PendingAuth' THEN 1 WHEN 'Linked' THEN 2 WHEN 'Unlinked' THEN 4 ELSE 8 END
  WHERE id = new.company_id
    AND statuses & CASE new.status WHEN 'PendingAuth' THEN 1 WHEN 'Linked' THEN 2 WHEN 'Unlinked' THEN 4 ELSE 8 END = 0;
END;
--> statement-breakpoint
-- Whether a status is left is looked up in connections_summary, so that a company's many connections cost no more than few.
CREATE TRIGGER connections_recounted AFTER UPDATE OF status, deleted_at ON connections
WHEN new.status <> old.status OR new.deleted_at IS NOT NULL
BEGIN
  UPDATE connection_totals SET count = count - 1
  WHERE integration_id = old.integration_id AND status = old.status AND source_type = old.source_type;
  INSERT INTO connection_totals (integration_id, status, source_type, count)
  SELECT new.integration_id, new.status, new.source_type, 1 WHERE new.deleted_at IS NULL
  ON CONFLICT (integration_id, status, source_type) DO UPDATE SET count = count + 1;
  UPDATE companies SET statuses = held.statuses
  FROM (
    SELECT
      1 * EXISTS (SELECT 1 FROM connections WHERE company_id = new.company_id AND status = 'PendingAuth' AND deleted_at IS NULL)
      + 2 * EXISTS (SELECT 1 FROM connections WHERE company_id = new.company_id AND status = 'Linked' AND deleted_at IS NULL)
      + 4 * EXISTS (SELECT 1 FROM connections WHERE company_id = new.company_id AND status = 'Unlinked' AND deleted_at IS NULL)
      + 8 * EXISTS (SELECT 1 FROM connections WHERE company_id = new.company_id AND status = 'Deauthorized' AND deleted_at IS NULL)
      AS statuses
  ) AS held
  WHERE companies.id = new.company_id AND companies.statuses <> held.statuses;
END;
--> statement-breakpoint

-- The search index again, with two characters after each name that no name has: every one or two letters of a name are
-- then the start of a trigram, by which companies_trigrams finds them.
DROP TRIGGER companies_search_add;
--> statement-breakpoint
DROP TRIGGER companies_search_rename;
--> statement-breakpoint
DROP TABLE companies_search;
--> statement-breakpoint
CREATE VIRTUAL TABLE companies_search USING fts5(
  name_folded, content = '', contentless_delete = 1, tokenize = 'trigram case_sensitive 1'
);
--> statement-breakpoint
INSERT INTO companies_search (rowid, name_folded)
SELECT serial, name_folded || char(1, 1) FROM companies WHERE deleted_at IS NULL ORDER BY serial;
--> statement-breakpoint
CREATE TRIGGER companies_search_add AFTER INSERT ON companies WHEN new.deleted_at IS NULL
BEGIN
  INSERT INTO companies_search (rowid, name_folded) VALUES (new.serial, new.name_folded || char(1, 1));
END;
--> statement-breakpoint
CREATE TRIGGER companies_search_rename AFTER UPDATE OF name_folded ON companies
WHEN new.name_folded <> old.name_folded
BEGIN
  DELETE FROM companies_search WHERE rowid = old.serial;
  INSERT INTO companies_search (rowid, name_folded) VALUES (new.serial, new.name_folded || char(1, 1));
END;
--> statement-breakpoint
CREATE VIRTUAL TABLE companies_trigrams USING fts5vocab(companies_search, instance);
