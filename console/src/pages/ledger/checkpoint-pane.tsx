import type { ReactNode } from 'react';
import type { Reply } from '../../api/client.ts';
import { Copy } from '../../components/copy.tsx';
import { Icon } from '../../components/icon.tsx';
import { Facts, Pane } from '../../components/pane.tsx';
import { Empty, Loaded } from '../../components/states.tsx';
import { spanText, Time } from '../../components/time.tsx';
import { toBase64 } from '../../proof/bytes.ts';
import type { Checked, Growth } from './check.ts';
import { useCheckedLedger } from './use-ledger.ts';

type Ledger = Reply<'GET /v1/ledger'>;

/** The published checkpoint, with what this browser has checked of it. */
export function CheckpointPane({ ledger }: { readonly ledger: Ledger }) {
  const checked = useCheckedLedger(ledger.verifierKey);
  return (
    <Pane title="Checkpoint" aside={ledger.isLeading ? 'written here' : 'not written by this installation now'}>
      <Loaded of={checked}>{(found) => <Found checked={found} ledger={ledger} />}</Loaded>
    </Pane>
  );
}

function Found({ checked, ledger }: { readonly checked: Checked; readonly ledger: Ledger }) {
  if (checked.kind === 'none') {
    return (
      <Empty title="Nothing is published yet">
        <p>The first checkpoint follows the first record within a second; with witnesses, once enough have cosigned.</p>
      </Empty>
    );
  }
  if (checked.kind === 'unreadable') {
    return (
      <ul className="ledger-findings">
        <Finding isGood={false}>
          What is published is no checkpoint: “acgs ledger fsck” says what is wrong with it.
        </Finding>
      </ul>
    );
  }
  const { checkpoint, isSigned, growth } = checked;
  const waiting = ledger.size - checkpoint.size;
  return (
    <div className="ledger-checkpoint">
      <div className="ledger-size">
        <p className="ledger-figure numeric">{checkpoint.size.toLocaleString('en')}</p>
        <p className="soft">
          records under it
          {waiting > 0
            ? `; ${waiting.toLocaleString('en')} more wait, ${spanText(ledger.checkpointAgeMs)} the oldest`
            : ''}
        </p>
      </div>
      <ul className="ledger-findings">
        <Finding isGood={isSigned}>
          {isSigned
            ? 'Signed by the ledger’s own key: checked in this browser.'
            : 'The signature is not that of the ledger’s key. Believe nothing of it.'}
        </Finding>
        <GrowthFinding growth={growth} size={checkpoint.size} />
      </ul>
      <Facts
        facts={[
          [
            'Ledger',
            <span key="origin" className="mono">
              {checkpoint.origin}
            </span>,
          ],
          ['Root', <Copy key="root" text={toBase64(checkpoint.root)} label="the root hash" />],
          ['Key', <Copy key="key" text={ledger.verifierKey} label="the verifier key" />],
        ]}
      />
    </div>
  );
}

function GrowthFinding({ growth, size }: { readonly growth: Growth; readonly size: number }) {
  switch (growth.kind) {
    case 'first':
      return (
        <Finding isGood>
          This browser sees the ledger for the first time, and remembers it: from now on each visit is held against the
          one before.
        </Finding>
      );
    case 'same':
      return (
        <Finding isGood>
          The same tree as this browser saw <Time atMs={growth.seen.atMs} />.
        </Finding>
      );
    case 'grown':
      return (
        <Finding isGood>
          It begins with the {growth.seen.size.toLocaleString('en')} records that this browser saw{' '}
          <Time atMs={growth.seen.atMs} />: nothing of them was changed. Checked here, hash by hash.
        </Finding>
      );
    case 'contradicts':
      return (
        <Finding isGood={false}>
          <strong>It contradicts what this browser has seen.</strong> <Time atMs={growth.seen.atMs} /> there was a tree
          of {growth.seen.size.toLocaleString('en')} records, and this one of {size.toLocaleString('en')} does not
          continue it. The ledger was rolled back or forked: change nothing, tell whoever runs it, and keep this
          browser’s memory as evidence (root{' '}
          <Copy
            text={toBase64(growth.seen.root)}
            shown={`${toBase64(growth.seen.root).slice(0, 12)}…`}
            label="the root that was seen"
          />
          ).
        </Finding>
      );
  }
}

function Finding({ isGood, children }: { readonly isGood: boolean; readonly children: ReactNode }) {
  return (
    <li className={isGood ? 'ledger-finding' : 'ledger-finding ledger-alarm'} role={isGood ? undefined : 'alert'}>
      <Icon name={isGood ? 'check' : 'warn'} />
      <span>{children}</span>
    </li>
  );
}
