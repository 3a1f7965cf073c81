import { Pane } from '../../components/pane.tsx';
import { Empty } from '../../components/states.tsx';
import { Time, useNowMs } from '../../components/time.tsx';
import { activeAgents, type Line } from './feed.ts';

/** Who has asked within this many milliseconds is at work. */
const ACTIVE_MS = 900_000;

export function ActiveAgents({ lines }: { readonly lines: readonly Line[] }) {
  const nowMs = useNowMs();
  const active = activeAgents(lines, nowMs - ACTIVE_MS);
  return (
    <Pane title="Agents at work" aside="last 15 min" flush>
      {active.length === 0 ? (
        <Empty title="None has asked in this time" />
      ) : (
        <ul className="active">
          {active.map((one) => (
            <li key={one.principalId}>
              <span className="active-name cut">{one.principalId}</span>
              {one.principalId === one.agent ? null : <span className="soft small cut">{one.agent}</span>}
              <span className="active-counts soft small numeric">
                {one.decisions} asked{one.denied === 0 ? '' : `, ${one.denied} denied`}
              </span>
              <span className="soft small active-last">
                <Time atMs={one.lastMs} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </Pane>
  );
}
