import { Button } from '../../components/button.tsx';
import { Copy } from '../../components/copy.tsx';
import { FormActions } from '../../components/form.tsx';
import { Time } from '../../components/time.tsx';

/** What nobody can see again: only its hash is kept. */
export function OneTimeCode(props: {
  readonly secret: string;
  readonly label: string;
  readonly where: string;
  readonly expiresMs: number;
  readonly onClose: () => void;
}) {
  return (
    <div className="form">
      <p>
        {props.where} It is shown this once, and ends <Time atMs={props.expiresMs} />.
      </p>
      <p className="agents-code">
        <Copy text={props.secret} label={props.label} />
      </p>
      <FormActions>
        <Button kind="main" onClick={props.onClose}>
          I have it
        </Button>
      </FormActions>
    </div>
  );
}
