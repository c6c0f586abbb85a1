ALTER TABLE `credentials` ADD `obtained` integer;--> statement-breakpoint
ALTER TABLE `credentials` ADD `scheduled` integer;--> statement-breakpoint
ALTER TABLE `credentials` ADD `refused_at` integer;--> statement-breakpoint
ALTER TABLE `credentials` ADD `kept_until` integer;--> statement-breakpoint
CREATE INDEX `credentials_by_scheduled` ON `credentials` (`scheduled`) WHERE "credentials"."renew_at" is not null;--> statement-breakpoint
ALTER TABLE `revocations` ADD `scheduled` integer;--> statement-breakpoint
CREATE INDEX `revocations_by_scheduled` ON `revocations` (`scheduled`);--> statement-breakpoint
CREATE INDEX `links_by_usable_until` ON `links` (`usable_until`) WHERE "links"."usable_until" is not null;--> statement-breakpoint
-- Written by hand from here on.
-- Only a Linked connection has credentials, and a Deauthorized one those that are kept for some days. They are marked
-- before the connection ceases to be Linked, and never unmarked.
DROP TRIGGER connections_without_credentials;
--> statement-breakpoint
CREATE TRIGGER connections_without_credentials BEFORE UPDATE OF status, deleted_at ON connections
WHEN EXISTS (
  SELECT 1 FROM credentials WHERE connection_id = new.id
    AND (new.deleted_at IS NOT NULL OR new.status <> iif(kept_until IS NULL, 'Linked', 'Deauthorized'))
)
BEGIN
  SELECT raise(ABORT, 'credentials are erased before their connection ceases to be Linked');
END;
--> statement-breakpoint
CREATE TRIGGER credentials_kept BEFORE UPDATE OF kept_until ON credentials
WHEN old.kept_until IS NOT NULL AND new.kept_until IS NULL
BEGIN
  SELECT raise(ABORT, 'credentials that are kept are erased, not used again');
END;
