-- Which process holds the lease of a claimed delivery; 0 where it did not say. Left as it is when the lease ends.
ALTER TABLE deliveries ADD COLUMN lease_owner INTEGER NOT NULL DEFAULT 0;
