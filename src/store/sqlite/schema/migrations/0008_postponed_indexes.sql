CREATE TABLE `postponed_indexes` (
	`name` text PRIMARY KEY NOT NULL
) STRICT;
