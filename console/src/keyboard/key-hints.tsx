import { useState } from 'react';
import { Dialog } from '../components/dialog.tsx';
import { Icon } from '../components/icon.tsx';
import { type Shortcut, useKnownShortcuts, useShortcut } from './shortcuts.ts';
import './key-hints.css';

/** `?` and the button: everything that can be pressed on this page. */
export function KeyHints() {
  const [isOpen, setOpen] = useState(false);
  const shortcuts = useKnownShortcuts();
  useShortcut({ keys: '?', does: 'Show the keys', group: 'Everywhere' }, () => setOpen(true));
  const groups = Map.groupBy(shortcuts, ({ group }) => group);
  return (
    <>
      <button type="button" className="icon-button" aria-label="Keys" title="Keys (?)" onClick={() => setOpen(true)}>
        <Icon name="keyboard" />
      </button>
      {isOpen ? (
        <Dialog title="Keys" onClose={() => setOpen(false)}>
          <div className="keys">
            {[...groups].map(([group, members]) => (
              <KeyGroup key={group} group={group} members={members} />
            ))}
          </div>
        </Dialog>
      ) : null}
    </>
  );
}

function KeyGroup({ group, members }: { readonly group: string; readonly members: readonly Shortcut[] }) {
  return (
    <section>
      <h3>{group}</h3>
      <dl>
        {members.map(({ keys, does }) => (
          <div key={keys}>
            <dt>
              {keys.split(' ').map((key) => (
                <kbd key={key} className="key">
                  {key}
                </kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
