-- While a webhook's token is being replaced: when the newer one takes over. NULL where none is.
ALTER TABLE webhooks ADD COLUMN rotation_ends_at INTEGER;
