import { useApi } from '../../api/use-api.ts';
import { Loaded, Loading } from '../../components/states.tsx';

const MEANS: Readonly<Record<string, string>> = {
  operator: 'runs the installation: people, agents, roll-outs, disclosure',
  proposer: 'proposes amendments',
  auditor: 'sees everything and changes nothing',
  signer: 'looks before signing a constitution',
};

/** The roles that there are: standing ones, and those that the constitution in force asks. */
export function RoleBoxes(props: {
  readonly roles: readonly string[];
  readonly onChange: (roles: readonly string[]) => void;
}) {
  const known = useApi('GET /v1/roles', {});
  return (
    <fieldset className="choices">
      <legend>Roles</legend>
      <Loaded of={known} loading={<Loading lines={3} />}>
        {({ roles }) =>
          roles.map((role) => (
            <label key={role} className="choice">
              <input
                type="checkbox"
                checked={props.roles.includes(role)}
                onChange={(event) =>
                  props.onChange(
                    event.target.checked ? [...props.roles, role] : props.roles.filter((one) => one !== role),
                  )
                }
              />
              <span>
                {role} <span className="soft">{MEANS[role] ?? 'answers what the constitution asks of this role'}</span>
              </span>
            </label>
          ))
        }
      </Loaded>
    </fieldset>
  );
}
