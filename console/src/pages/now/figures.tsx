import { Chart } from '../../components/chart.tsx';
import { useNowMs } from '../../components/time.tsx';
import { type Line, ratesOf } from './feed.ts';

/** A quarter of an hour in spans of 15 s. */
const BUCKET_MS = 15_000;
const BUCKETS = 60;
const MINUTE_MS = 60_000;

/** How much is decided, and how much of it is held up. */
export function Figures(props: { readonly lines: readonly Line[]; readonly knownSinceMs: number }) {
  const { lines, knownSinceMs } = props;
  const nowMs = useNowMs();
  const rates = ratesOf(lines, { nowMs, buckets: BUCKETS, bucketMs: BUCKET_MS, knownSinceMs });
  const recent = lines.filter(({ timeMs }) => timeMs > nowMs - BUCKETS * BUCKET_MS);
  const counted = (kind: Line['verdict']) => recent.filter(({ verdict }) => verdict === kind).length;
  const lastMinute = lines.filter(({ timeMs }) => timeMs > nowMs - MINUTE_MS).length;
  const peak = Math.max(0, ...rates.allowed, ...rates.held);
  return (
    <section className="figures" aria-label="Last 15 minutes">
      <Figure name="in the last minute" value={lastMinute} />
      <Figure name="allowed" value={counted('allow') + counted('modify')} tone="allow" />
      <Figure name="denied" value={counted('deny')} tone="deny" />
      <Figure name="asked a person" value={counted('ask')} tone="ask" />
      <div className="figures-chart">
        <Chart
          label={`Decisions in each 15 seconds of the last 15 minutes, at most ${peak}`}
          times={rates.times}
          series={[
            { label: 'let through', values: rates.allowed, color: '--allow', isBars: true },
            { label: 'held', values: rates.held, color: '--deny', isBars: true },
          ]}
          heightPx={52}
          spark
        />
        <p className="small soft">
          last 15 minutes: <span className="figures-through">let through</span>,{' '}
          <span className="figures-held">held</span>
        </p>
      </div>
    </section>
  );
}

function Figure(props: { readonly name: string; readonly value: number; readonly tone?: 'allow' | 'deny' | 'ask' }) {
  return (
    <p className={props.tone === undefined ? 'figure' : `figure figure-${props.tone}`}>
      <span className="figure-value numeric">{props.value}</span>
      <span className="small soft">{props.name}</span>
    </p>
  );
}
