import type { ReactNode } from 'react';
import type { VerdictKind } from '../api/values.ts';
import { Icon, type IconName } from './icon.tsx';
import type { Tone } from './tone.ts';
import './badge.css';

/** A verdict, said by word, sign and colour: never by colour alone. */
export function VerdictBadge({ verdict, role }: { readonly verdict: VerdictKind; readonly role?: string | undefined }) {
  return (
    <span className={`badge badge-${verdict}`}>
      <Icon name={verdict} size={12} />
      {verdict}
      {role === undefined ? null : <span className="badge-role">{role}</span>}
    </span>
  );
}

const TONE_CLASS: Readonly<Record<Tone, string>> = {
  good: 'badge-allow',
  bad: 'badge-deny',
  waiting: 'badge-ask',
  plain: 'badge-plain',
  special: 'badge-modify',
};

export function Badge(props: { readonly tone: Tone; readonly icon?: IconName; readonly children: ReactNode }) {
  return (
    <span className={`badge ${TONE_CLASS[props.tone]}`}>
      {props.icon === undefined ? null : <Icon name={props.icon} size={12} />}
      {props.children}
    </span>
  );
}
