-- What is searched: filled from the journals and emptied by a rebuild, so there is nothing here that is not there too.
-- `entry` is the journal's entry as JSON text, and is text on purpose: jsonb refuses \u0000 and lone surrogates,
-- json refuses deep nesting, and a record that is refused would be lost. The other columns are only searched by.

-- Part of PostgreSQL's contrib (Debian: in the server's package) and trusted: the database's owner may create it.
CREATE EXTENSION IF NOT EXISTS pg_trgm;

CREATE TABLE journal_position (
  node text COLLATE "C" PRIMARY KEY,
  sequence bigint NOT NULL,
  hash text NOT NULL
);

CREATE TABLE decision (
  id text COLLATE "C" PRIMARY KEY,
  time_ms bigint NOT NULL,
  verdict text COLLATE "C" NOT NULL,
  agent text COLLATE "C" NOT NULL,
  principal_id text COLLATE "C" NOT NULL,
  session_id text COLLATE "C",
  action_kind text COLLATE "C" NOT NULL,
  policies text[] COLLATE "C" NOT NULL,
  subject text COLLATE "C" NOT NULL,
  entry text NOT NULL
);

-- Each list is newest first, so each filter that selects few rows has an index that ends in the order of the list.
CREATE INDEX decision_newest ON decision (time_ms DESC, id DESC);
CREATE INDEX decision_by_agent ON decision (agent, time_ms DESC, id DESC);
CREATE INDEX decision_by_principal ON decision (principal_id, time_ms DESC, id DESC);
CREATE INDEX decision_by_session ON decision (session_id, time_ms DESC, id DESC) WHERE session_id IS NOT NULL;
CREATE INDEX decision_by_verdict ON decision (verdict, time_ms DESC, id DESC);
CREATE INDEX decision_by_policy ON decision USING gin (policies);
CREATE INDEX decision_by_subject ON decision USING gin (subject gin_trgm_ops);

CREATE TABLE outcome (
  node text COLLATE "C" NOT NULL,
  sequence bigint NOT NULL,
  time_ms bigint NOT NULL,
  status text COLLATE "C" NOT NULL,
  decision_id text COLLATE "C",
  entry text NOT NULL,
  PRIMARY KEY (node, sequence)
);

CREATE INDEX outcome_by_decision ON outcome (decision_id, time_ms, node, sequence) WHERE decision_id IS NOT NULL;
CREATE INDEX outcome_by_time ON outcome (time_ms, status);

CREATE TABLE session (
  id text COLLATE "C" PRIMARY KEY,
  -- Two JSON texts: what the run is called (principal, id, agent), and the working directory of its first decision.
  run text NOT NULL,
  cwd text,
  first_seen_ms bigint NOT NULL,
  last_seen_ms bigint NOT NULL,
  allow_count bigint NOT NULL,
  deny_count bigint NOT NULL,
  ask_count bigint NOT NULL,
  modify_count bigint NOT NULL,
  defer_count bigint NOT NULL,
  ungoverned_count bigint NOT NULL
);

CREATE INDEX session_newest ON session (first_seen_ms DESC, id DESC);
