CREATE TABLE `authorizations` (
	`id` text PRIMARY KEY NOT NULL,
	`state_hash` blob NOT NULL,
	`company_id` text NOT NULL,
	`connection_id` text NOT NULL,
	`browser` blob NOT NULL,
	`allow_different_account` integer NOT NULL,
	`key_id` text NOT NULL,
	`secrets` text NOT NULL,
	`expires` integer NOT NULL,
	`answered` integer,
	`status_code` integer,
	`message` text,
	FOREIGN KEY (`company_id`) REFERENCES `companies`(`id`) ON UPDATE no action ON DELETE restrict,
	FOREIGN KEY (`connection_id`) REFERENCES `connections`(`id`) ON UPDATE no action ON DELETE restrict,
	CONSTRAINT "authorizations_id" CHECK(length("authorizations"."id") = 36 and "authorizations"."id" = lower("authorizations"."id")),
	CONSTRAINT "authorizations_state_hash" CHECK(length("authorizations"."state_hash") = 32),
	CONSTRAINT "authorizations_browser" CHECK(length("authorizations"."browser") = 32),
	CONSTRAINT "authorizations_ended" CHECK("authorizations"."status_code" is null or "authorizations"."answered" is not null)
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `authorizations_state_hash_unique` ON `authorizations` (`state_hash`);--> statement-breakpoint
CREATE INDEX `authorizations_by_expires` ON `authorizations` (`expires`);--> statement-breakpoint
CREATE INDEX `authorizations_by_key` ON `authorizations` (`key_id`);--> statement-breakpoint
CREATE TABLE `credentials` (
	`connection_id` text PRIMARY KEY NOT NULL,
	`version` integer NOT NULL,
	`key_id` text NOT NULL,
	`jwe` text NOT NULL,
	`expires` integer,
	`renew_at` integer,
	`failures` integer NOT NULL,
	`failing_since` integer,
	`failure` text,
	`lease_owner` text,
	`lease_until` integer,
	FOREIGN KEY (`connection_id`) REFERENCES `connections`(`id`) ON UPDATE no action ON DELETE restrict,
	CONSTRAINT "credentials_failures" CHECK("credentials"."failures" >= 0),
	CONSTRAINT "credentials_lease" CHECK(("credentials"."lease_owner" is null) = ("credentials"."lease_until" is null))
) STRICT;
--> statement-breakpoint
CREATE INDEX `credentials_due` ON `credentials` (`renew_at`) WHERE "credentials"."renew_at" is not null;--> statement-breakpoint
CREATE INDEX `credentials_by_key` ON `credentials` (`key_id`);--> statement-breakpoint
CREATE TABLE `links` (
	`hash` blob PRIMARY KEY NOT NULL,
	`company_id` text NOT NULL,
	`connection_id` text,
	`allow_different_account` integer NOT NULL,
	`expires` integer NOT NULL,
	`browser` blob,
	FOREIGN KEY (`company_id`) REFERENCES `companies`(`id`) ON UPDATE no action ON DELETE restrict,
	FOREIGN KEY (`connection_id`) REFERENCES `connections`(`id`) ON UPDATE no action ON DELETE restrict,
	CONSTRAINT "links_hash" CHECK(length("links"."hash") = 32),
	CONSTRAINT "links_browser" CHECK("links"."browser" is null or length("links"."browser") = 32)
) STRICT;
--> statement-breakpoint
CREATE INDEX `links_by_expires` ON `links` (`expires`);--> statement-breakpoint
CREATE INDEX `links_by_browser` ON `links` (`company_id`,`browser`) WHERE "links"."browser" is not null;--> statement-breakpoint
CREATE TABLE `provider_accounts` (
	`connection_id` text PRIMARY KEY NOT NULL,
	`account` text NOT NULL,
	FOREIGN KEY (`connection_id`) REFERENCES `connections`(`id`) ON UPDATE no action ON DELETE restrict,
	CONSTRAINT "provider_accounts_account" CHECK(length("provider_accounts"."account") between 1 and 255)
) STRICT;
--> statement-breakpoint
CREATE TABLE `revocations` (
	`id` text PRIMARY KEY NOT NULL,
	`connection_id` text NOT NULL,
	`key_id` text NOT NULL,
	`jwe` text NOT NULL,
	`queued` integer NOT NULL,
	`next` integer NOT NULL,
	`failures` integer NOT NULL,
	`lease_owner` text,
	`lease_until` integer,
	FOREIGN KEY (`connection_id`) REFERENCES `connections`(`id`) ON UPDATE no action ON DELETE restrict,
	CONSTRAINT "revocations_id" CHECK(length("revocations"."id") = 36 and "revocations"."id" = lower("revocations"."id")),
	CONSTRAINT "revocations_failures" CHECK("revocations"."failures" >= 0),
	CONSTRAINT "revocations_lease" CHECK(("revocations"."lease_owner" is null) = ("revocations"."lease_until" is null))
) STRICT;
--> statement-breakpoint
CREATE INDEX `revocations_due` ON `revocations` (`next`);--> statement-breakpoint
CREATE INDEX `revocations_by_key` ON `revocations` (`key_id`);