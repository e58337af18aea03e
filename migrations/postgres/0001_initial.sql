-- Types: TEXT, BIGINT, BYTEA only. Ids are UUIDs as text, times microseconds since 1970 UTC, flags 0 or 1, lists JSON.
-- The same tables stand in ../sqlite; a test compares them.

CREATE TABLE organisation (
  id TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL CONSTRAINT organisation_kind CHECK (kind IN ('municipality', 'state_body', 'consultancy', 'vendor', 'operator', 'audit', 'portal')),
  name TEXT NOT NULL,
  slug TEXT NOT NULL,
  municipality_kind TEXT CONSTRAINT municipality_kind CHECK (municipality_kind IN ('stadt', 'gemeinde', 'amt', 'vg', 'kreis', 'zweckverband')),
  ars TEXT,
  laender TEXT NOT NULL,
  public_adopter BIGINT NOT NULL,
  demo BIGINT NOT NULL
);
CREATE UNIQUE INDEX organisation_slug ON organisation (slug);

CREATE TABLE area (
  municipality TEXT NOT NULL REFERENCES organisation (id),
  ars TEXT NOT NULL,
  name TEXT NOT NULL,
  legal_basis TEXT NOT NULL,
  PRIMARY KEY (municipality, ars)
);
CREATE INDEX area_ars ON area (ars);

CREATE TABLE person (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  deactivated BIGINT NOT NULL
);

CREATE TABLE identity (
  issuer TEXT NOT NULL,
  subject TEXT NOT NULL,
  person TEXT NOT NULL REFERENCES person (id),
  PRIMARY KEY (issuer, subject)
);
CREATE INDEX identity_of_person ON identity (person);

CREATE TABLE membership (
  person TEXT NOT NULL REFERENCES person (id),
  organisation TEXT NOT NULL REFERENCES organisation (id),
  role TEXT NOT NULL CONSTRAINT membership_role CHECK (role IN ('clerk', 'signatory', 'consultant', 'curator', 'publisher', 'operator', 'auditor', 'organisation_admin', 'portal_admin')),
  ends_at BIGINT,
  PRIMARY KEY (person, organisation, role)
);
CREATE INDEX membership_organisation ON membership (organisation);

CREATE TABLE mandate (
  id TEXT NOT NULL PRIMARY KEY,
  municipality TEXT NOT NULL REFERENCES organisation (id),
  holder TEXT NOT NULL REFERENCES organisation (id),
  scopes TEXT NOT NULL,
  verfahren TEXT NOT NULL,
  starts_at BIGINT NOT NULL,
  ends_at BIGINT NOT NULL,
  revoked_at BIGINT
);
CREATE INDEX mandate_holder ON mandate (holder);
CREATE INDEX mandate_municipality ON mandate (municipality);

CREATE TABLE verfahren (
  id TEXT NOT NULL PRIMARY KEY,
  slug TEXT NOT NULL,
  package_id TEXT NOT NULL,
  vendor TEXT NOT NULL REFERENCES organisation (id)
);
CREATE UNIQUE INDEX verfahren_slug ON verfahren (slug);
CREATE UNIQUE INDEX verfahren_package_id ON verfahren (package_id);

-- Which packages there are; their files lie in the store of packages, under the same digest.
CREATE TABLE package (
  digest TEXT NOT NULL PRIMARY KEY
);

CREATE TABLE release (
  id TEXT NOT NULL PRIMARY KEY,
  verfahren TEXT NOT NULL REFERENCES verfahren (id),
  version TEXT NOT NULL,
  digest TEXT NOT NULL REFERENCES package (digest),
  state TEXT NOT NULL CONSTRAINT release_state CHECK (state IN ('published', 'deprecated', 'withdrawn', 'unsafe')),
  published_at BIGINT NOT NULL,
  facts TEXT NOT NULL,
  -- Of the facts, repeated for lists of cases, which need nothing else of them.
  name TEXT NOT NULL,
  limits TEXT NOT NULL,
  security_fix BIGINT NOT NULL,
  state_note TEXT NOT NULL,
  replaced_by TEXT REFERENCES release (id),
  submission TEXT,
  signed_with TEXT,
  -- Whoever is told that a version ends is told why.
  CONSTRAINT state_note CHECK (state = 'published' OR state_note <> '')
);
CREATE UNIQUE INDEX release_version ON release (verfahren, version);
CREATE UNIQUE INDEX release_digest ON release (digest);
CREATE UNIQUE INDEX release_submission ON release (submission);
-- Lets a revision refer to a release together with its digest.
CREATE UNIQUE INDEX release_key ON release (id, digest);

CREATE TABLE data_centre (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  slug TEXT NOT NULL,
  operator TEXT NOT NULL REFERENCES organisation (id),
  laender TEXT NOT NULL,
  evidence_until BIGINT,
  simulated BIGINT NOT NULL
);
CREATE UNIQUE INDEX data_centre_slug ON data_centre (slug);

CREATE TABLE target (
  id TEXT NOT NULL PRIMARY KEY,
  data_centre TEXT NOT NULL REFERENCES data_centre (id),
  kind TEXT NOT NULL CONSTRAINT target_kind CHECK (kind IN ('kubernetes', 'vm')),
  stage TEXT NOT NULL CONSTRAINT target_stage CHECK (stage IN ('test', 'production')),
  namespace TEXT NOT NULL,
  endpoint TEXT NOT NULL,
  only_for TEXT REFERENCES organisation (id),
  domain TEXT NOT NULL,
  ingress_class TEXT NOT NULL,
  storage_class TEXT NOT NULL,
  tls_secret TEXT NOT NULL,
  closed BIGINT NOT NULL,
  capacity BIGINT NOT NULL,
  -- Trials of packages at the same time that the operator admits; 0 is none.
  trials BIGINT NOT NULL,
  -- Operations at the same time; without it what the portal takes for every target.
  at_once BIGINT CONSTRAINT target_at_once CHECK (at_once > 0),
  -- Requests per second from one process.
  per_second BIGINT CONSTRAINT target_per_second CHECK (per_second > 0),
  mirrors TEXT NOT NULL,
  -- The stop switch: nothing is done there, and people are told why.
  stopped_at BIGINT,
  stop_reason TEXT,
  CONSTRAINT target_stopped CHECK ((stopped_at IS NULL AND stop_reason IS NULL) OR (stopped_at IS NOT NULL AND stop_reason IS NOT NULL AND stop_reason <> '')),
  -- Nobody has reviewed what runs in a trial: never in production, never where one Verwaltung is at home.
  CONSTRAINT trials_admitted CHECK (trials = 0 OR (trials > 0 AND stage = 'test' AND only_for IS NULL AND kind = 'kubernetes'))
);
CREATE UNIQUE INDEX target_place ON target (endpoint, namespace);
CREATE UNIQUE INDEX target_key ON target (id, stage, data_centre);
CREATE INDEX target_data_centre ON target (data_centre);

CREATE TABLE request (
  id TEXT NOT NULL PRIMARY KEY,
  reference TEXT NOT NULL,
  municipality TEXT NOT NULL REFERENCES organisation (id),
  land TEXT NOT NULL,
  verfahren TEXT NOT NULL REFERENCES verfahren (id),
  release TEXT NOT NULL REFERENCES release (id),
  state TEXT NOT NULL CONSTRAINT request_state CHECK (state IN ('draft', 'submitted', 'in_review', 'returned', 'accepted', 'declined', 'withdrawn')),
  version BIGINT NOT NULL,
  created_by TEXT NOT NULL REFERENCES person (id),
  mandate TEXT REFERENCES mandate (id),
  submitted_by TEXT REFERENCES person (id),
  edited_by TEXT REFERENCES person (id),
  assigned_to TEXT REFERENCES person (id),
  data_centre TEXT REFERENCES data_centre (id),
  areas TEXT NOT NULL,
  field_values TEXT NOT NULL,
  done_tasks TEXT NOT NULL,
  decision_note TEXT NOT NULL,
  decided_by TEXT REFERENCES person (id),
  created_at BIGINT NOT NULL,
  submitted_at BIGINT,
  state_since BIGINT NOT NULL,
  -- When it was handed in, or else begun: the order of work lists.
  queued_at BIGINT NOT NULL,
  -- Where it stands: the state of its installation as i:…, or else its own as r:…. For lists, which filter by it.
  standing TEXT NOT NULL,
  CONSTRAINT decided_by CHECK (state NOT IN ('accepted', 'declined') OR decided_by IS NOT NULL),
  -- R2: who asks does not decide. Everyone else who took part is refused by the updating statement.
  CONSTRAINT second_person CHECK (state NOT IN ('accepted', 'declined') OR (decided_by <> created_by AND (submitted_by IS NULL OR decided_by <> submitted_by)))
);
CREATE UNIQUE INDEX request_reference ON request (reference);
-- One open request of a municipality for a Verfahren, however often a form is sent.
CREATE UNIQUE INDEX request_open ON request (municipality, verfahren) WHERE state IN ('draft', 'submitted', 'in_review', 'returned');
-- A list merges the pieces of these that it needs, each of which lies in its order.
CREATE INDEX request_municipality ON request (municipality, standing, created_at, id);
CREATE INDEX request_municipality_queue ON request (municipality, standing, queued_at, id);
CREATE INDEX request_land ON request (land, standing, created_at, id);
CREATE INDEX request_queue ON request (land, standing, queued_at, id);
CREATE INDEX request_created ON request (created_at, id);
CREATE INDEX request_assigned ON request (assigned_to);
CREATE INDEX request_verfahren ON request (verfahren);

-- Everyone who ever handed a request in or changed what it asks for: what others do later does not make them
-- strangers (R2).
CREATE TABLE request_participant (
  request TEXT NOT NULL REFERENCES request (id),
  person TEXT NOT NULL REFERENCES person (id),
  -- The last time.
  at BIGINT NOT NULL,
  PRIMARY KEY (request, person)
);

CREATE TABLE configuration (
  id TEXT NOT NULL PRIMARY KEY,
  request TEXT NOT NULL REFERENCES request (id),
  number BIGINT NOT NULL,
  field_values TEXT NOT NULL,
  digest TEXT NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX configuration_number ON configuration (request, number);
CREATE UNIQUE INDEX configuration_key ON configuration (id, digest);

CREATE TABLE secret (
  object TEXT NOT NULL,
  field TEXT NOT NULL,
  tenant TEXT NOT NULL REFERENCES organisation (id),
  version BIGINT NOT NULL,
  sealed BYTEA NOT NULL,
  PRIMARY KEY (object, field)
);

CREATE TABLE data_key (
  tenant TEXT NOT NULL PRIMARY KEY REFERENCES organisation (id),
  wrapped BYTEA NOT NULL
);

CREATE TABLE installation (
  id TEXT NOT NULL PRIMARY KEY,
  request TEXT NOT NULL REFERENCES request (id),
  municipality TEXT NOT NULL REFERENCES organisation (id),
  land TEXT NOT NULL,
  verfahren TEXT NOT NULL REFERENCES verfahren (id),
  release TEXT NOT NULL REFERENCES release (id),
  label TEXT NOT NULL,
  instance TEXT NOT NULL,
  data_centre TEXT REFERENCES data_centre (id),
  areas TEXT NOT NULL,
  configuration TEXT REFERENCES configuration (id),
  state TEXT NOT NULL CONSTRAINT installation_state CHECK (state IN ('in_test', 'test_failed', 'in_acceptance', 'defective', 'accepted', 'activating', 'live', 'changing', 'suspending', 'suspended', 'resuming', 'rolling_back', 'connected', 'removing', 'removed')),
  version BIGINT NOT NULL,
  state_since BIGINT NOT NULL,
  live_since BIGINT,
  -- When the change in hand, or the last one, was begun: who took part before is a stranger to it (R2).
  changing_since BIGINT
);
CREATE UNIQUE INDEX installation_request ON installation (request);
CREATE UNIQUE INDEX installation_label ON installation (municipality, verfahren, label) WHERE state <> 'removed';
-- Names of objects in targets come from the instance: two of the same name would overwrite each other.
CREATE UNIQUE INDEX installation_instance ON installation (instance) WHERE state <> 'removed';
CREATE INDEX installation_live ON installation (state);

CREATE TABLE deployment (
  id TEXT NOT NULL PRIMARY KEY,
  installation TEXT NOT NULL REFERENCES installation (id),
  stage TEXT NOT NULL CONSTRAINT deployment_stage CHECK (stage IN ('test', 'production')),
  target TEXT NOT NULL,
  -- The target's, repeated for the constraint.
  data_centre TEXT NOT NULL,
  revision TEXT,
  FOREIGN KEY (target, stage, data_centre) REFERENCES target (id, stage, data_centre)
);
CREATE UNIQUE INDEX deployment_installation_stage ON deployment (installation, stage);
CREATE UNIQUE INDEX deployment_key ON deployment (id, stage, data_centre);
CREATE INDEX deployment_target ON deployment (target);

CREATE TABLE operation (
  id TEXT NOT NULL PRIMARY KEY,
  reference TEXT NOT NULL,
  kind TEXT NOT NULL CONSTRAINT operation_kind CHECK (kind IN ('install', 'update', 'reconfigure', 'activate', 'rollback', 'suspend', 'resume', 'remove', 'trial')),
  request TEXT REFERENCES request (id),
  municipality TEXT REFERENCES organisation (id),
  land TEXT,
  installation TEXT REFERENCES installation (id),
  deployment TEXT REFERENCES deployment (id),
  trial TEXT,
  -- The deployment's or the trial's, repeated for the constraint.
  stage TEXT NOT NULL CONSTRAINT operation_stage CHECK (stage IN ('test', 'production')),
  target TEXT NOT NULL REFERENCES target (id),
  basis TEXT CONSTRAINT operation_basis CHECK (basis IN ('approval', 'removal', 'consent')),
  activation TEXT,
  input TEXT NOT NULL,
  steps TEXT NOT NULL,
  step BIGINT NOT NULL,
  attempt BIGINT NOT NULL,
  state TEXT NOT NULL CONSTRAINT operation_state CHECK (state IN ('queued', 'running', 'waiting', 'unwinding', 'done', 'unwound', 'stuck', 'abandoned')),
  failure_cause TEXT CONSTRAINT failure_cause CHECK (failure_cause IN ('unreachable', 'unauthorised', 'permission_missing', 'quota_exceeded', 'namespace_missing', 'invalid', 'conflict', 'fenced', 'image_missing', 'crash_loop', 'not_ready', 'test_timeout', 'backup_failed', 'hook_failed', 'charts_unavailable', 'package_refused', 'evidence_ended', 'throttled', 'target_kind_unsupported', 'credential_unreadable', 'internal')),
  failure_detail TEXT,
  created_at BIGINT NOT NULL,
  run_after BIGINT NOT NULL,
  finished_at BIGINT,
  generation BIGINT NOT NULL,
  lease_until BIGINT,
  worker TEXT,
  abandoned_by TEXT REFERENCES person (id),
  abandoned_reason TEXT,
  -- It is about a deployment of a case, or about a trial, which is never in production.
  CONSTRAINT operation_subject CHECK ((trial IS NULL AND kind <> 'trial' AND request IS NOT NULL AND municipality IS NOT NULL AND land IS NOT NULL AND installation IS NOT NULL AND deployment IS NOT NULL) OR (trial IS NOT NULL AND kind = 'trial' AND stage = 'test' AND request IS NULL AND municipality IS NULL AND land IS NULL AND installation IS NULL AND deployment IS NULL)),
  -- R7: nothing changes in production without a basis.
  CONSTRAINT production_basis CHECK (stage <> 'production' OR basis IS NOT NULL),
  CONSTRAINT abandoned_by CHECK (state <> 'abandoned' OR (abandoned_by IS NOT NULL AND abandoned_reason IS NOT NULL AND abandoned_reason <> ''))
);
CREATE UNIQUE INDEX operation_reference ON operation (reference);
-- One live operation per deployment.
CREATE UNIQUE INDEX operation_live ON operation (deployment) WHERE state IN ('queued', 'running', 'waiting', 'unwinding', 'stuck');
CREATE UNIQUE INDEX operation_trial ON operation (trial);
CREATE INDEX operation_due ON operation (run_after, id) WHERE state IN ('queued', 'running', 'waiting', 'unwinding');
CREATE INDEX operation_target ON operation (target) WHERE state IN ('queued', 'running', 'waiting', 'unwinding', 'stuck');
CREATE INDEX operation_request ON operation (request, created_at, id);

CREATE TABLE operation_step (
  operation TEXT NOT NULL REFERENCES operation (id),
  seq BIGINT NOT NULL,
  step BIGINT NOT NULL,
  kind TEXT NOT NULL CONSTRAINT step_kind CHECK (kind IN ('check', 'backup', 'stop', 'restore', 'apply', 'prune', 'observe', 'test', 'delete')),
  what TEXT NOT NULL CONSTRAINT step_what CHECK (what IN ('started', 'done', 'failed', 'undone')),
  attempt BIGINT NOT NULL,
  output TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (operation, seq)
);

CREATE TABLE test_run (
  id TEXT NOT NULL PRIMARY KEY,
  operation TEXT NOT NULL REFERENCES operation (id),
  installation TEXT NOT NULL REFERENCES installation (id),
  package_digest TEXT NOT NULL,
  config_digest TEXT NOT NULL,
  data_centre TEXT NOT NULL REFERENCES data_centre (id),
  passed BIGINT NOT NULL CONSTRAINT test_run_passed CHECK (passed IN (0, 1)),
  cases TEXT NOT NULL,
  started_at BIGINT NOT NULL,
  finished_at BIGINT NOT NULL,
  -- Of the cases, the names of those that failed: for counting them without their logs.
  red TEXT NOT NULL
);
CREATE UNIQUE INDEX test_run_key ON test_run (id, package_digest, config_digest, data_centre, passed);
CREATE INDEX test_run_installation ON test_run (installation, finished_at, id);

CREATE TABLE acceptance (
  id TEXT NOT NULL PRIMARY KEY,
  installation TEXT NOT NULL REFERENCES installation (id),
  test_run TEXT NOT NULL REFERENCES test_run (id),
  person TEXT NOT NULL REFERENCES person (id),
  mandate TEXT REFERENCES mandate (id),
  accepted BIGINT NOT NULL,
  ticked TEXT NOT NULL,
  note TEXT NOT NULL,
  at BIGINT NOT NULL
);
CREATE INDEX acceptance_installation ON acceptance (installation, at, id);

CREATE TABLE activation (
  id TEXT NOT NULL PRIMARY KEY,
  installation TEXT NOT NULL REFERENCES installation (id),
  test_run TEXT NOT NULL REFERENCES test_run (id),
  requested_by TEXT NOT NULL REFERENCES person (id),
  mandate TEXT REFERENCES mandate (id),
  state TEXT NOT NULL CONSTRAINT activation_state CHECK (state IN ('requested', 'approved', 'refused', 'done', 'ended')),
  version BIGINT NOT NULL,
  requested_at BIGINT NOT NULL,
  not_before BIGINT
);
CREATE UNIQUE INDEX activation_open ON activation (installation) WHERE state IN ('requested', 'approved');
CREATE INDEX activation_installation ON activation (installation, requested_at, id);

-- R2: one yes for each side, from different persons. Participants of the case are refused by the inserting statement.
CREATE TABLE approval (
  activation TEXT NOT NULL REFERENCES activation (id),
  side TEXT NOT NULL CONSTRAINT approval_side_word CHECK (side IN ('municipality', 'land')),
  person TEXT NOT NULL REFERENCES person (id),
  at BIGINT NOT NULL
);
CREATE UNIQUE INDEX approval_side ON approval (activation, side);
CREATE UNIQUE INDEX approval_person ON approval (activation, person);

CREATE TABLE revision (
  id TEXT NOT NULL PRIMARY KEY,
  deployment TEXT NOT NULL,
  stage TEXT NOT NULL CONSTRAINT revision_stage CHECK (stage IN ('test', 'production')),
  operation TEXT NOT NULL REFERENCES operation (id),
  release TEXT NOT NULL,
  configuration TEXT NOT NULL,
  package_digest TEXT NOT NULL,
  config_digest TEXT NOT NULL,
  data_centre TEXT NOT NULL,
  test_run TEXT,
  -- 1 with a test run: the foreign key below then finds only passed ones.
  test_passed BIGINT,
  activation TEXT REFERENCES activation (id),
  -- The revision of this deployment that is applied again.
  restored_from TEXT REFERENCES revision (id),
  applied_at BIGINT NOT NULL,
  -- R1: production only with a passed test run of the same pair in the same data centre.
  CONSTRAINT test_gate CHECK (stage <> 'production' OR (test_run IS NOT NULL AND activation IS NOT NULL)),
  CONSTRAINT test_passed CHECK ((test_run IS NULL AND test_passed IS NULL) OR (test_run IS NOT NULL AND test_passed IS NOT NULL AND test_passed = 1)),
  FOREIGN KEY (test_run, package_digest, config_digest, data_centre, test_passed) REFERENCES test_run (id, package_digest, config_digest, data_centre, passed),
  -- What the revision says of itself is what it really is: stage, place and digests cannot be made up.
  FOREIGN KEY (deployment, stage, data_centre) REFERENCES deployment (id, stage, data_centre),
  FOREIGN KEY (release, package_digest) REFERENCES release (id, digest),
  FOREIGN KEY (configuration, config_digest) REFERENCES configuration (id, digest)
);
CREATE INDEX revision_deployment ON revision (deployment, applied_at);

-- Production revisions that ran as they should: what may be applied again (R1).
CREATE TABLE revision_healthy (
  revision TEXT NOT NULL PRIMARY KEY REFERENCES revision (id),
  at BIGINT NOT NULL
);

-- The newest positions of the record and of the events. Every commit updates this one row last, so both orders have
-- no gap and nobody reads a later position before an earlier one is committed.
CREATE TABLE journal_position (
  id BIGINT NOT NULL PRIMARY KEY CONSTRAINT journal_position_single CHECK (id = 1),
  audit BIGINT NOT NULL,
  event BIGINT NOT NULL
);
INSERT INTO journal_position (id, audit, event) VALUES (1, 0, 0);

CREATE TABLE event (
  seq BIGINT NOT NULL PRIMARY KEY,
  at BIGINT NOT NULL,
  -- None for a trial of a package.
  municipality TEXT,
  request TEXT,
  installation TEXT,
  operation TEXT,
  code TEXT NOT NULL CONSTRAINT event_code CHECK (code IN ('request_state', 'installation_state', 'operation_state', 'step_started', 'step_done', 'step_retried', 'step_failed', 'progress', 'log', 'test_case', 'act')),
  params TEXT NOT NULL,
  CONSTRAINT event_subject CHECK ((request IS NOT NULL AND municipality IS NOT NULL) OR (request IS NULL AND municipality IS NULL AND operation IS NOT NULL))
);
CREATE INDEX event_request ON event (request, seq);
CREATE INDEX event_operation ON event (operation, seq);

-- The record. No foreign keys: it outlives what it speaks of.
CREATE TABLE audit_entry (
  id TEXT NOT NULL PRIMARY KEY,
  seq BIGINT NOT NULL,
  at BIGINT NOT NULL,
  person TEXT,
  acting_as TEXT,
  municipality TEXT,
  land TEXT,
  mandate TEXT,
  action TEXT NOT NULL,
  subject TEXT NOT NULL,
  request TEXT,
  salt TEXT NOT NULL,
  detail_hash TEXT NOT NULL,
  leaf_hash TEXT NOT NULL
);
CREATE UNIQUE INDEX audit_entry_seq ON audit_entry (seq);
CREATE INDEX audit_entry_municipality ON audit_entry (municipality, seq);
CREATE INDEX audit_entry_land ON audit_entry (land, seq);
CREATE INDEX audit_entry_request ON audit_entry (request, seq);

-- Names and facts of an entry. A row may be erased; its own salt goes with it, so the hash left behind tells nothing.
CREATE TABLE audit_detail (
  entry TEXT NOT NULL PRIMARY KEY REFERENCES audit_entry (id),
  salt TEXT NOT NULL,
  person_name TEXT,
  detail TEXT
);

CREATE TABLE audit_seal (
  number BIGINT NOT NULL PRIMARY KEY,
  first_seq BIGINT NOT NULL,
  last_seq BIGINT NOT NULL,
  head TEXT NOT NULL,
  at BIGINT NOT NULL
);

CREATE TABLE session (
  -- SHA-256 of the id in the cookie: reading this table does not make anybody's session usable.
  id_hash TEXT NOT NULL PRIMARY KEY,
  content TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX session_expiry ON session (expires_at);

-- Tables that refer to each other in a circle.
ALTER TABLE deployment ADD FOREIGN KEY (revision) REFERENCES revision (id);
ALTER TABLE operation ADD FOREIGN KEY (activation) REFERENCES activation (id);

CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '%', TG_ARGV[0];
END;
$$;

-- R8: of a release only the state, its reason and who may use it change.
CREATE TRIGGER release_immutable BEFORE UPDATE OF id, verfahren, version, digest, published_at, facts, name, submission, signed_with ON release
FOR EACH ROW EXECUTE FUNCTION refuse('immutable');
CREATE TRIGGER release_kept BEFORE DELETE ON release
FOR EACH ROW EXECUTE FUNCTION refuse('immutable');
CREATE TRIGGER package_immutable BEFORE UPDATE ON package
FOR EACH ROW EXECUTE FUNCTION refuse('immutable');
-- What was applied and what was tested stays as it was (R1).
CREATE TRIGGER revision_immutable BEFORE UPDATE ON revision
FOR EACH ROW EXECUTE FUNCTION refuse('immutable');
CREATE TRIGGER revision_kept BEFORE DELETE ON revision
FOR EACH ROW EXECUTE FUNCTION refuse('immutable');
CREATE TRIGGER test_run_immutable BEFORE UPDATE ON test_run
FOR EACH ROW EXECUTE FUNCTION refuse('immutable');
CREATE TRIGGER test_run_kept BEFORE DELETE ON test_run
FOR EACH ROW EXECUTE FUNCTION refuse('immutable');
CREATE TRIGGER configuration_immutable BEFORE UPDATE ON configuration
FOR EACH ROW EXECUTE FUNCTION refuse('immutable');
CREATE TRIGGER acceptance_immutable BEFORE UPDATE ON acceptance
FOR EACH ROW EXECUTE FUNCTION refuse('immutable');
-- R2 and R7: production changes only with two yes to an approved activation of the same installation, or back to what
-- the same deployment ran healthily on two yes of then, unless it was withdrawn as unsafe (R1).
CREATE FUNCTION needs_two_yes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.stage = 'production' AND NEW.activation IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM activation v JOIN deployment d ON d.installation = v.installation
    WHERE v.id = NEW.activation AND d.id = NEW.deployment AND v.state = 'approved'
    AND (SELECT count(*) FROM approval a WHERE a.activation = v.id) = 2)
  AND NOT EXISTS (
    SELECT 1 FROM revision o JOIN revision_healthy h ON h.revision = o.id JOIN release l ON l.id = o.release
    WHERE o.id = NEW.restored_from AND o.deployment = NEW.deployment AND o.release = NEW.release
    AND o.package_digest = NEW.package_digest AND o.config_digest = NEW.config_digest AND o.configuration = NEW.configuration
    AND o.test_run = NEW.test_run AND o.activation = NEW.activation AND l.state <> 'unsafe')
  THEN
    RAISE EXCEPTION 'production_basis';
  END IF;
  RETURN NEW;
END;
$$;
CREATE TRIGGER revision_basis BEFORE INSERT ON revision
FOR EACH ROW EXECUTE FUNCTION needs_two_yes();
CREATE TRIGGER approval_immutable BEFORE UPDATE ON approval
FOR EACH ROW EXECUTE FUNCTION refuse('immutable');
CREATE TRIGGER approval_kept BEFORE DELETE ON approval
FOR EACH ROW EXECUTE FUNCTION refuse('immutable');
-- The record is only ever appended to.
CREATE TRIGGER audit_entry_immutable BEFORE UPDATE ON audit_entry
FOR EACH ROW EXECUTE FUNCTION refuse('append_only');
CREATE TRIGGER audit_entry_kept BEFORE DELETE ON audit_entry
FOR EACH ROW EXECUTE FUNCTION refuse('append_only');
CREATE TRIGGER audit_seal_immutable BEFORE UPDATE ON audit_seal
FOR EACH ROW EXECUTE FUNCTION refuse('append_only');
CREATE TRIGGER audit_seal_kept BEFORE DELETE ON audit_seal
FOR EACH ROW EXECUTE FUNCTION refuse('append_only');
