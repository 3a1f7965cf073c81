import type { Reply } from '../../api/client.ts';

export type Health = Reply<'GET /v1/health'>;
export type Sample = Health['samples'][number];

export interface Statement {
  readonly tone: 'good' | 'waiting' | 'bad';
  readonly about: string;
  /** A whole sentence. */
  readonly text: string;
  /** What to do, where something is wrong. */
  readonly advice?: string;
}

/** What a sentence speaks about: the last minute. */
const RECENT_MS = 60_000;
/** The event loop waits for the slowest thing in it; a decision may wait for so much at most. */
export const LOOP_DELAY_MS_MAX = 50;
/** A disk that takes longer for each write holds up every answer. */
export const SYNC_MS_MAX = 50;
/** A search index that is further behind hides what has just happened. */
const INDEX_LAG_RECORDS_MAX = 1_000;
const SHIP_LAG_RECORDS_MAX = 1_000;

/** How the node is, in sentences, the worst first. */
export function statementsOf(health: Health, facts: Readonly<Record<string, unknown>>): readonly Statement[] {
  const latest = health.samples.at(-1);
  const recent = health.samples.filter(({ atMs }) => latest !== undefined && latest.atMs - atMs < RECENT_MS);
  const statements = [...readinessOf(facts), ...(latest === undefined ? [] : measured(latest, recent, health))];
  return statements.toSorted((a, b) => RANK[a.tone] - RANK[b.tone]);
}

const RANK = { bad: 0, waiting: 1, good: 2 } as const;

function readinessOf({ journal, constitution, identity }: Readonly<Record<string, unknown>>): readonly Statement[] {
  const told: Statement[] = [];
  if (journal === 'failed') {
    told.push({
      tone: 'bad',
      about: 'Journal',
      text: 'The journal cannot be written, so every action is denied.',
      advice:
        'Look at the disk of the state folder: is it full, or read-only? It goes on by itself once a write succeeds.',
    });
  }
  if (constitution === 'verified') {
    told.push({
      tone: 'good',
      about: 'Constitution',
      text: 'What is in force was verified from its bytes, with all signatures.',
    });
  } else if (typeof constitution === 'string') {
    told.push({
      tone: 'bad',
      about: 'Constitution',
      text: `What is in force could not be verified again (${constitution}); the node goes on by the last one that could.`,
      advice: '“acgs constitution status” says what was refused.',
    });
  }
  if (identity === 'stale') {
    told.push({
      tone: 'bad',
      about: 'Identity',
      text: 'The identity service was not heard of for too long: nobody whom it vouches for is let in.',
      advice: 'Look at the identity service, and at the way to it.',
    });
  }
  return told;
}

function measured(latest: Sample, recent: readonly Sample[], { objectives }: Health): readonly Statement[] {
  return [
    decisionsOf(recent, objectives.decisionMs),
    failuresOf(recent),
    ...journalOf(recent),
    loopOf(recent),
    ...lagsOf(latest, objectives.checkpointAgeMs),
  ];
}

function decisionsOf(recent: readonly Sample[], objectiveMs: number): Statement {
  const about = 'Decisions';
  const rates = recent.map(({ verdictsPerSecond }) => Object.values(verdictsPerSecond).reduce((a, b) => a + b, 0));
  const perSecond = meanOf(rates);
  const worstMs = Math.max(...recent.map(({ stages }) => stages.total?.p99Ms ?? 0));
  if (perSecond === 0) return { tone: 'good', about, text: 'It decides; nobody asked in the last minute.' };
  const speed = `${rateText(perSecond)}, 99 of 100 within ${msText(worstMs)}`;
  return worstMs <= objectiveMs
    ? { tone: 'good', about, text: `It decides ${speed}; the objective is ${msText(objectiveMs)}.` }
    : {
        tone: 'waiting',
        about,
        text: `It decides ${speed}, which is above the objective of ${msText(objectiveMs)}.`,
        advice: 'The graphs of the stages show whether policies, the shell grammar or the disk take the time.',
      };
}

function failuresOf(recent: readonly Sample[]): Statement {
  const about = 'Answers';
  const perMinute = 60 * meanOf(recent.map(({ failedPerSecond }) => failedPerSecond));
  if (perMinute === 0) return { tone: 'good', about, text: 'Every request of the last minute was answered.' };
  const count = perMinute < 1 ? 'Less than one request a minute' : `${Math.round(perMinute)} requests a minute`;
  return {
    tone: 'bad',
    about,
    text: `${count} could not be answered; one that came from a hook has stopped its agent.`,
    advice: 'The log of the server has a line for each, with its reason.',
  };
}

function journalOf(recent: readonly Sample[]): readonly Statement[] {
  const about = 'Journal';
  const syncs = recent.flatMap(({ syncs }) => (syncs === undefined ? [] : [syncs.p99Ms]));
  const queue = Math.max(...recent.map(({ journalQueue }) => journalQueue));
  if (syncs.length === 0) return [];
  const worstMs = Math.max(...syncs);
  const text = `Records are on the disk within ${msText(worstMs)}${queue > 0 ? `, and up to ${queue} waited for it` : ''}.`;
  return [
    worstMs <= SYNC_MS_MAX
      ? { tone: 'good', about, text }
      : { tone: 'waiting', about, text, advice: 'The disk is slow, or shared: every answer waits for it.' },
  ];
}

function loopOf(recent: readonly Sample[]): Statement {
  const about = 'Process';
  const worstMs = Math.max(...recent.map(({ loopDelayMs }) => loopDelayMs));
  const text = `The process was late by ${msText(worstMs)} at most.`;
  return worstMs <= LOOP_DELAY_MS_MAX
    ? { tone: 'good', about, text }
    : { tone: 'waiting', about, text, advice: 'The machine is busy: give the node processors of its own.' };
}

function lagsOf(latest: Sample, checkpointAgeMsMax: number): readonly Statement[] {
  const { indexLagRecords, ledgerLagRecords, checkpointAgeMs } = latest;
  const told: Statement[] = [];
  if (indexLagRecords !== undefined) {
    told.push(
      indexLagRecords <= INDEX_LAG_RECORDS_MAX
        ? { tone: 'good', about: 'Search', text: 'Searches see what has just happened.' }
        : {
            tone: 'waiting',
            about: 'Search',
            text: `Searches are ${indexLagRecords.toLocaleString('en')} records behind.`,
            advice: 'Decisions do not wait for it. Is PostgreSQL there?',
          },
    );
  }
  const isLedgerBehind =
    (ledgerLagRecords ?? 0) > SHIP_LAG_RECORDS_MAX || (checkpointAgeMs ?? 0) > 10 * checkpointAgeMsMax;
  if (ledgerLagRecords !== undefined) {
    told.push(
      isLedgerBehind
        ? {
            tone: 'waiting',
            about: 'Ledger',
            text: `The ledger lacks ${ledgerLagRecords.toLocaleString('en')} records, and its oldest one without a checkpoint has waited ${msText(checkpointAgeMs ?? 0)}.`,
            advice: 'The page Ledger says what holds it up.',
          }
        : { tone: 'good', about: 'Ledger', text: 'What is recorded comes under a signed checkpoint as it should.' },
    );
  }
  return told;
}

function meanOf(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((a, b) => a + b, 0) / values.length;
}

function rateText(perSecond: number): string {
  if (perSecond >= 0.95) return `${perSecond < 10 ? perSecond.toFixed(1) : Math.round(perSecond)} actions a second`;
  return `${Math.max(1, Math.round(60 * perSecond))} actions a minute`;
}

/** A time as people say it: "0.4 ms", "12 ms", "1.3 s". */
export function msText(ms: number): string {
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}
