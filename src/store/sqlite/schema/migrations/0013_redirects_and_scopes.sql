CREATE TABLE `granted_scopes` (
	`connection_id` text PRIMARY KEY NOT NULL,
	`scopes` text NOT NULL,
	FOREIGN KEY (`connection_id`) REFERENCES `connections`(`id`) ON UPDATE no action ON DELETE restrict,
	CONSTRAINT "granted_scopes_scopes" CHECK(json_array_length("granted_scopes"."scopes") <= 100 and length("granted_scopes"."scopes") <= 4396)
) STRICT;
--> statement-breakpoint
ALTER TABLE `authorizations` ADD `status_text` text;--> statement-breakpoint
ALTER TABLE `authorizations` ADD `redirect_url` text;--> statement-breakpoint
ALTER TABLE `authorizations` ADD `parameters` text;--> statement-breakpoint
ALTER TABLE `links` ADD `redirect_url` text;
--> statement-breakpoint
-- Written by hand: granted scopes are deleted with their connection.
CREATE TRIGGER granted_scopes_deleted AFTER UPDATE OF deleted_at ON connections WHEN new.deleted_at IS NOT NULL
BEGIN
  DELETE FROM granted_scopes WHERE connection_id = new.id;
END;
