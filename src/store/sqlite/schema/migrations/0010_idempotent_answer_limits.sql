CREATE TABLE `idempotent_answer_totals` (
	`actor` text PRIMARY KEY NOT NULL,
	`bytes` integer NOT NULL,
	CONSTRAINT "idempotent_answer_totals_bytes" CHECK("idempotent_answer_totals"."bytes" >= 0)
) STRICT;
--> statement-breakpoint
PRAGMA foreign_keys=OFF;--> statement-breakpoint
CREATE TABLE `__new_idempotent_answers` (
	`actor` text NOT NULL,
	`key` text NOT NULL,
	`request` blob NOT NULL,
	`answer` text,
	`at` integer NOT NULL,
	`bytes` integer GENERATED ALWAYS AS (200 + length("key") + coalesce(octet_length("answer"), 0)) VIRTUAL NOT NULL,
	PRIMARY KEY(`actor`, `key`),
	CONSTRAINT "idempotent_answers_key" CHECK(length("__new_idempotent_answers"."key") between 1 and 255),
	CONSTRAINT "idempotent_answers_request" CHECK(length("__new_idempotent_answers"."request") = 32),
	CONSTRAINT "idempotent_answers_answer" CHECK(octet_length("__new_idempotent_answers"."answer") <= 65536)
) STRICT;
--> statement-breakpoint
-- Of responses that are too large now, the fact that there was one stays.
INSERT INTO `__new_idempotent_answers`("actor", "key", "request", "answer", "at")
SELECT "actor", "key", "request", CASE WHEN octet_length("answer") <= 65536 THEN "answer" END, "at" FROM `idempotent_answers`;
--> statement-breakpoint
DROP TABLE `idempotent_answers`;--> statement-breakpoint
ALTER TABLE `__new_idempotent_answers` RENAME TO `idempotent_answers`;--> statement-breakpoint
PRAGMA foreign_keys=ON;--> statement-breakpoint
CREATE INDEX `idempotent_answers_by_age` ON `idempotent_answers` (`at`);
--> statement-breakpoint
INSERT INTO idempotent_answer_totals (actor, bytes)
SELECT actor, sum(bytes) FROM idempotent_answers GROUP BY actor;
--> statement-breakpoint
CREATE TRIGGER idempotent_answers_counted AFTER INSERT ON idempotent_answers
BEGIN
  INSERT INTO idempotent_answer_totals (actor, bytes) VALUES (new.actor, new.bytes)
  ON CONFLICT (actor) DO UPDATE SET bytes = bytes + excluded.bytes;
END;
--> statement-breakpoint
CREATE TRIGGER idempotent_answers_uncounted AFTER DELETE ON idempotent_answers
BEGIN
  UPDATE idempotent_answer_totals SET bytes = bytes - old.bytes WHERE actor = old.actor;
  DELETE FROM idempotent_answer_totals WHERE actor = old.actor AND bytes = 0;
END;
