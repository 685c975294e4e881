-- Every change of a registration, written by the very commit that makes it: numbers without gaps, in the order of the commits.
-- Whoever keeps registrations in memory reads on from the number it has seen. Triggers, so that no verb can forget it.
CREATE TABLE changes (
  version INTEGER PRIMARY KEY AUTOINCREMENT,
  -- app, webhook, command, quota or key
  kind TEXT NOT NULL,
  app INTEGER,
  -- The number of the thing; of a command its word.
  key TEXT NOT NULL
) STRICT;

-- Who is further behind than this reads everything again.
CREATE TRIGGER changes_bounded AFTER INSERT ON changes BEGIN
  DELETE FROM changes WHERE version <= NEW.version - 100000;
END;

CREATE TRIGGER app_made AFTER INSERT ON apps BEGIN
  INSERT INTO changes (kind, app, key) VALUES ('app', NEW.app, NEW.app);
END;
CREATE TRIGGER app_changed AFTER UPDATE ON apps BEGIN
  INSERT INTO changes (kind, app, key) VALUES ('app', NEW.app, NEW.app);
END;
CREATE TRIGGER app_gone AFTER DELETE ON apps BEGIN
  INSERT INTO changes (kind, app, key) VALUES ('app', OLD.app, OLD.app);
END;

-- How a webhook is doing is written with every attempt and changes nothing about its registration. Its tokens are written
-- together with the time of the change.
CREATE TRIGGER webhook_made AFTER INSERT ON webhooks BEGIN
  INSERT INTO changes (kind, app, key) VALUES ('webhook', NEW.app, NEW.webhook);
END;
CREATE TRIGGER webhook_changed AFTER UPDATE OF updated_at ON webhooks BEGIN
  INSERT INTO changes (kind, app, key) VALUES ('webhook', NEW.app, NEW.webhook);
END;
CREATE TRIGGER webhook_gone AFTER DELETE ON webhooks BEGIN
  INSERT INTO changes (kind, app, key) VALUES ('webhook', OLD.app, OLD.webhook);
END;

CREATE TRIGGER command_made AFTER INSERT ON custom_commands BEGIN
  INSERT INTO changes (kind, app, key) VALUES ('command', NEW.app, NEW.command);
END;
CREATE TRIGGER command_changed AFTER UPDATE ON custom_commands BEGIN
  INSERT INTO changes (kind, app, key) VALUES ('command', NEW.app, NEW.command);
END;
CREATE TRIGGER command_gone AFTER DELETE ON custom_commands BEGIN
  INSERT INTO changes (kind, app, key) VALUES ('command', OLD.app, OLD.command);
END;

CREATE TRIGGER quota_put AFTER INSERT ON app_quotas BEGIN
  INSERT INTO changes (kind, app, key) VALUES ('quota', NEW.app, NEW.app);
END;
CREATE TRIGGER quota_gone AFTER DELETE ON app_quotas BEGIN
  INSERT INTO changes (kind, app, key) VALUES ('quota', OLD.app, OLD.app);
END;

CREATE TRIGGER key_made AFTER INSERT ON api_keys BEGIN
  INSERT INTO changes (kind, app, key) VALUES ('key', NEW.app, NEW.api_key);
END;
CREATE TRIGGER key_gone AFTER DELETE ON api_keys BEGIN
  INSERT INTO changes (kind, app, key) VALUES ('key', OLD.app, OLD.api_key);
END;

-- Work that one process does at a time. `until`: epoch milliseconds.
CREATE TABLE leases (
  name TEXT PRIMARY KEY,
  owner TEXT NOT NULL,
  until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
