import type { Reply } from '../../api/client.ts';
import { useApi } from '../../api/use-api.ts';
import { Badge } from '../../components/badge.tsx';
import { Copy } from '../../components/copy.tsx';
import { Pane } from '../../components/pane.tsx';
import { Empty, Loaded, Loading } from '../../components/states.tsx';
import { Time } from '../../components/time.tsx';
import type { Cosigned } from './check.ts';
import { useCheckedLedger, useCosigned } from './use-ledger.ts';

type Witness = Reply<'GET /v1/ledger/witnesses'>['witnesses'][number];

/** Who has seen the checkpoint beside ourselves: their signatures, checked in this browser. */
export function WitnessesPane({ verifierKey }: { readonly verifierKey: string }) {
  const witnesses = useApi('GET /v1/ledger/witnesses', {}, { everyMs: 5_000 });
  const checked = useCheckedLedger(verifierKey);
  const keys = witnesses.data?.witnesses.map((witness) => witness.verifierKey) ?? [];
  const cosigned = useCosigned(checked.data, keys);
  const quorum = witnesses.data?.quorum;
  return (
    <Pane title="Witnesses" aside={quorum === undefined || keys.length === 0 ? undefined : `needed: ${quorum}`}>
      <Loaded of={witnesses} loading={<Loading lines={2} />}>
        {({ witnesses: all }) =>
          all.length === 0 ? (
            <Empty title="Nobody else watches this ledger">
              <p>
                A witness on somebody else’s machine is what finds a rollback or a fork: without one, whoever runs the
                ledger could show two people two histories. “acgs witness --help” says how to run one;
                ACGS_LEDGER_POLICY names it here.
              </p>
            </Empty>
          ) : (
            <ul className="ledger-witnesses">
              {all.map((witness) => (
                <WitnessRow key={witness.name} witness={witness} cosigned={cosigned.data?.get(witness.verifierKey)} />
              ))}
            </ul>
          )
        }
      </Loaded>
    </Pane>
  );
}

function WitnessRow({ witness, cosigned }: { readonly witness: Witness; readonly cosigned: Cosigned | undefined }) {
  const { name, trouble, isAsked } = witness;
  return (
    <li className="ledger-witness">
      <div>
        <strong>{name}</strong>
        <Copy
          text={witness.verifierKey}
          shown={witness.verifierKey.split('+').slice(0, 2).join('+')}
          label={`the key of ${name}`}
        />
      </div>
      <CosignedBadge cosigned={cosigned} />
      <p className="soft">
        {cosigned?.timeSeconds === undefined ? null : (
          <>
            It knew of no larger tree <Time atMs={cosigned.timeSeconds * 1000} />.{' '}
          </>
        )}
        {isAsked ? null : 'It has no address in the ledger policy: others ask it. '}
        {trouble === undefined ? null : (
          <>
            Its last answer that was no cosignature: <q>{trouble.what}</q> (<Time atMs={trouble.atMs} />
            ).
          </>
        )}
      </p>
    </li>
  );
}

function CosignedBadge({ cosigned }: { readonly cosigned: Cosigned | undefined }) {
  if (cosigned === undefined) return <Badge tone="plain">checking</Badge>;
  switch (cosigned.signed) {
    case 'right':
      return (
        <Badge tone="good" icon="check">
          cosigned
        </Badge>
      );
    case 'wrong':
      return (
        <Badge tone="bad" icon="warn">
          wrong signature
        </Badge>
      );
    case 'absent':
      return (
        <Badge tone="waiting" icon="warn">
          not on this one
        </Badge>
      );
  }
}
