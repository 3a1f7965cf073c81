import type { Reply } from '../../api/client.ts';
import { Badge } from '../../components/badge.tsx';
import { Pane } from '../../components/pane.tsx';
import { Empty } from '../../components/states.tsx';
import type { Tone } from '../../components/tone.ts';

type Flip = Reply<'GET /v1/roll-out'>['flips'][number];

/** Actions that the candidate decides otherwise, by both verdicts, with examples. */
export function Flips({ flips, compared }: { readonly flips: readonly Flip[]; readonly compared: number }) {
  return (
    <Pane title="Decided otherwise" aside={`of ${compared.toLocaleString('en')} actions put to both`}>
      {flips.length === 0 ? (
        <Empty title={compared === 0 ? 'Nothing has been put to both yet' : 'Both decide alike so far'}>
          <p>
            Each action of the candidate’s stage is put to both constitutions; what differs is counted and shown here.
          </p>
        </Empty>
      ) : (
        <ul className="flips">
          {flips.map((flip) => (
            <FlipItem key={`${flip.from} ${flip.to}`} flip={flip} />
          ))}
        </ul>
      )}
    </Pane>
  );
}

function FlipItem({ flip }: { readonly flip: Flip }) {
  return (
    <li className="flips-item">
      <p className="flips-head">
        <span className="flips-count numeric">{flip.count.toLocaleString('en')}</span>
        <Badge tone={toneOf(flip.from)}>{flip.from}</Badge>
        <span aria-hidden="true">→</span>
        <span className="unseen">becomes</span>
        <Badge tone={toneOf(flip.to)}>{flip.to}</Badge>
      </p>
      <ul className="flips-examples">
        {flip.examples.map((example) => (
          <li key={`${example.principalId} ${example.effect} ${example.to.join()}`}>
            <span className="mono">{example.effect}</span>
            <span className="soft">
              {example.principalId}, {example.actionKind}
              {example.to.length === 0 ? '' : `; by ${example.to.join(', ')}`}
              {example.from.length === 0 ? '' : `, in the place of ${example.from.join(', ')}`}
            </span>
          </li>
        ))}
      </ul>
    </li>
  );
}

function toneOf(verdict: string): Tone {
  if (verdict.startsWith('allow')) return 'good';
  if (verdict.startsWith('deny')) return 'bad';
  return verdict.startsWith('ask') ? 'waiting' : 'special';
}
