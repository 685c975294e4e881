-- What the platform's configuration calls (/v4/…) need: who may make them, with which key, and a token that is kept while
-- signing is switched off.

ALTER TABLE apps ADD COLUMN admin_identifiers TEXT NOT NULL DEFAULT '["administrator"]';
ALTER TABLE apps ADD COLUMN set_callback_overwrites INTEGER NOT NULL DEFAULT 0;

-- Apart from `apps`, so that no list of apps ever carries a key.
CREATE TABLE app_secret_keys (
  app INTEGER PRIMARY KEY REFERENCES apps (app),
  secret_key TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

-- 0: the webhook's rows of webhook_tokens are kept and nothing is signed.
ALTER TABLE webhooks ADD COLUMN token_enabled INTEGER NOT NULL DEFAULT 1;
