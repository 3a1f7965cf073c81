import type { Decision } from '../../api/values.ts';
import { Facts } from '../pane.tsx';
import { DrawnAction, type DrawnEffect } from './drawn-action.tsx';

/** Fields that every action has, or that stand elsewhere on the page. */
const ELSEWHERE = new Set(['version', 'kind', 'command', 'cwd', 'workspaceRoots']);

/**
 * What was recorded of an action, untruncated, with its effects. Secrets are not in the record: markers stand in their places, and
 * stay markers here.
 */
export function RecordedAction({
  decision,
  effects,
}: {
  readonly decision: Decision;
  readonly effects: readonly DrawnEffect[];
}) {
  const { action, verdict, reasons, redactions = [] } = decision;
  const fields: Readonly<Record<string, unknown>> = action;
  const command = typeof fields['command'] === 'string' ? fields['command'] : undefined;
  // That something is not so ("background: false") is what everybody expects.
  const others = Object.entries(fields).filter(([name, value]) => !ELSEWHERE.has(name) && value !== false);
  const marked = new Set(
    effects.flatMap(({ text, span }, index) =>
      reasons.some((one) => one.effect === text && one.span?.start === span?.start && one.span?.end === span?.end)
        ? [index]
        : [],
    ),
  );
  return (
    <>
      <DrawnAction command={command} effects={effects} marked={marked} tone={verdict.kind} />
      <div className="recorded-facts">
        <Facts
          facts={[
            ...others.map(
              ([name, value]) =>
                [
                  name,
                  <code key={name} className="recorded-value">
                    {valueText(value)}
                  </code>,
                ] as const,
            ),
            ['in', <code key="cwd">{valueText(fields['cwd'])}</code>],
            ['workspace', <code key="roots">{rootsText(fields['workspaceRoots'])}</code>],
          ]}
        />
      </div>
      {redactions.length === 0 ? null : (
        <p className="soft small">
          {redactions.length === 1 ? 'One secret is' : `${redactions.length} secrets are`} not in the record (
          {[...new Set(redactions.map(({ kind }) => kind))].join(', ')}): a marker stands in its place.
        </p>
      )}
    </>
  );
}

function rootsText(value: unknown): string {
  return Array.isArray(value) ? value.map(valueText).join(', ') : valueText(value);
}

function valueText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value, null, 1);
}
