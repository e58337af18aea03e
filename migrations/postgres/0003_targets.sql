-- What the operators of data centres set for their targets.

-- When operations may begin, in minutes of the week in Germany (0 is Monday, 00:00). Without a row: always.
CREATE TABLE target_window (
  target TEXT NOT NULL REFERENCES target (id),
  from_minute BIGINT NOT NULL,
  until_minute BIGINT NOT NULL,
  CONSTRAINT target_window_times CHECK (from_minute >= 0 AND from_minute < until_minute AND until_minute <= 10080),
  PRIMARY KEY (target, from_minute)
);

-- Announced work on a target. Nothing is done there from its begin to its end.
CREATE TABLE maintenance (
  id TEXT NOT NULL PRIMARY KEY,
  target TEXT NOT NULL REFERENCES target (id),
  from_at BIGINT NOT NULL,
  until_at BIGINT NOT NULL,
  text TEXT NOT NULL,
  announced_by TEXT NOT NULL REFERENCES person (id),
  announced_at BIGINT NOT NULL,
  cancelled_at BIGINT,
  CONSTRAINT maintenance_times CHECK (from_at < until_at)
);
CREATE INDEX maintenance_target ON maintenance (target, until_at);
CREATE INDEX maintenance_until ON maintenance (until_at, id);

-- The newest evidence of each kind; earlier ones stand in the record. data_centre.evidence_until is the first that ends.
CREATE TABLE evidence (
  data_centre TEXT NOT NULL REFERENCES data_centre (id),
  kind TEXT NOT NULL CONSTRAINT evidence_kind CHECK (kind IN ('c5', 'iso27001', 'penetration_test')),
  valid_until BIGINT NOT NULL,
  note TEXT NOT NULL,
  recorded_at BIGINT NOT NULL,
  PRIMARY KEY (data_centre, kind)
);

-- Targets that are being registered. The credential is a row of secret under the same id.
CREATE TABLE target_draft (
  id TEXT NOT NULL PRIMARY KEY,
  data_centre TEXT NOT NULL REFERENCES data_centre (id),
  started_by TEXT REFERENCES person (id),
  started_at BIGINT NOT NULL,
  plan TEXT NOT NULL,
  endpoint TEXT,
  survey TEXT
);
CREATE INDEX target_draft_started ON target_draft (started_at);
