import { type ReactNode, useId } from 'react';
import './pane.css';

/** A part of a page with its heading; `aside` stands at the right of the heading. */
export function Pane(props: {
  readonly title: string;
  readonly aside?: ReactNode;
  /** `flush`: the content brings its own margins, as a table does. */
  readonly flush?: boolean;
  readonly className?: string;
  readonly children: ReactNode;
}) {
  const id = useId();
  return (
    <section
      className={['pane', props.flush === true ? 'pane-flush' : '', props.className ?? ''].join(' ').trim()}
      aria-labelledby={id}
    >
      <header className="pane-head">
        <h2 id={id}>{props.title}</h2>
        {props.aside === undefined ? null : <div className="pane-aside">{props.aside}</div>}
      </header>
      <div className="pane-body">{props.children}</div>
    </section>
  );
}

/** The head of a page: its title, one line of what it shows, and what can be done at once. */
export function PageHead(props: { readonly title: string; readonly lead?: ReactNode; readonly children?: ReactNode }) {
  return (
    <header className="page-head">
      <div>
        <h1>{props.title}</h1>
        {props.lead === undefined ? null : <p className="soft">{props.lead}</p>}
      </div>
      {props.children === undefined ? null : <div className="page-actions">{props.children}</div>}
    </header>
  );
}

/** Names and values; a value may be anything. */
export function Facts({ facts }: { readonly facts: readonly (readonly [name: string, value: ReactNode])[] }) {
  return (
    <dl className="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
