import type { ReactNode } from 'react';
import { messageOf, Problem, Unreachable } from '../api/problem.ts';
import { Button } from './button.tsx';
import { Icon } from './icon.tsx';
import './states.css';

/** There is nothing, and that is right: says so, and what would put something here. */
export function Empty(props: { readonly title: string; readonly children?: ReactNode }) {
  return (
    <div className="state">
      <p className="state-title">{props.title}</p>
      {props.children === undefined ? null : <div className="soft">{props.children}</div>}
    </div>
  );
}

/** Lines in the shape of what is coming; nothing jumps when it has come. */
export function Loading({ lines = 6, label = 'Loading' }: { readonly lines?: number; readonly label?: string }) {
  return (
    <div className="loading" role="status">
      <span className="unseen">{label}</span>
      {Array.from({ length: lines }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines are all alike and never move
        <div key={index} className="loading-line" />
      ))}
    </div>
  );
}

/** What went wrong in words, its stable code for whoever asks for help, and the way on. */
export function ProblemState({ error, retry }: { readonly error: unknown; readonly retry?: () => void }) {
  return (
    <div className="state state-problem" role="alert">
      <p className="state-title">
        <Icon name="warn" /> {titleOf(error)}
      </p>
      <p className="soft">{messageOf(error)}</p>
      {error instanceof Problem ? <p className="faint small mono">{error.code}</p> : null}
      {retry === undefined ? null : <Button onClick={retry}>Try again</Button>}
    </div>
  );
}

function titleOf(error: unknown): string {
  if (error instanceof Unreachable) return 'No answer';
  if (!(error instanceof Problem)) return 'Something is wrong with this page';
  if (error.status === 403) return 'Not for your role';
  if (error.status === 404) return 'Not found';
  return error.status >= 500 ? 'Not available now' : 'Refused';
}

/** One of the three, or what was asked for. */
export function Loaded<T>(props: {
  readonly of: {
    readonly data: T | undefined;
    readonly error: unknown;
    readonly refetch?: () => unknown;
  };
  readonly loading?: ReactNode;
  readonly children: (data: T) => ReactNode;
}) {
  const { data, error, refetch } = props.of;
  if (data !== undefined) return <>{props.children(data)}</>;
  if (error !== null && error !== undefined) {
    return <ProblemState error={error} {...(refetch === undefined ? {} : { retry: () => void refetch() })} />;
  }
  return <>{props.loading ?? <Loading />}</>;
}
