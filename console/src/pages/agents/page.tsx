import { PageHead } from '../../components/pane.tsx';

export function AgentsPage() {
  return <PageHead title="Agents & people" lead="Who works here, and with what rights." />;
}
