-- Names are folded without marks and invisible characters, so that a search for "cafe" finds "Café". A trigger brings
-- each name that changes into the search index. Names in ASCII have neither, and deleted companies are not searched.
UPDATE companies SET name_folded = fold(name)
WHERE deleted_at IS NULL AND octet_length(name) <> length(name);
