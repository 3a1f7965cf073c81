import { PageHead } from '../../components/pane.tsx';

export function SessionsPage() {
  return <PageHead title="Sessions" lead="One run of one agent, from its first action to its last." />;
}
