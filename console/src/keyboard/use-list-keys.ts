import { useState } from 'react';
import { useShortcut } from './shortcuts.ts';

/**
 * j and k choose a row of a list, Enter opens it. Returns the chosen index (undefined: none yet) and its setter; it stays within a
 * list that grows shorter.
 */
export function useListKeys(options: {
  readonly count: number;
  /** What a row is, for the list of keys: "decision". */
  readonly noun: string;
  readonly onOpen?: (index: number) => void;
}): readonly [number | undefined, (index: number | undefined) => void] {
  const { count, noun, onOpen } = options;
  const [chosen, setChosen] = useState<number>();
  const selected = chosen === undefined || count === 0 ? undefined : Math.min(chosen, count - 1);
  const move = (by: number) => {
    if (count > 0) setChosen(selected === undefined ? 0 : Math.max(0, Math.min(count - 1, selected + by)));
  };
  useShortcut({ keys: 'j', does: `Next ${noun}`, group: 'List' }, () => move(1));
  useShortcut({ keys: 'k', does: `Previous ${noun}`, group: 'List' }, () => move(-1));
  useShortcut(
    { keys: 'Enter', does: `Open the ${noun}`, group: 'List' },
    () => {
      if (selected !== undefined) onOpen?.(selected);
    },
    onOpen !== undefined && selected !== undefined && !isControlFocused(),
  );
  return [selected, setChosen];
}

/** Enter on a link or a button is that one's. */
function isControlFocused(): boolean {
  return document.activeElement?.closest('a, button') != null;
}
