import { useNavigate, useSearch } from '@tanstack/react-router';
import { useApi } from '../../api/use-api.ts';
import { Labelled } from '../../components/form.tsx';
import { PageHead } from '../../components/pane.tsx';
import { Empty, Loaded } from '../../components/states.tsx';
import './constitution.css';
import { ConstitutionTabs } from './constitution-tabs.tsx';
import { Difference } from './difference.tsx';

interface Choice {
  readonly digest: string;
  readonly name: string;
}

/** Two constitutions side by side: of the lineage, and those that are proposed. */
export function ComparePage() {
  const { from, to } = useSearch({ from: '/console/constitution/compare' });
  const navigate = useNavigate({ from: '/constitution/compare' });
  const lineage = useApi('GET /v1/lineage', {});
  const amendments = useApi('GET /v1/amendments', {});
  return (
    <>
      <PageHead
        title="Constitution"
        lead="What one constitution says otherwise than another: nothing that decides is left out."
      />
      <ConstitutionTabs />
      <Loaded of={lineage}>
        {({ constitutions }) => {
          const known: readonly Choice[] = [
            ...constitutions.map(({ digest, number, title, inForce }) => ({
              digest,
              name: `number ${number}: ${title}${inForce ? ' (in force)' : ''}`,
            })),
            ...(amendments.data?.amendments ?? [])
              .filter(({ constitution }) => !constitutions.some(({ digest }) => digest === constitution.digest))
              .map(({ constitution, title }) => ({
                digest: constitution.digest,
                name: `proposed number ${constitution.number}: ${title}`,
              })),
          ];
          if (known.length < 2) {
            return (
              <Empty title="There is only one">
                <p>The first amendment that is drafted can be compared with what is in force.</p>
              </Empty>
            );
          }
          const inForce = constitutions.findLast((one) => one.inForce)?.digest ?? '';
          const parent = constitutions.find(({ digest }) => digest === inForce)?.parent ?? '';
          const last = known.at(-1)?.digest ?? '';
          const left = from ?? (last === inForce ? parent : inForce);
          const right = to ?? last;
          return (
            <div className="constitution">
              <div className="constitution-choices">
                <Select
                  label="Before"
                  value={left}
                  known={known}
                  onChange={(digest) => void navigate({ search: { from: digest, to: right } })}
                />
                <Select
                  label="After"
                  value={right}
                  known={known}
                  onChange={(digest) => void navigate({ search: { from: left, to: digest } })}
                />
              </div>
              <Difference key={`${left} ${right}`} from={left} to={right} />
            </div>
          );
        }}
      </Loaded>
    </>
  );
}

function Select(props: {
  readonly label: string;
  readonly value: string;
  readonly known: readonly Choice[];
  readonly onChange: (digest: string) => void;
}) {
  return (
    <Labelled label={props.label}>
      {(id) => (
        <select
          id={id}
          className="control"
          value={props.value}
          onChange={(event) => props.onChange(event.target.value)}
        >
          {props.known.map(({ digest, name }) => (
            <option key={digest} value={digest}>
              {name}
            </option>
          ))}
        </select>
      )}
    </Labelled>
  );
}
