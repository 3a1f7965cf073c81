import { useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import type { Endpoint } from '../api/client.ts';
import { type LiveState, useLive } from './live-stream.ts';

/** At most this often, in milliseconds, is a list read again because of what happens: a burst is one reading. */
const REFRESH_MS = 500;

/** Reads these endpoints' answers again when an event of one of these names comes (and after a gap in the stream). */
export function useLiveRefresh(names: readonly string[], endpoints: readonly Endpoint[]): LiveState {
  const client = useQueryClient();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  return useLive(({ name }) => {
    if (name !== 'reset' && !names.includes(name)) return;
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      for (const endpoint of endpoints) void client.invalidateQueries({ queryKey: [endpoint] });
    }, REFRESH_MS);
  });
}
