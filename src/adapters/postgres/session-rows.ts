import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { SessionSummary } from '#domain/decision/decision-index.ts';

/** Counts are bigint, which the driver gives as text. */
export interface SessionRow {
  readonly id: string;
  readonly run: string;
  readonly cwd: string | null;
  readonly first_seen_ms: string;
  readonly last_seen_ms: string;
  readonly allow_count: string;
  readonly deny_count: string;
  readonly ask_count: string;
  readonly modify_count: string;
  readonly defer_count: string;
  readonly ungoverned_count: string;
}

const Run = Compile(Type.Object({ id: Type.String(), principalId: Type.String(), agent: Type.String() }));
const Cwd = Compile(Type.String());

export function summaryOf(row: SessionRow): SessionSummary {
  const { id, principalId, agent } = Run.Parse(JSON.parse(row.run));
  return {
    id: id as SessionSummary['id'], // the parse edge: brands exist at compile time only
    principalId,
    agent,
    ...(row.cwd === null ? {} : { cwd: Cwd.Parse(JSON.parse(row.cwd)) }),
    firstSeenMs: Number(row.first_seen_ms),
    lastSeenMs: Number(row.last_seen_ms),
    decisions: {
      allow: Number(row.allow_count),
      deny: Number(row.deny_count),
      ask: Number(row.ask_count),
      modify: Number(row.modify_count),
      defer: Number(row.defer_count),
    },
    ungoverned: Number(row.ungoverned_count),
  };
}
