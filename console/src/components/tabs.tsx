import { Link, type LinkProps } from '@tanstack/react-router';
import './tabs.css';

/** Places that belong together, as links: each has its own address, and the browser's back button goes where one was. */
export function Tabs(props: {
  readonly label: string;
  readonly tabs: readonly {
    readonly name: string;
    readonly link: LinkProps;
    readonly count?: number;
    /** What lies below its address is the tab's, too. */
    readonly isWhole?: boolean;
  }[];
}) {
  return (
    <nav className="tabs" aria-label={props.label}>
      {props.tabs.map(({ name, link, count, isWhole = false }) => (
        <Link key={name} {...link} className="tab" activeOptions={{ exact: !isWhole, includeSearch: false }}>
          {name}
          {count === undefined || count === 0 ? null : <span className="tab-count numeric">{count}</span>}
        </Link>
      ))}
    </nav>
  );
}
