-- What the console asks for: decisions by effect and by person, what people answered, and what happened in a run without a decision.
-- Emptied first: none of this can be told from the columns that there were, and every node brings its journal again by itself.
TRUNCATE decision, outcome, session, journal_position;

ALTER TABLE decision
  -- Kinds of the effects, each once.
  ADD COLUMN effects text[] COLLATE "C" NOT NULL,
  -- Who asked, or for whom it was asked, as far as they are people.
  ADD COLUMN persons text[] COLLATE "C" NOT NULL;

CREATE INDEX decision_by_effect ON decision USING gin (effects);
CREATE INDEX decision_by_person ON decision USING gin (persons);
-- A run is read from its beginning.
CREATE INDEX decision_of_run ON decision (session_id, principal_id, time_ms, id) WHERE session_id IS NOT NULL;

ALTER TABLE outcome
  ADD COLUMN principal_id text COLLATE "C" NOT NULL,
  ADD COLUMN session_id text COLLATE "C",
  -- Sorts outcomes among decisions of the same millisecond: after them, as no decision's id begins with a tilde.
  ADD COLUMN place text COLLATE "C" NOT NULL GENERATED ALWAYS AS ('~' || node || ' ' || lpad(sequence::text, 16, '0')) STORED;

CREATE INDEX outcome_ungoverned_of_run ON outcome (session_id, principal_id, time_ms, place)
  WHERE decision_id IS NULL AND session_id IS NOT NULL;

CREATE TABLE approval (
  id text COLLATE "C" PRIMARY KEY,
  decision_id text COLLATE "C" NOT NULL,
  time_ms bigint NOT NULL,
  entry text NOT NULL
);

CREATE INDEX approval_by_decision ON approval (decision_id, time_ms, id);
