import { useEffect, useState } from 'react';
import { Icon } from '../components/icon.tsx';
import { useLiveState } from '../live/live-stream.ts';

/** Milliseconds for which a lost connection is not worth a word: the server ends each stream now and then, and the browser comes again. */
const SILENT_MS = 5_000;

/** On every page that follows what happens: whether what it shows may be old. */
export function LiveNotice() {
  const isLost = useLiveState() === 'lost';
  const [isTold, setTold] = useState(false);
  useEffect(() => {
    if (!isLost) return undefined;
    const timer = setTimeout(() => setTold(true), SILENT_MS);
    return () => {
      clearTimeout(timer);
      setTold(false);
    };
  }, [isLost]);
  return (
    <div role="status">
      {isTold ? (
        <p className="shell-notice">
          <Icon name="warn" /> The connection to the server is lost: what you see may be old. It is tried again by
          itself.
        </p>
      ) : null}
    </div>
  );
}
