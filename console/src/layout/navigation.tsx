import { Link, useNavigate } from '@tanstack/react-router';
import { useApi } from '../api/use-api.ts';
import { Icon, type IconName } from '../components/icon.tsx';
import { KeyHints } from '../keyboard/key-hints.tsx';
import { useShortcut } from '../keyboard/shortcuts.ts';
import { useLiveRefresh } from '../live/use-live-refresh.ts';
import type { Me } from '../sign-in/use-me.ts';
import { AccountMenu } from './account-menu.tsx';

interface Place {
  readonly to: '/' | '/approvals' | '/decisions' | '/sessions' | '/constitution' | '/ledger' | '/agents' | '/health';
  readonly name: string;
  readonly icon: IconName;
  /** After `g`. */
  readonly key: string;
}

const PLACES: readonly Place[] = [
  { to: '/', name: 'Now', icon: 'now', key: 'n' },
  { to: '/approvals', name: 'Approvals', icon: 'approvals', key: 'a' },
  { to: '/decisions', name: 'Decisions', icon: 'decisions', key: 'd' },
  { to: '/sessions', name: 'Sessions', icon: 'sessions', key: 's' },
  { to: '/constitution', name: 'Constitution', icon: 'constitution', key: 'c' },
  { to: '/ledger', name: 'Ledger', icon: 'ledger', key: 'l' },
  { to: '/agents', name: 'Agents & people', icon: 'agents', key: 'p' },
  { to: '/health', name: 'Health', icon: 'health', key: 'h' },
];

/** A column at the left; on a phone, a bar at the foot. */
export function Navigation({ me }: { readonly me: Me }) {
  return (
    <header className="side">
      <div className="side-head">
        <img src="/icon.svg" alt="" width={22} height={22} />
        <span>ACGS</span>
      </div>
      <nav aria-label="Pages" className="side-nav">
        {PLACES.map((place) => (
          <NavigationLink key={place.to} place={place} />
        ))}
      </nav>
      <div className="side-foot">
        <AccountMenu me={me} />
        <KeyHints />
      </div>
    </header>
  );
}

function NavigationLink({ place }: { readonly place: Place }) {
  const navigate = useNavigate();
  useShortcut({ keys: `g ${place.key}`, does: `Go to ${place.name}`, group: 'Go to' }, () => {
    void navigate({ to: place.to });
  });
  return (
    <Link to={place.to} className="side-link" activeOptions={{ exact: place.to === '/' }}>
      <Icon name={place.icon} />
      <span className="side-name">{place.name}</span>
      {place.to === '/approvals' ? <WaitingCount /> : null}
    </Link>
  );
}

/** How many agents wait for a person now. */
function WaitingCount() {
  const waiting = useApi('GET /v1/approvals', { query: { limit: 1 } });
  useLiveRefresh(['approval'], ['GET /v1/approvals']);
  const count = waiting.data?.count ?? 0;
  if (count === 0) return null;
  return (
    <span className="side-count numeric">
      {count}
      <span className="unseen"> waiting</span>
    </span>
  );
}
