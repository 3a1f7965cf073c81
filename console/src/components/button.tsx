import type { ReactNode } from 'react';
import { Icon, type IconName } from './icon.tsx';
import './button.css';

/** `main`: what the page is for; `yes` and `no`: answers; `quiet`: everything beside. */
export type ButtonKind = 'main' | 'yes' | 'no' | 'plain' | 'quiet';

export function Button(props: {
  readonly children: ReactNode;
  readonly kind?: ButtonKind;
  readonly icon?: IconName;
  /** The key that does the same, shown on the button. */
  readonly hint?: string;
  readonly type?: 'button' | 'submit';
  readonly disabled?: boolean;
  /** Waits for an answer: not to be pressed twice. */
  readonly busy?: boolean;
  /** Where the words alone do not say what it is about ("Approve" in a list). */
  readonly label?: string;
  readonly pressed?: boolean;
  readonly onClick?: () => void;
}) {
  return (
    <button
      type={props.type ?? 'button'}
      className={`button button-${props.kind ?? 'plain'}`}
      disabled={props.disabled === true || props.busy === true}
      aria-busy={props.busy === true}
      aria-label={props.label}
      aria-pressed={props.pressed}
      onClick={props.onClick}
    >
      {props.icon === undefined ? null : <Icon name={props.icon} size={14} />}
      {props.children}
      {props.hint === undefined ? null : (
        // Drawn by its style: it is no part of what the button is called.
        <span className="button-hint mono" data-hint={props.hint} aria-hidden="true" />
      )}
    </button>
  );
}
