import { useApi } from '../../api/use-api.ts';
import { Badge } from '../../components/badge.tsx';
import { Icon } from '../../components/icon.tsx';
import { Pane } from '../../components/pane.tsx';
import { Loaded, Loading } from '../../components/states.tsx';
import { Time } from '../../components/time.tsx';
import { type LedgerNode, nodeText, type Trouble, troubleText } from './words.ts';

/** Gaps, contradictions and outages in plain words; where there are none, that is said too. */
export function TroublesPane({ nodes }: { readonly nodes: readonly LedgerNode[] }) {
  const troubles = useApi('GET /v1/ledger/troubles', {}, { everyMs: 5_000 });
  const silent = nodes.filter(({ state }) => state === 'silent-while-active');
  return (
    <Pane title="Gaps and incidents" aside="since this server was started">
      <Loaded of={troubles} loading={<Loading lines={2} />}>
        {({ troubles: all }) =>
          all.length + silent.length === 0 ? (
            <p className="ledger-finding">
              <Icon name="check" />
              <span>No gap, no contradiction and no outage: every journal continues as it was shipped before.</span>
            </p>
          ) : (
            <ul className="ledger-troubles">
              {silent.map((node) => (
                <SilentItem key={node.node} node={node} />
              ))}
              {all.map((trouble) => (
                <TroubleItem key={`${trouble.kind} ${trouble.about ?? ''} ${trouble.sinceMs}`} trouble={trouble} />
              ))}
            </ul>
          )
        }
      </Loaded>
    </Pane>
  );
}

function SilentItem({ node }: { readonly node: LedgerNode }) {
  return (
    <li className="ledger-trouble">
      <Badge tone="bad" icon="warn">
        alarm
      </Badge>
      <div>
        <p>
          <strong>The node {node.node} is silent while its agents act</strong> <Time atMs={node.heardMs} />
        </p>
        <p>{nodeText(node).means}</p>
        <p className="soft">Look at that machine: does its journal grow, and can it reach the ledger?</p>
      </div>
    </li>
  );
}

function TroubleItem({ trouble }: { readonly trouble: Trouble }) {
  const { isAlarm, title, means, todo } = troubleText(trouble);
  return (
    <li className="ledger-trouble">
      <Badge tone={isAlarm ? 'bad' : 'waiting'} icon="warn">
        {isAlarm ? 'alarm' : 'outage'}
      </Badge>
      <div>
        <p>
          <strong>{title}</strong>{' '}
          <span className="soft">
            <Time atMs={trouble.atMs} />
            {trouble.count > 1 ? (
              <>
                , {trouble.count} times since <Time atMs={trouble.sinceMs} as="clock" />
              </>
            ) : null}
          </span>
        </p>
        <p>{means}</p>
        <p className="soft">{todo}</p>
        <p className="small faint mono">{trouble.what}</p>
      </div>
    </li>
  );
}
