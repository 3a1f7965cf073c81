import { useMutation } from '@tanstack/react-query';
import { call } from '../../api/client.ts';
import type { Decision } from '../../api/values.ts';
import { Badge } from '../../components/badge.tsx';
import { Button } from '../../components/button.tsx';
import { ProblemState } from '../../components/states.tsx';
import type { Tone } from '../../components/tone.ts';
import { checkReceipt, type Step, type StepName, type Trust } from '../../proof/check-receipt.ts';

const NAMES: Readonly<Record<StepName, string>> = {
  signature: 'Signature',
  statement: 'Statement',
  record: 'Record',
  page: 'This page',
  inclusion: 'In the ledger',
  checkpoint: 'Checkpoint',
  witnesses: 'Witnesses',
};
const TONES: Readonly<Record<Step['state'], Tone>> = { proved: 'good', open: 'waiting', false: 'bad' };
const WORDS: Readonly<Record<Step['state'], string>> = { proved: 'proved', open: 'open', false: 'false' };

/** The receipt of a decision: to keep, and to be checked here and now by the browser's own cryptography. */
export function ProofCheck({ decision }: { readonly decision: Decision }) {
  const check = useMutation({
    mutationFn: async () => {
      const params = { id: decision.id };
      const [receipt, record, trust] = await Promise.all([
        call('GET /v1/receipts/{id}', { params }),
        call('GET /v1/receipts/{id}/record', { params }),
        trustOf(),
      ]);
      return checkReceipt({ receipt, record, shown: decision }, trust);
    },
  });
  const download = useMutation({
    mutationFn: async () => {
      const receipt = await call('GET /v1/receipts/{id}', { params: { id: decision.id } });
      save(`receipt-${decision.id}.json`, JSON.stringify(receipt));
    },
  });
  return (
    <div>
      <div className="proof-actions">
        <Button kind="main" busy={check.isPending} onClick={() => check.mutate()}>
          {check.data === undefined ? 'Check the proof' : 'Check again'}
        </Button>
        <Button busy={download.isPending} onClick={() => download.mutate()}>
          Save the receipt
        </Button>
      </div>
      {[check.error, download.error].map((error) =>
        error === null ? null : <ProblemState key={error.message} error={error} />,
      )}
      {check.data === undefined ? (
        <p className="soft">
          Your browser checks the signature, the record’s place in the journal and the ledger, and who has witnessed it.
          It asks this server for the receipt and the keys, and for nothing else.
        </p>
      ) : (
        <div role="status">
          <ol className="proof-steps" aria-label="What was proved">
            {check.data.steps.map(({ name, state, code, text }) => (
              <li key={name} className="proof-step" data-code={code}>
                <Badge tone={TONES[state]} icon={state === 'proved' ? 'allow' : state === 'false' ? 'deny' : 'ask'}>
                  {WORDS[state]}
                </Badge>
                <strong>{NAMES[name]}</strong>
                <p className="soft">{text}</p>
              </li>
            ))}
          </ol>
          <p className="faint small proof-note">
            The keys came from this server, too. Whoever must not trust it checks the saved receipt with keys from
            elsewhere: <code>acgs verify receipt</code>.
          </p>
        </div>
      )}
    </div>
  );
}

/** The keys that this server names. A ledger that is run elsewhere, or one that this person may not see, names none here. */
async function trustOf(): Promise<Trust> {
  const [keys, ledger, witnesses] = await Promise.all([
    call('GET /v1/receipt-keys', {}),
    call('GET /v1/ledger', {}).catch(() => undefined),
    call('GET /v1/ledger/witnesses', {}).catch(() => undefined),
  ]);
  return {
    receiptKeys: keys.keys.map(({ publicKey }) => publicKey),
    logKeys: ledger === undefined ? [] : [ledger.verifierKey],
    witnessKeys: witnesses?.witnesses.map(({ verifierKey }) => verifierKey) ?? [],
  };
}

function save(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
