import { PageHead } from '../../components/pane.tsx';

export function DecisionsPage() {
  return <PageHead title="Decisions" lead="Every action that was put to the constitution." />;
}
