import { useState } from 'react';
import type { VerdictKind } from '../../api/values.ts';
import { Badge, VerdictBadge } from '../badge.tsx';
import { segmentsOf } from './segments.ts';
import './drawn-action.css';

export interface DrawnEffect {
  readonly kind: string;
  readonly text: string;
  readonly span?: { readonly start: number; readonly end: number };
  readonly verdict?: { readonly kind: VerdictKind; readonly role?: string };
  readonly policies?: readonly string[];
}

/** Effects that are listed before somebody asks for all: a command may have thousands. */
const LISTED_MAX = 50;

/**
 * An action with its effects drawn on its text: each part that does something is underlined, and is linked to its line in the
 * list below, in both directions, by pointer and by keyboard.
 */
export function DrawnAction(props: {
  /** The command; absent where the action is not a text. */
  readonly command?: string | undefined;
  readonly effects: readonly DrawnEffect[];
  /** Effects that stand in the way, by index; drawn in the colour of the verdict. */
  readonly marked?: ReadonlySet<number>;
  readonly tone: VerdictKind;
}) {
  const { command, effects, marked, tone } = props;
  const [chosen, setChosen] = useState<number>();
  const [isWhole, setWhole] = useState(false);
  const listed = isWhole ? effects : effects.slice(0, LISTED_MAX);
  const toneOf = (index: number): VerdictKind =>
    effects[index]?.verdict?.kind ?? (marked?.has(index) === true ? tone : 'allow');
  return (
    <div className="drawn">
      {command === undefined ? null : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
        <pre className="drawn-command" tabIndex={0}>
          {segmentsOf(command, effects).map(({ text, effects: own }, at) => {
            const [first] = own;
            if (first === undefined) return text;
            const isChosen = chosen !== undefined && own.includes(chosen);
            return (
              // biome-ignore lint/a11y/noStaticElementInteractions: the list below does the same by the keyboard
              <span
                // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one text have no other name than their place
                key={at}
                className={`drawn-span drawn-${worst(own.map(toneOf))}${isChosen ? ' drawn-chosen' : ''}`}
                title={own.map((index) => effects[index]?.text ?? '').join('\n')}
                onMouseEnter={() => setChosen(first)}
                onMouseLeave={() => setChosen(undefined)}
              >
                {text}
              </span>
            );
          })}
        </pre>
      )}
      {effects.length === 0 ? (
        <p className="soft">No effect was found in it.</p>
      ) : (
        <ol className="effects" aria-label="Effects">
          {listed.map((effect, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: equal effects stand at several places; the place is their name
            <li key={index}>
              <button
                type="button"
                className={`effect${chosen === index ? ' effect-chosen' : ''}`}
                aria-pressed={chosen === index}
                onMouseEnter={() => setChosen(index)}
                onFocus={() => setChosen(index)}
                onClick={() => setChosen(index)}
              >
                <span className={`effect-sign drawn-${toneOf(index)}`} aria-hidden="true" />
                <span className="effect-kind small">{effect.kind}</span>
                <span className="effect-text mono">{effect.text}</span>
                {effect.verdict === undefined ? (
                  <InTheWay tone={tone} isMarked={marked?.has(index) === true} />
                ) : (
                  <VerdictBadge verdict={effect.verdict.kind} role={effect.verdict.role} />
                )}
              </button>
            </li>
          ))}
        </ol>
      )}
      {effects.length > listed.length ? (
        <button type="button" className="effects-more" onClick={() => setWhole(true)}>
          Show all {effects.length} effects
        </button>
      ) : null}
    </div>
  );
}

/** Of a recorded decision only the effects that its reasons name are known to be in the way. */
function InTheWay({ tone, isMarked }: { readonly tone: VerdictKind; readonly isMarked: boolean }) {
  if (!isMarked || tone === 'allow' || tone === 'modify') return null;
  return <Badge tone={tone === 'deny' ? 'bad' : 'waiting'}>in the way</Badge>;
}

const SEVERITY: Readonly<Record<VerdictKind, number>> = { allow: 0, modify: 1, ask: 2, defer: 3, deny: 4 };

function worst(tones: readonly VerdictKind[]): VerdictKind {
  return tones.reduce((a, b) => (SEVERITY[b] > SEVERITY[a] ? b : a));
}
