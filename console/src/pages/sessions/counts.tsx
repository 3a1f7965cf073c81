import type { Reply } from '../../api/client.ts';
import { Badge } from '../../components/badge.tsx';
import './sessions.css';

type Session = Reply<'GET /v1/sessions'>['sessions'][number];

/** How much a run asked for, and what of it stands out. */
export function Counts({ counts, ungoverned }: { readonly counts: Session['decisions']; readonly ungoverned: number }) {
  const { allow = 0, deny = 0, ask = 0 } = counts;
  const total = Object.values(counts).reduce((sum, one) => sum + one, 0);
  return (
    <span className="counts">
      <span title={`${allow} allowed of ${total}`}>{total}</span>
      {deny === 0 ? null : (
        <Badge tone="bad" icon="deny">
          {deny} denied
        </Badge>
      )}
      {ask === 0 ? null : (
        <Badge tone="waiting" icon="ask">
          {ask} asked
        </Badge>
      )}
      {ungoverned === 0 ? null : (
        <Badge tone="special" icon="warn">
          {ungoverned} ungoverned
        </Badge>
      )}
    </span>
  );
}
