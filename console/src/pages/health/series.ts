import type { Health, Sample } from './statements.ts';

/** One line of a graph; undefined where nothing was measured. */
export interface Line {
  readonly name: string;
  /** A custom property of the theme: `--allow`. */
  readonly colour: string;
  readonly values: readonly (number | undefined)[];
}

export interface Graph {
  readonly id: string;
  readonly title: string;
  readonly unit: 'ms' | '/s' | '%' | 'records' | 'MB' | '';
  readonly lines: readonly Line[];
  /** What it should stay below, drawn as a line. */
  readonly threshold?: { readonly value: number; readonly name: string };
}

const VERDICT_COLOURS = [
  ['allow', '--allow'],
  ['deny', '--deny'],
  ['ask', '--ask'],
  ['modify', '--modify'],
  ['defer', '--defer'],
] as const;

const MEGABYTE = 1024 * 1024;

/** What is drawn, from what was measured. */
export function graphsOf({ samples, objectives }: Health): readonly Graph[] {
  const line = (name: string, colour: string, read: (sample: Sample) => number | undefined): Line => ({
    name,
    colour,
    values: samples.map(read),
  });
  const all: readonly (Graph | undefined)[] = [
    {
      id: 'verdicts',
      title: 'Decisions',
      unit: '/s',
      lines: VERDICT_COLOURS.filter(
        ([verdict]) =>
          verdict === 'allow' || samples.some(({ verdictsPerSecond }) => (verdictsPerSecond[verdict] ?? 0) > 0),
      ).map(([verdict, colour]) => line(verdict, colour, ({ verdictsPerSecond }) => verdictsPerSecond[verdict] ?? 0)),
    },
    {
      id: 'latency',
      title: 'Time of a decision',
      unit: 'ms',
      lines: [
        line('median', '--defer', ({ stages }) => stages.total?.p50Ms),
        line('95 of 100', '--accent', ({ stages }) => stages.total?.p95Ms),
        line('99 of 100', '--modify', ({ stages }) => stages.total?.p99Ms),
      ],
      threshold: { value: objectives.decisionMs, name: 'objective' },
    },
    {
      id: 'stages',
      title: 'Its stages, 99 of 100',
      unit: 'ms',
      lines: [
        line('shell and effects', '--ask', ({ stages }) => stages.effects?.p99Ms),
        line('policies', '--accent', ({ stages }) => stages.policy?.p99Ms),
        line('journal', '--defer', ({ stages }) => stages.journal?.p99Ms),
      ],
    },
    {
      id: 'errors',
      title: 'Requests not served',
      unit: '/s',
      lines: [
        line('failed', '--deny', ({ failedPerSecond }) => failedPerSecond),
        line('refused', '--ask', ({ refusedPerSecond }) => refusedPerSecond),
      ],
    },
    {
      id: 'caches',
      title: 'Answered from a cache',
      unit: '%',
      lines: [
        line('effects', '--ask', ({ cacheHitShare }) => percent(cacheHitShare.effects)),
        line('policies', '--accent', ({ cacheHitShare }) => percent(cacheHitShare.evaluation)),
      ],
    },
    {
      id: 'syncs',
      title: 'Writes to the disk',
      unit: 'ms',
      lines: [
        line('median', '--defer', ({ syncs }) => syncs?.p50Ms),
        line('99 of 100', '--modify', ({ syncs }) => syncs?.p99Ms),
      ],
    },
    {
      id: 'queues',
      title: 'What waits',
      unit: '',
      lines: [
        line('records for the disk', '--defer', ({ journalQueue }) => journalQueue),
        line('requests in flight', '--accent', ({ inFlight }) => inFlight),
        line('agents for a person', '--ask', ({ approvalWaiters }) => approvalWaiters),
      ],
    },
    {
      id: 'loop',
      title: 'How late the process is',
      unit: 'ms',
      lines: [line('99 of 100', '--modify', ({ loopDelayMs }) => loopDelayMs)],
    },
    {
      id: 'memory',
      title: 'Memory',
      unit: 'MB',
      lines: [
        line('in all', '--accent', ({ rssBytes }) => rssBytes / MEGABYTE),
        line('heap', '--defer', ({ heapBytes }) => heapBytes / MEGABYTE),
      ],
    },
    lagGraph(samples, line),
  ];
  return all.filter((graph) => graph !== undefined);
}

function lagGraph(
  samples: readonly Sample[],
  line: (name: string, colour: string, read: (sample: Sample) => number | undefined) => Line,
): Graph | undefined {
  const lines = [
    line('search index', '--ask', ({ indexLagRecords }) => indexLagRecords),
    line('ledger', '--accent', ({ ledgerLagRecords }) => ledgerLagRecords),
  ].filter(({ values }) => values.some((value) => value !== undefined));
  return samples.length > 0 && lines.length === 0
    ? undefined
    : { id: 'lags', title: 'Behind the journal', unit: 'records', lines };
}

function percent(share: number | undefined): number | undefined {
  return share === undefined ? undefined : 100 * share;
}

/** The last measured value of a line as people read it. */
export function valueText(value: number | undefined, unit: Graph['unit']): string {
  if (value === undefined) return '–';
  const digits = value < 10 && value % 1 !== 0 ? 1 : 0;
  return `${value.toLocaleString('en', { maximumFractionDigits: digits })}${unit === '' ? '' : ` ${unit}`}`;
}
