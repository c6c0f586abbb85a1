CREATE TABLE `api_keys` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`scope` text NOT NULL,
	`prefix` text NOT NULL,
	`hash` blob NOT NULL,
	`created` integer NOT NULL,
	`expires` integer,
	`last_used` integer,
	`revoked` integer,
	CONSTRAINT "api_keys_id" CHECK(length("api_keys"."id") = 36 and "api_keys"."id" = lower("api_keys"."id")),
	CONSTRAINT "api_keys_name" CHECK(length("api_keys"."name") between 1 and 100),
	CONSTRAINT "api_keys_scope" CHECK("api_keys"."scope" in ('read', 'write', 'admin')),
	CONSTRAINT "api_keys_prefix" CHECK(length("api_keys"."prefix") between 8 and 8),
	CONSTRAINT "api_keys_hash" CHECK(length("api_keys"."hash") = 32)
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `api_keys_prefix_unique` ON `api_keys` (`prefix`);