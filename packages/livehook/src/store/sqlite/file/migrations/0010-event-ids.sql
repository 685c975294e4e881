-- Ids of events are shuffled under a secret of this data file (domain/ids.ts), except those that were given out before.
INSERT INTO meta (name, value) VALUES
  ('event_id_secret', lower(hex(randomblob(16)))),
  ('event_ids_plain_below', (SELECT event FROM counters WHERE id = 1));
