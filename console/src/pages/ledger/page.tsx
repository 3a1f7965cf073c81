import { useApi } from '../../api/use-api.ts';
import { PageHead } from '../../components/pane.tsx';
import { Loaded } from '../../components/states.tsx';
import { CheckpointPane } from './checkpoint-pane.tsx';
import { NodesPane } from './nodes-pane.tsx';
import './page.css';
import { TroublesPane } from './troubles-pane.tsx';
import { WitnessesPane } from './witnesses-pane.tsx';

/** What the ledger says of itself, checked by this browser; who else has seen it; and whose journal it has. */
export function LedgerPage() {
  const ledger = useApi('GET /v1/ledger', {}, { everyMs: 3_000 });
  return (
    <>
      <PageHead title="Ledger" lead="Every record of every node, in one order that nobody can change unseen." />
      <Loaded of={ledger}>
        {(data) => (
          <div className="ledger">
            <TroublesPane nodes={data.nodes} />
            <CheckpointPane ledger={data} />
            <WitnessesPane verifierKey={data.verifierKey} />
            <NodesPane nodes={data.nodes} />
          </div>
        )}
      </Loaded>
    </>
  );
}
