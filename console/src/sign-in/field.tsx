import { Labelled } from '../components/form.tsx';

/** A labelled line of text that must not be empty: a name, a password, a code. */
export function Field(props: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly type?: 'text' | 'password';
  readonly autoComplete: string;
  readonly hint?: string;
  readonly minLength?: number;
}) {
  return (
    <Labelled label={props.label} hint={props.hint}>
      {(id, hintId) => (
        <input
          id={id}
          className="control"
          type={props.type ?? 'text'}
          value={props.value}
          required
          minLength={props.minLength}
          autoComplete={props.autoComplete}
          autoCapitalize="none"
          spellCheck={false}
          aria-describedby={hintId}
          onChange={(event) => props.onChange(event.target.value)}
        />
      )}
    </Labelled>
  );
}
