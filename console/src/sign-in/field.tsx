import { useId } from 'react';

/** A labelled line of text that must not be empty. */
export function Field(props: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly type?: 'text' | 'password';
  readonly autoComplete: string;
  readonly hint?: string;
  readonly minLength?: number;
}) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{props.label}</label>
      <input
        id={id}
        type={props.type ?? 'text'}
        value={props.value}
        required
        minLength={props.minLength}
        autoComplete={props.autoComplete}
        autoCapitalize="none"
        spellCheck={false}
        aria-describedby={props.hint === undefined ? undefined : `${id}-hint`}
        onChange={(event) => props.onChange(event.target.value)}
      />
      {props.hint === undefined ? null : (
        <p id={`${id}-hint`} className="small soft">
          {props.hint}
        </p>
      )}
    </div>
  );
}
