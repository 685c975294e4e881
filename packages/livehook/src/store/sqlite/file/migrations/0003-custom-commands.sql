-- Commands of an app's own. `definition` is the description as it was registered, as JSON; it is read again at each start.
CREATE TABLE custom_commands (
  app INTEGER NOT NULL REFERENCES apps (app) ON DELETE CASCADE,
  command TEXT NOT NULL,
  definition TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (app, command)
) STRICT, WITHOUT ROWID;
