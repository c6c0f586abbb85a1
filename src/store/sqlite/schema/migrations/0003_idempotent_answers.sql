CREATE TABLE `idempotent_answers` (
	`actor` text NOT NULL,
	`key` text NOT NULL,
	`request` blob NOT NULL,
	`answer` text NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`actor`, `key`),
	CONSTRAINT "idempotent_answers_key" CHECK(length("idempotent_answers"."key") between 1 and 255),
	CONSTRAINT "idempotent_answers_request" CHECK(length("idempotent_answers"."request") = 32)
) STRICT;
--> statement-breakpoint
CREATE INDEX `idempotent_answers_by_age` ON `idempotent_answers` (`at`);