-- Whose packages must be signed. The same table stands in ../sqlite; a test compares them.

CREATE TABLE signing_policy (
  organisation TEXT NOT NULL PRIMARY KEY REFERENCES organisation (id),
  required BIGINT NOT NULL,
  changed_by TEXT NOT NULL REFERENCES person (id),
  changed_at BIGINT NOT NULL
);
