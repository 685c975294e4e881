-- Keys have a role, may belong to one app, and show how they begin and when they were last used. Apps may have quotas. What was
-- changed is written down.

ALTER TABLE api_keys ADD COLUMN app INTEGER;
-- The first characters of the key, so that a person can tell keys apart; empty where they are not known.
ALTER TABLE api_keys ADD COLUMN prefix TEXT NOT NULL DEFAULT '';
ALTER TABLE api_keys ADD COLUMN last_used_at INTEGER;

-- NULL is no quota; an app without a row has none at all.
CREATE TABLE app_quotas (
  app INTEGER PRIMARY KEY REFERENCES apps (app) ON DELETE CASCADE,
  events_per_second INTEGER,
  asks_per_second INTEGER
) STRICT;

-- One row for each change. AUTOINCREMENT, so that a number never comes back after the newest rows were removed. Who did it stands
-- here in full: keys can be revoked and apps can be renamed, the row stays true. `before` and `after` are JSON without secrets.
CREATE TABLE audit (
  entry INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  app INTEGER,
  action TEXT NOT NULL,
  target TEXT NOT NULL,
  actor TEXT NOT NULL,
  actor_name TEXT NOT NULL,
  actor_role TEXT NOT NULL,
  by_session INTEGER NOT NULL,
  address TEXT,
  before TEXT,
  after TEXT
) STRICT;

CREATE INDEX audit_of_app ON audit (app) WHERE app IS NOT NULL;
CREATE INDEX audit_by_action ON audit (action);
CREATE INDEX audit_by_actor ON audit (actor);
