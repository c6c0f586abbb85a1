-- Only a Linked connection has credentials: they go before it ceases to be one.
CREATE TRIGGER credentials_of_linked BEFORE INSERT ON credentials
WHEN NOT EXISTS (
  SELECT 1 FROM connections WHERE id = new.connection_id AND status = 'Linked' AND deleted_at IS NULL
)
BEGIN
  SELECT raise(ABORT, 'only a Linked connection has credentials');
END;
--> statement-breakpoint
CREATE TRIGGER credentials_identity BEFORE UPDATE OF connection_id ON credentials
BEGIN
  SELECT raise(ABORT, 'credentials stay with their connection');
END;
--> statement-breakpoint
CREATE TRIGGER connections_without_credentials BEFORE UPDATE OF status, deleted_at ON connections
WHEN (new.status <> 'Linked' OR new.deleted_at IS NOT NULL)
  AND EXISTS (SELECT 1 FROM credentials WHERE connection_id = new.id)
BEGIN
  SELECT raise(ABORT, 'credentials are erased before their connection ceases to be Linked');
END;
--> statement-breakpoint

-- A link is taken up once, by one browser, and an authorization ends once.
CREATE TRIGGER links_taken_once BEFORE UPDATE ON links WHEN old.browser IS NOT NULL AND new.browser IS NOT old.browser
BEGIN
  SELECT raise(ABORT, 'a link stays with the browser that took it up');
END;
--> statement-breakpoint
CREATE TRIGGER authorizations_answered_once BEFORE UPDATE OF answered ON authorizations WHEN old.answered IS NOT NULL
BEGIN
  SELECT raise(ABORT, 'an authorization is answered once');
END;
--> statement-breakpoint
CREATE TRIGGER authorizations_ended_once BEFORE UPDATE OF status_code ON authorizations
WHEN old.status_code IS NOT NULL
BEGIN
  SELECT raise(ABORT, 'an authorization ends once');
END;
