-- A webhook's own authorities and client certificate, as JSON.
ALTER TABLE webhooks ADD COLUMN tls TEXT;
