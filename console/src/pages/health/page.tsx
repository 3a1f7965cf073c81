import { useApi } from '../../api/use-api.ts';
import { Icon } from '../../components/icon.tsx';
import { PageHead, Pane } from '../../components/pane.tsx';
import { Empty, Loaded } from '../../components/states.tsx';
import { Time } from '../../components/time.tsx';
import { useHasRole } from '../../sign-in/use-me.ts';
import { GraphFigure } from './graph.tsx';
import { Nodes } from './nodes.tsx';
import './page.css';
import { graphsOf } from './series.ts';
import { type Health, type Statement, statementsOf } from './statements.ts';

/** How a node is: in sentences first, then drawn, then all nodes. */
export function HealthPage() {
  // Metrics are for those who run the installation or audit it: nobody else's page asks for what would be refused.
  const mayMeasure = useHasRole('operator', 'auditor');
  const health = useApi('GET /v1/health', {}, { everyMs: 5_000, enabled: mayMeasure });
  const ready = useApi('GET /readyz', {}, { everyMs: 5_000 });
  return (
    <>
      <PageHead title="Health" lead="Whether it decides, how fast, and what is broken." />
      {mayMeasure ? (
        <Loaded of={health}>
          {(data) => (
            <div className="health">
              <Statements statements={statementsOf(data, ready.data ?? {})} health={data} />
              <Graphs health={data} />
            </div>
          )}
        </Loaded>
      ) : (
        <Empty title="What is measured is for operators and auditors">
          <p>How the nodes stand is below, for everybody.</p>
        </Empty>
      )}
      <Nodes />
    </>
  );
}

const ICONS = { good: 'check', waiting: 'warn', bad: 'warn' } as const;
const WORDS = { good: 'in order', waiting: 'needs a look', bad: 'broken' } as const;

function Statements({ statements, health }: { readonly statements: readonly Statement[]; readonly health: Health }) {
  return (
    <Pane
      title="Now"
      aside={
        <span>
          version {health.version}, started <Time atMs={health.startedMs} />
        </span>
      }
    >
      <ul className="health-statements">
        {statements.map(({ tone, about, text, advice }) => (
          <li key={`${about} ${text}`} className={`health-statement health-${tone}`}>
            <Icon name={ICONS[tone]} />
            <span className="unseen">{WORDS[tone]}: </span>
            <span className="health-about">{about}</span>
            <span>
              {text}
              {advice === undefined ? null : <span className="soft"> {advice}</span>}
            </span>
          </li>
        ))}
      </ul>
    </Pane>
  );
}

function Graphs({ health }: { readonly health: Health }) {
  if (health.samples.length < 2) {
    return (
      <Empty title="Nothing is measured yet">
        <p>The node has just started. The first graphs are drawn within {(2 * health.everyMs) / 1000} seconds.</p>
      </Empty>
    );
  }
  const times = health.samples.map(({ atMs }) => atMs / 1000);
  return (
    <section aria-label="The last half hour" className="health-graphs">
      {graphsOf(health).map((graph) => (
        <GraphFigure key={graph.id} graph={graph} times={times} />
      ))}
    </section>
  );
}
