import { Link } from '@tanstack/react-router';
import { Pane } from '../../components/pane.tsx';
import type { Amendment } from './amendment-words.ts';

type Impact = NonNullable<Amendment['impact']>['impact'];

const CHANGES = {
  'newly-allowed': { title: 'newly allowed', tone: 'allow' },
  'newly-asked': { title: 'newly asked', tone: 'ask' },
  'newly-denied': { title: 'newly denied', tone: 'deny' },
} as const;

/** What it would have meant for real actions, and which articles it touches. Worked out before anyone could vote. */
export function ImpactPane({ amendment, impact }: { readonly amendment: Amendment; readonly impact: Impact }) {
  const { articles, sections, examples, replay } = impact;
  return (
    <Pane
      title="What it would change"
      aside={`the last ${replay.decisions.toLocaleString('en')} recorded decisions, decided again`}
    >
      <div className="constitution">
        <div className="amendments-changes">
          {replay.changes.map(({ change, count }) => (
            <div key={change} className={`amendments-change amendments-${CHANGES[change].tone}`}>
              <span className="amendments-figure numeric">{count.toLocaleString('en')}</span>
              <span>{CHANGES[change].title}</span>
            </div>
          ))}
        </div>
        {replay.changes.every(({ count }) => count === 0) ? (
          <p className="soft">
            No recorded decision would have been another. Of what was never asked that says nothing.
          </p>
        ) : null}
        {replay.changes.map(({ change, count, examples: shown }) =>
          shown.length === 0 ? null : (
            <details key={change} open>
              <summary>
                {CHANGES[change].title}:{' '}
                {shown.length < count ? `${shown.length} of ${count.toLocaleString('en')}` : count}
              </summary>
              <ul className="amendments-examples">
                {shown.map(({ decision, agent, action, before, after, policies }) => (
                  <li key={decision}>
                    <Link to="/decisions/$id" params={{ id: decision }} className="mono">
                      {action}
                    </Link>
                    <span className="soft">
                      {agent}: {before} → <strong>{after}</strong>
                      {policies.length === 0 ? '' : ` by ${policies.join(', ')}`}
                    </span>
                  </li>
                ))}
              </ul>
            </details>
          ),
        )}
        {replay.otherwiseThanRecorded > 0 ? (
          <p className="small soft">
            {replay.otherwiseThanRecorded.toLocaleString('en')} of them are decided otherwise now than recorded, by what
            is in force: a record does not hold all that was known then.
          </p>
        ) : null}
        <p>
          <Link to="/constitution/compare" search={{ from: amendment.parent, to: amendment.constitution.digest }}>
            {articlesText(articles.map(({ article }) => article))}
          </Link>
          {sections.length === 0 ? '.' : `. Also changed: ${sections.join(', ')}.`}
        </p>
        <p className={examples.failures.length === 0 ? 'soft' : 'amendments-wrong'}>
          {examples.run - examples.failures.length} of its own {examples.run.toLocaleString('en')} examples come out as
          they say.
        </p>
        {examples.failures.length === 0 ? null : (
          <ul>
            {examples.failures.map((failure) => (
              <li key={failure} className="mono">
                {failure}
              </li>
            ))}
          </ul>
        )}
      </div>
    </Pane>
  );
}

function articlesText(numbers: readonly string[]): string {
  if (numbers.length === 0) return 'No article changes';
  return numbers.length === 1 ? `Article ${numbers[0]} changes` : `Articles ${numbers.join(', ')} change`;
}
