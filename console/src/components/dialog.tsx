import { type ReactNode, useEffect, useId, useRef } from 'react';
import { Icon } from './icon.tsx';
import './dialog.css';

/** Modal by the browser's own means: focus stays inside, Escape closes, and goes back to where it was. */
export function Dialog(props: {
  readonly title: string;
  readonly onClose: () => void;
  readonly wide?: boolean;
  readonly children: ReactNode;
}) {
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  return (
    <dialog
      ref={dialog}
      className={props.wide === true ? 'dialog dialog-wide' : 'dialog'}
      aria-labelledby={id}
      onClose={props.onClose}
    >
      <header className="dialog-head">
        <h2 id={id}>{props.title}</h2>
        <button type="button" className="icon-button" aria-label="Close" onClick={() => dialog.current?.close()}>
          <Icon name="close" />
        </button>
      </header>
      <div className="dialog-body">{props.children}</div>
    </dialog>
  );
}
