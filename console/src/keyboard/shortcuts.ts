import { useEffect, useRef, useSyncExternalStore } from 'react';

/** One key, or `g` and then a letter: `j`, `?`, `g d`. */
export interface Shortcut {
  readonly keys: string;
  /** What it does, for the list that `?` opens. */
  readonly does: string;
  readonly group: string;
}

interface Bound extends Shortcut {
  readonly run: () => void;
}

/** Milliseconds in which the second key of two must come. */
const SEQUENCE_MS = 1_200;

const bound = new Set<Bound>();
const listeners = new Set<() => void>();
let known: readonly Shortcut[] = [];

/** As long as the component is there, and `isOn`: the key does this. The newest of two on the same key has it. */
export function useShortcut(shortcut: Shortcut, run: () => void, isOn = true): void {
  const latest = useRef(run);
  latest.current = run;
  const { keys, does, group } = shortcut;
  useEffect(() => {
    if (!isOn) return undefined;
    const one: Bound = { keys, does, group, run: () => latest.current() };
    bound.add(one);
    changed();
    return () => {
      bound.delete(one);
      changed();
    };
  }, [keys, does, group, isOn]);
}

/** What can be pressed now, for the list of keys. */
export function useKnownShortcuts(): readonly Shortcut[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => known,
  );
}

/** Listens for the whole page. Whoever writes, and whoever is in a dialog, is left alone. */
export function listenForKeys(target: Window): () => void {
  let first: { readonly key: string; readonly atMs: number } | undefined;
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isTaken(event.target)) return;
    const isSecond = first !== undefined && event.timeStamp - first.atMs < SEQUENCE_MS;
    const keys = isSecond && first !== undefined ? `${first.key} ${event.key}` : event.key;
    const found = [...bound].findLast((one) => one.keys === keys);
    first = undefined;
    if (found !== undefined) {
      event.preventDefault();
      found.run();
      return;
    }
    if ([...bound].some((one) => one.keys.startsWith(`${event.key} `)))
      first = { key: event.key, atMs: event.timeStamp };
  };
  target.addEventListener('keydown', onKeyDown);
  return () => target.removeEventListener('keydown', onKeyDown);
}

function isTaken(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.closest('input, textarea, select, dialog') !== null;
}

function changed(): void {
  known = [...bound].filter((one, index, all) => all.findIndex(({ keys }) => keys === one.keys) === index);
  for (const listener of listeners) listener();
}
