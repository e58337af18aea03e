-- Publishing: from a vendor's package to a release. The same tables stand in ../sqlite; a test compares them.

-- Access keys of pipelines. Only the hash is stored: reading this table does not let anybody in.
CREATE TABLE access_token (
  id TEXT NOT NULL PRIMARY KEY,
  organisation TEXT NOT NULL REFERENCES organisation (id),
  verfahren TEXT NOT NULL,
  name TEXT NOT NULL,
  hash TEXT NOT NULL,
  created_by TEXT NOT NULL REFERENCES person (id),
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  revoked_at BIGINT,
  last_used_at BIGINT
);
CREATE UNIQUE INDEX access_token_hash ON access_token (hash);
CREATE INDEX access_token_organisation ON access_token (organisation, created_at, id);

CREATE TABLE vendor_key (
  id TEXT NOT NULL PRIMARY KEY,
  organisation TEXT NOT NULL REFERENCES organisation (id),
  name TEXT NOT NULL,
  pem TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  created_by TEXT NOT NULL REFERENCES person (id),
  created_at BIGINT NOT NULL,
  revoked_at BIGINT
);
CREATE UNIQUE INDEX vendor_key_fingerprint ON vendor_key (organisation, fingerprint);

CREATE TABLE submission (
  id TEXT NOT NULL PRIMARY KEY,
  reference TEXT NOT NULL,
  vendor TEXT NOT NULL REFERENCES organisation (id),
  verfahren TEXT REFERENCES verfahren (id),
  slug TEXT NOT NULL,
  package_id TEXT NOT NULL,
  version TEXT NOT NULL,
  digest TEXT NOT NULL REFERENCES package (digest),
  facts TEXT NOT NULL,
  findings TEXT NOT NULL,
  state TEXT NOT NULL CONSTRAINT submission_state CHECK (state IN ('draft', 'submitted', 'in_review', 'returned', 'released', 'declined', 'discarded')),
  lock BIGINT NOT NULL,
  uploaded_by TEXT NOT NULL REFERENCES person (id),
  token TEXT REFERENCES access_token (id),
  submitted_by TEXT REFERENCES person (id),
  assigned_to TEXT REFERENCES person (id),
  decided_by TEXT REFERENCES person (id),
  limits TEXT NOT NULL,
  security_fix BIGINT NOT NULL,
  signature TEXT,
  signed_with TEXT REFERENCES vendor_key (id),
  created_at BIGINT NOT NULL,
  -- When its content came: the same version may be uploaded anew.
  uploaded_at BIGINT NOT NULL,
  submitted_at BIGINT,
  state_since BIGINT NOT NULL,
  -- When it was handed in, or else uploaded: the order of lists.
  queued_at BIGINT NOT NULL,
  CONSTRAINT submission_decided CHECK (state NOT IN ('released', 'declined') OR decided_by IS NOT NULL),
  -- R2: who publishes does not release.
  CONSTRAINT second_person CHECK (state NOT IN ('released', 'declined') OR (decided_by <> uploaded_by AND (submitted_by IS NULL OR decided_by <> submitted_by)))
);
CREATE UNIQUE INDEX submission_reference ON submission (reference);
-- A version is on its way once; what was declined or taken back may come again.
CREATE UNIQUE INDEX submission_version ON submission (package_id, version) WHERE state NOT IN ('declined', 'discarded');
-- Lets a release refer to a submission together with the package that was reviewed.
CREATE UNIQUE INDEX submission_key ON submission (id, digest);
CREATE INDEX submission_vendor ON submission (vendor, queued_at, id);
CREATE INDEX submission_queue ON submission (state, queued_at, id);
CREATE INDEX submission_digest ON submission (digest);

-- Everyone who ever uploaded or handed in: doing it again does not make the earlier person a stranger (R2).
CREATE TABLE submission_participant (
  submission TEXT NOT NULL REFERENCES submission (id),
  person TEXT NOT NULL REFERENCES person (id),
  PRIMARY KEY (submission, person)
);

CREATE TABLE submission_message (
  id TEXT NOT NULL PRIMARY KEY,
  submission TEXT NOT NULL REFERENCES submission (id),
  at BIGINT NOT NULL,
  person TEXT NOT NULL REFERENCES person (id),
  side TEXT NOT NULL CONSTRAINT message_side CHECK (side IN ('vendor', 'curator')),
  body TEXT NOT NULL
);
CREATE INDEX submission_message_order ON submission_message (submission, at, id);

-- Trials of packages that are not released. No evidence for anything: test_run knows only installations (R1).
CREATE TABLE trial (
  id TEXT NOT NULL PRIMARY KEY,
  reference TEXT NOT NULL,
  submission TEXT NOT NULL REFERENCES submission (id),
  -- The content that was tried; a later one may have replaced it.
  digest TEXT NOT NULL,
  target TEXT NOT NULL,
  -- The target's, repeated for the constraint.
  stage TEXT NOT NULL CONSTRAINT trial_in_test CHECK (stage = 'test'),
  data_centre TEXT NOT NULL,
  instance TEXT NOT NULL,
  version BIGINT NOT NULL,
  started_by TEXT NOT NULL REFERENCES person (id),
  token TEXT REFERENCES access_token (id),
  cancelled_by TEXT REFERENCES person (id),
  result TEXT CONSTRAINT trial_result CHECK (result IN ('passed', 'failed', 'broken', 'cancelled')),
  failure_cause TEXT,
  failure_detail TEXT,
  cases TEXT NOT NULL,
  -- Counted from the cases: lists need no logs.
  tests BIGINT NOT NULL,
  passed_tests BIGINT NOT NULL,
  test_millis BIGINT NOT NULL,
  -- Who said that the target is gone, so that nothing of it can be removed.
  given_up_by TEXT REFERENCES person (id),
  started_at BIGINT NOT NULL,
  finished_at BIGINT,
  CONSTRAINT trial_given_up CHECK (given_up_by IS NULL OR finished_at IS NOT NULL),
  CONSTRAINT trial_finished CHECK (finished_at IS NULL OR result IS NOT NULL),
  FOREIGN KEY (target, stage, data_centre) REFERENCES target (id, stage, data_centre)
);
CREATE UNIQUE INDEX trial_reference ON trial (reference);
-- Names of objects in targets come from the instance; it is used once.
CREATE UNIQUE INDEX trial_instance ON trial (instance);
-- One at a time for a submission.
CREATE UNIQUE INDEX trial_live ON trial (submission) WHERE finished_at IS NULL;
CREATE INDEX trial_submission ON trial (submission, started_at, id);
CREATE INDEX trial_target ON trial (target, started_at, id);

-- What a package is made of, by its software bill of materials.
CREATE TABLE component (
  digest TEXT NOT NULL REFERENCES package (digest) ON DELETE CASCADE,
  number BIGINT NOT NULL,
  name TEXT NOT NULL,
  version TEXT NOT NULL,
  purl TEXT NOT NULL,
  -- Type, namespace and name of the package URL, and the name alone; both in small letters.
  search_key TEXT NOT NULL,
  name_key TEXT NOT NULL,
  licence TEXT NOT NULL,
  PRIMARY KEY (digest, number)
);
CREATE INDEX component_search ON component (search_key, version, digest);

-- By which words a component is found: its name, and the parts of it. Whoever looks for „log4j" finds „log4j-core".
CREATE TABLE component_word (
  word TEXT NOT NULL,
  version TEXT NOT NULL,
  digest TEXT NOT NULL,
  number BIGINT NOT NULL,
  PRIMARY KEY (word, version, digest, number),
  CONSTRAINT component_word_component FOREIGN KEY (digest, number) REFERENCES component (digest, number) ON DELETE CASCADE
);
CREATE INDEX component_word_component ON component_word (digest, number);

CREATE TABLE feedback (
  id TEXT NOT NULL PRIMARY KEY,
  verfahren TEXT NOT NULL REFERENCES verfahren (id),
  organisation TEXT NOT NULL REFERENCES organisation (id),
  person TEXT NOT NULL REFERENCES person (id),
  kind TEXT NOT NULL CONSTRAINT feedback_kind CHECK (kind IN ('wish', 'question', 'experience')),
  body TEXT NOT NULL,
  at BIGINT NOT NULL,
  answer TEXT NOT NULL,
  answered_by TEXT REFERENCES person (id),
  answered_at BIGINT,
  CONSTRAINT feedback_answer CHECK ((answer = '' AND answered_by IS NULL) OR (answer <> '' AND answered_by IS NOT NULL AND answered_at IS NOT NULL))
);
CREATE INDEX feedback_verfahren ON feedback (verfahren, at, id);
-- What nobody has answered yet.
CREATE INDEX feedback_open ON feedback (verfahren, at, id) WHERE answer = '';

-- Tables that refer to each other in a circle.
-- What was released is what was reviewed.
ALTER TABLE release ADD FOREIGN KEY (submission, digest) REFERENCES submission (id, digest);
ALTER TABLE release ADD FOREIGN KEY (signed_with) REFERENCES vendor_key (id);
ALTER TABLE operation ADD FOREIGN KEY (trial) REFERENCES trial (id);

-- What was said stays as it was said.
CREATE TRIGGER submission_message_immutable BEFORE UPDATE ON submission_message
FOR EACH ROW EXECUTE FUNCTION refuse('append_only');
CREATE TRIGGER submission_message_kept BEFORE DELETE ON submission_message
FOR EACH ROW EXECUTE FUNCTION refuse('append_only');
-- A key is taken back, never changed.
CREATE TRIGGER vendor_key_immutable BEFORE UPDATE OF id, organisation, pem, fingerprint, created_by, created_at ON vendor_key
FOR EACH ROW EXECUTE FUNCTION refuse('immutable');
CREATE TRIGGER access_token_immutable BEFORE UPDATE OF id, organisation, verfahren, hash, created_by, created_at, expires_at ON access_token
FOR EACH ROW EXECUTE FUNCTION refuse('immutable');
