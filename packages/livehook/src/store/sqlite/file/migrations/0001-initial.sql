-- The first layout. A migration is never changed after a release: what comes next gets a file of its own.
--
-- Small integers stand for words that are known beforehand; codes.ts says which. Two of them appear in conditions of
-- partial indexes below, where SQLite needs literals: a delivery's state is 0 succeeded, 1 claimed, 2 pending, 3 dead,
-- 4 cancelled; the symptom `none` is 0.

-- Says to every tool that this file is ours ("lvhk").
PRAGMA application_id = 1819699307;

CREATE TABLE meta (
  name TEXT PRIMARY KEY,
  value ANY
) STRICT, WITHOUT ROWID;

-- The numbers that come next. A number is given out once, even if its row is removed later: receivers remember ids.
CREATE TABLE counters (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  app INTEGER NOT NULL,
  webhook INTEGER NOT NULL,
  api_key INTEGER NOT NULL,
  event INTEGER NOT NULL,
  delivery INTEGER NOT NULL,
  evidence INTEGER NOT NULL,
  redelivery_job INTEGER NOT NULL
) STRICT;
INSERT INTO counters (id, app, webhook, api_key, event, delivery, evidence, redelivery_job)
VALUES (1, 1400000001, 1, 1, 1, 1, 1, 1);

-- Words that come again and again and are not known beforehand: commands, platforms, details.
CREATE TABLE words (
  word INTEGER PRIMARY KEY,
  text TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE apps (
  app INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE webhooks (
  webhook INTEGER PRIMARY KEY,
  app INTEGER NOT NULL REFERENCES apps (app),
  name TEXT NOT NULL,
  url TEXT NOT NULL,
  commands TEXT NOT NULL,
  spelling TEXT NOT NULL,
  content_type INTEGER NOT NULL,
  enabled INTEGER NOT NULL,
  paused INTEGER NOT NULL,
  timeout_ms INTEGER NOT NULL,
  max_in_flight INTEGER NOT NULL,
  rate_per_second INTEGER,
  retry_seconds TEXT NOT NULL,
  headers TEXT NOT NULL,
  ask_deadline_ms INTEGER NOT NULL,
  failure_policy TEXT NOT NULL,
  trial TEXT,
  keep_bodies TEXT NOT NULL,
  disabled_reason TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  last_success_at INTEGER,
  last_failure_at INTEGER,
  -- The first failure since the last success.
  failing_since INTEGER,
  -- What was settled in the minute of the last settled attempt, as in `stats`: a row that every commit writes anyway.
  stat_minute INTEGER,
  stat_counts BLOB
) STRICT;

-- Position 0 is the newest.
CREATE TABLE webhook_tokens (
  webhook INTEGER NOT NULL REFERENCES webhooks (webhook) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  token TEXT NOT NULL,
  PRIMARY KEY (webhook, position)
) STRICT, WITHOUT ROWID;

-- Removed webhooks that still have pending deliveries to be cancelled, step by step.
CREATE TABLE webhook_removals (
  webhook INTEGER PRIMARY KEY,
  removed_at INTEGER NOT NULL,
  keep_bodies TEXT NOT NULL
) STRICT;

CREATE TABLE api_keys (
  api_key INTEGER PRIMARY KEY,
  role TEXT NOT NULL,
  hash TEXT NOT NULL,
  name TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

-- An event's deliveries have numbers in a row, so the first one and how many there are need no index; those that were
-- added by hand to an event with deliveries are in later_deliveries. A body that is no longer kept is NULL.
CREATE TABLE events (
  event INTEGER PRIMARY KEY,
  app INTEGER NOT NULL,
  command INTEGER NOT NULL,
  platform INTEGER NOT NULL,
  client_ip TEXT NOT NULL,
  accepted_at INTEGER NOT NULL,
  first_delivery INTEGER NOT NULL,
  deliveries INTEGER NOT NULL,
  traceparent TEXT,
  body BLOB
) STRICT;

CREATE INDEX events_not_subscribed ON events (app) WHERE deliveries = 0;

CREATE TABLE later_deliveries (
  event INTEGER NOT NULL,
  delivery INTEGER NOT NULL,
  PRIMARY KEY (event, delivery)
) STRICT, WITHOUT ROWID;

-- The key itself is never asked for, so 16 bytes of a hash over app and key stand for it. Events come in order of time,
-- so the oldest keys are the first rows.
CREATE TABLE idempotency_keys (
  event INTEGER PRIMARY KEY,
  key_hash BLOB NOT NULL UNIQUE,
  body_hash BLOB NOT NULL
) STRICT;

-- The last attempt is repeated here, so that a list needs nothing but this table. `is_retry` is `attempts > 0` as a
-- column, since an index over that expression covers nothing.
CREATE TABLE deliveries (
  delivery INTEGER PRIMARY KEY,
  event INTEGER NOT NULL,
  app INTEGER NOT NULL,
  webhook INTEGER NOT NULL,
  command INTEGER NOT NULL,
  state INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  is_retry INTEGER NOT NULL DEFAULT 0,
  failures INTEGER NOT NULL DEFAULT 0,
  reason INTEGER,
  due_at INTEGER,
  lease_until INTEGER,
  last_started_at INTEGER,
  last_duration_us INTEGER,
  last_symptom INTEGER,
  last_detail INTEGER,
  last_status INTEGER
) STRICT;

-- Every index ends with the delivery's number (the row id), so each of the lists is in order, newest last.
-- A webhook's first attempts stand apart from its retries, so that neither is read to find the other.
CREATE INDEX deliveries_due ON deliveries (webhook, is_retry, due_at) WHERE state = 2;
CREATE INDEX deliveries_leased ON deliveries (lease_until) WHERE state = 1;
CREATE INDEX deliveries_of_app ON deliveries (app);
CREATE INDEX deliveries_of_webhook ON deliveries (webhook);
CREATE INDEX deliveries_of_command ON deliveries (app, command);
CREATE INDEX deliveries_by_state ON deliveries (app, state) WHERE state > 1;
CREATE INDEX deliveries_by_symptom ON deliveries (app, last_symptom) WHERE last_symptom > 0;

CREATE TABLE attempts (
  delivery INTEGER NOT NULL,
  number INTEGER NOT NULL,
  started_at INTEGER NOT NULL,
  duration_us INTEGER NOT NULL,
  symptom INTEGER NOT NULL,
  detail INTEGER NOT NULL,
  status INTEGER,
  evidence INTEGER NOT NULL,
  evidence_line INTEGER NOT NULL,
  PRIMARY KEY (delivery, number)
) STRICT, WITHOUT ROWID;

-- Evidence of attempts that were settled together, compressed together: one JSON text a line (evidence.ts). `attempts`
-- is how many rows of attempts have their line here: the last one that is removed takes the block along.
CREATE TABLE evidence (
  evidence INTEGER PRIMARY KEY,
  settled_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  codec INTEGER NOT NULL,
  lines BLOB NOT NULL
) STRICT;

-- What was settled, summed up per webhook and minute, so that no chart reads deliveries. stat-counts.ts says what stands
-- where in `counts`.
CREATE TABLE stats (
  app INTEGER NOT NULL,
  minute INTEGER NOT NULL,
  webhook INTEGER NOT NULL,
  counts BLOB NOT NULL,
  PRIMARY KEY (app, minute, webhook)
) STRICT, WITHOUT ROWID;

-- Redeliveries over a filter, done in steps. Deliveries up to `position` are dealt with, those from `before` on came
-- later and are none of the job's. States: 0 running, 1 paused, 2 done, 3 cancelled.
CREATE TABLE redelivery_jobs (
  job INTEGER PRIMARY KEY,
  app INTEGER NOT NULL,
  state INTEGER NOT NULL,
  filter TEXT NOT NULL,
  rate_per_second INTEGER,
  total INTEGER NOT NULL,
  is_exact INTEGER NOT NULL,
  done INTEGER NOT NULL,
  skipped INTEGER NOT NULL,
  position INTEGER NOT NULL,
  before INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE INDEX redelivery_jobs_of_app ON redelivery_jobs (app);
CREATE INDEX redelivery_jobs_open ON redelivery_jobs (state) WHERE state < 2;

-- What came of asks. Verdicts: 0 allow, 1 deny, 2 drop; decided by: 0 the app, 1 the policy. Words as everywhere; `more` is
-- JSON of what few decisions have.
CREATE TABLE decisions (
  decision INTEGER PRIMARY KEY,
  app INTEGER NOT NULL,
  webhook INTEGER,
  command INTEGER NOT NULL,
  verdict INTEGER NOT NULL,
  error_code INTEGER NOT NULL,
  error_info TEXT NOT NULL,
  decided_by INTEGER NOT NULL,
  rule INTEGER,
  failure_class INTEGER,
  duration_us INTEGER NOT NULL,
  deadline_ms INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  asked_trial INTEGER NOT NULL,
  shadow_differs INTEGER,
  started_at INTEGER,
  attempt_us INTEGER,
  symptom INTEGER,
  detail INTEGER,
  status INTEGER,
  evidence INTEGER,
  evidence_line INTEGER,
  more TEXT
) STRICT;

CREATE INDEX decisions_of_app ON decisions (app);
CREATE INDEX decisions_of_webhook ON decisions (webhook) WHERE webhook IS NOT NULL;
CREATE INDEX decisions_of_command ON decisions (app, command);
CREATE INDEX decisions_by_verdict ON decisions (app, verdict) WHERE verdict > 0;
CREATE INDEX decisions_by_policy ON decisions (app) WHERE decided_by = 1;
CREATE INDEX decisions_by_symptom ON decisions (app, symptom) WHERE symptom > 0;

-- Evidence of decisions that were recorded together, as in `evidence`; the number is that of the first of them.
CREATE TABLE decision_evidence (
  evidence INTEGER PRIMARY KEY,
  codec INTEGER NOT NULL,
  lines BLOB NOT NULL
) STRICT;
