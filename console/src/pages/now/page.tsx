import { useState } from 'react';
import { messageOf } from '../../api/problem.ts';
import { useApi } from '../../api/use-api.ts';
import { Badge } from '../../components/badge.tsx';
import { Button } from '../../components/button.tsx';
import { PageHead, Pane } from '../../components/pane.tsx';
import { Loaded } from '../../components/states.tsx';
import { useShortcut } from '../../keyboard/shortcuts.ts';
import { type LiveState, useLive } from '../../live/live-stream.ts';
import { ActiveAgents } from './active-agents.tsx';
import { type Line, lineOfEvent, lineOfRow, mergeLines } from './feed.ts';
import { Figures } from './figures.tsx';
import { LiveLines } from './live-lines.tsx';
import { Waiting } from './waiting.tsx';
import './now.css';

/** Decisions that are read at first; from then on they come by themselves. */
const FIRST_ROWS = 200;

/** What agents do and wait for, as it happens. */
export function NowPage() {
  const first = useApi('GET /v1/decisions/rows', { query: { limit: FIRST_ROWS } });
  const [streamed, setStreamed] = useState<readonly Line[]>([]);
  const [pausedAt, setPausedAt] = useState<readonly Line[]>();
  const state = useLive((event) => {
    if (event.name === 'reset') void first.refetch();
    const line = lineOfEvent(event);
    if (line !== undefined) setStreamed((known) => mergeLines(known, [line]));
  });
  const rows = first.data?.rows ?? [];
  const lines = mergeLines(rows.map(lineOfRow), streamed);
  const turn = () => setPausedAt(pausedAt === undefined ? lines : undefined);
  useShortcut({ keys: 'p', does: 'Pause or go on', group: 'Now' }, turn);
  const shown = pausedAt ?? lines;
  // Fewer than were asked for: these are all that there are.
  const knownSinceMs = rows.length < FIRST_ROWS ? 0 : (rows.at(-1)?.timeMs ?? 0);
  const held = pausedAt === undefined ? 0 : lines.filter(({ id }) => !pausedAt.some((one) => one.id === id)).length;
  return (
    <>
      <PageHead title="Now" lead="What agents do and wait for, as it happens.">
        <LiveBadge state={state} />
        <Button
          icon={pausedAt === undefined ? 'pause' : 'play'}
          hint="p"
          pressed={pausedAt !== undefined}
          onClick={turn}
        >
          {pausedAt === undefined ? 'Pause' : held === 0 ? 'Go on' : `Go on, ${held} new`}
        </Button>
      </PageHead>
      <Figures lines={lines} knownSinceMs={knownSinceMs} />
      <div className="now">
        <div className="now-side">
          <Waiting />
          <ActiveAgents lines={lines} />
        </div>
        <Pane title="Decisions" className="now-lines" flush>
          {first.error !== null && shown.length > 0 ? (
            <p className="now-note small soft" role="status">
              What was before cannot be read now ({messageOf(first.error)}) What comes is shown.
            </p>
          ) : null}
          <Loaded of={shown.length > 0 ? { data: shown, error: null } : { ...first, data: first.data && shown }}>
            {(seen) => <LiveLines lines={seen} />}
          </Loaded>
        </Pane>
      </div>
    </>
  );
}

function LiveBadge({ state }: { readonly state: LiveState }) {
  return (
    <span role="status">
      {state === 'open' ? (
        <Badge tone="good">
          <span className="now-pulse" />
          live
        </Badge>
      ) : state === 'lost' ? (
        <Badge tone="bad" icon="warn">
          connection lost, trying again
        </Badge>
      ) : (
        <Badge tone="plain">connecting</Badge>
      )}
    </span>
  );
}
