CREATE TABLE `companies` (
	`serial` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`name` text NOT NULL,
	`name_folded` text NOT NULL,
	`description` text,
	`created` integer NOT NULL,
	`deleted_at` integer,
	CONSTRAINT "companies_id" CHECK(length("companies"."id") = 36 and "companies"."id" = lower("companies"."id")),
	CONSTRAINT "companies_name" CHECK(length("companies"."name") between 1 and 200),
	CONSTRAINT "companies_name_folded" CHECK("companies"."name_folded" <> ''),
	CONSTRAINT "companies_description" CHECK("companies"."description" is null or length("companies"."description") between 1 and 4000)
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `companies_id_unique` ON `companies` (`id`);--> statement-breakpoint
CREATE INDEX `companies_by_created` ON `companies` (`created`,`id`) WHERE "companies"."deleted_at" is null;--> statement-breakpoint
CREATE INDEX `companies_by_name` ON `companies` (`name_folded`,`id`) WHERE "companies"."deleted_at" is null;--> statement-breakpoint
CREATE TABLE `company_tags` (
	`company_id` text NOT NULL,
	`key` text NOT NULL,
	`value` text NOT NULL,
	PRIMARY KEY(`company_id`, `key`),
	FOREIGN KEY (`company_id`) REFERENCES `companies`(`id`) ON UPDATE no action ON DELETE restrict,
	CONSTRAINT "company_tags_key" CHECK(length("company_tags"."key") between 1 and 27),
	CONSTRAINT "company_tags_value" CHECK(length("company_tags"."value") between 0 and 100)
) STRICT;
--> statement-breakpoint
CREATE INDEX `company_tags_by_value` ON `company_tags` (`key`,`value`,`company_id`);--> statement-breakpoint
CREATE TABLE `connections` (
	`id` text PRIMARY KEY NOT NULL,
	`company_id` text NOT NULL,
	`integration_id` text NOT NULL,
	`source_id` text NOT NULL,
	`source_type` text NOT NULL,
	`status` text NOT NULL,
	`last_sync` integer,
	`last_sync_order` integer GENERATED ALWAYS AS (coalesce(last_sync, -9007199254740991)) VIRTUAL NOT NULL,
	`created` integer NOT NULL,
	`deleted_at` integer,
	FOREIGN KEY (`company_id`) REFERENCES `companies`(`id`) ON UPDATE no action ON DELETE restrict,
	FOREIGN KEY (`integration_id`) REFERENCES `integrations`(`id`) ON UPDATE no action ON DELETE restrict,
	CONSTRAINT "connections_id" CHECK(length("connections"."id") = 36 and "connections"."id" = lower("connections"."id")),
	CONSTRAINT "connections_source_id" CHECK(length("connections"."source_id") = 36 and "connections"."source_id" = lower("connections"."source_id")),
	CONSTRAINT "connections_source_type" CHECK("connections"."source_type" in ('Accounting', 'Banking', 'BankFeed', 'Commerce', 'Expense', 'Other', 'Unknown')),
	CONSTRAINT "connections_status" CHECK("connections"."status" in ('PendingAuth', 'Linked', 'Unlinked', 'Deauthorized'))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `connections_one_active` ON `connections` (`company_id`,`source_type`) WHERE "connections"."status" = 'Linked' and "connections"."deleted_at" is null and "connections"."source_type" in ('Accounting', 'BankFeed');--> statement-breakpoint
CREATE INDEX `connections_by_company` ON `connections` (`company_id`,`created`,`id`) WHERE "connections"."deleted_at" is null;--> statement-breakpoint
CREATE INDEX `connections_summary` ON `connections` (`company_id`,`status`,`last_sync`) WHERE "connections"."deleted_at" is null;--> statement-breakpoint
CREATE INDEX `connections_by_created` ON `connections` (`created`,`id`) WHERE "connections"."deleted_at" is null;--> statement-breakpoint
CREATE INDEX `connections_by_last_sync` ON `connections` (`last_sync_order`,`id`) WHERE "connections"."deleted_at" is null;--> statement-breakpoint
CREATE INDEX `connections_by_status` ON `connections` (`status`,`created`,`id`) WHERE "connections"."deleted_at" is null;--> statement-breakpoint
CREATE INDEX `connections_by_source_type` ON `connections` (`source_type`,`created`,`id`) WHERE "connections"."deleted_at" is null;--> statement-breakpoint
CREATE INDEX `connections_by_integration` ON `connections` (`integration_id`,`created`,`id`) WHERE "connections"."deleted_at" is null;--> statement-breakpoint
CREATE TABLE `events` (
	`sequence` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`type` text NOT NULL,
	`company_id` text NOT NULL,
	`connection_id` text,
	`from_status` text,
	`to_status` text,
	`actor` text NOT NULL,
	`reason` text,
	`at` integer NOT NULL,
	FOREIGN KEY (`company_id`) REFERENCES `companies`(`id`) ON UPDATE no action ON DELETE restrict,
	FOREIGN KEY (`connection_id`) REFERENCES `connections`(`id`) ON UPDATE no action ON DELETE restrict,
	CONSTRAINT "events_id" CHECK(length("events"."id") = 36 and "events"."id" = lower("events"."id")),
	CONSTRAINT "events_type" CHECK("events"."type" in ('company.created', 'company.updated', 'company.deleted', 'connection.created', 'connection.updated', 'connection.connected', 'connection.reconnected', 'connection.disconnected', 'connection.failed', 'connection.deleted')),
	CONSTRAINT "events_subject" CHECK(("events"."type" like 'connection.%') = ("events"."connection_id" is not null)),
	CONSTRAINT "events_from_status" CHECK("events"."from_status" is null or "events"."from_status" in ('PendingAuth', 'Linked', 'Unlinked', 'Deauthorized')),
	CONSTRAINT "events_to_status" CHECK("events"."to_status" is null or "events"."to_status" in ('PendingAuth', 'Linked', 'Unlinked', 'Deauthorized')),
	CONSTRAINT "events_actor" CHECK(length("events"."actor") between 1 and 100),
	CONSTRAINT "events_reason" CHECK("events"."reason" is null or length("events"."reason") between 1 and 1000)
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `events_id_unique` ON `events` (`id`);--> statement-breakpoint
CREATE INDEX `events_by_connection` ON `events` (`connection_id`,`sequence`);--> statement-breakpoint
CREATE TABLE `integrations` (
	`id` text PRIMARY KEY NOT NULL,
	`key` text,
	`name` text NOT NULL,
	`source_type` text NOT NULL,
	`source_id` text NOT NULL,
	`enabled` integer NOT NULL,
	CONSTRAINT "integrations_id" CHECK(length("integrations"."id") = 36 and "integrations"."id" = lower("integrations"."id")),
	CONSTRAINT "integrations_key" CHECK("integrations"."key" is null or length("integrations"."key") between 1 and 50),
	CONSTRAINT "integrations_name" CHECK(length("integrations"."name") between 1 and 200),
	CONSTRAINT "integrations_source_type" CHECK("integrations"."source_type" in ('Accounting', 'Banking', 'BankFeed', 'Commerce', 'Expense', 'Other', 'Unknown')),
	CONSTRAINT "integrations_source_id" CHECK(length("integrations"."source_id") = 36 and "integrations"."source_id" = lower("integrations"."source_id")),
	CONSTRAINT "integrations_enabled" CHECK("integrations"."enabled" in (0, 1))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `integrations_key_unique` ON `integrations` (`key`);