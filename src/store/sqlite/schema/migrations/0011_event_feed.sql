CREATE INDEX `events_by_company` ON `events` (`company_id`);--> statement-breakpoint
CREATE INDEX `events_by_type` ON `events` (`type`);--> statement-breakpoint
CREATE INDEX `events_by_actor` ON `events` (`actor`);--> statement-breakpoint
CREATE INDEX `events_by_time` ON `events` (`at`);