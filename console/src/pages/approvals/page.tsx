import { PageHead } from '../../components/pane.tsx';

export function ApprovalsPage() {
  return <PageHead title="Approvals" lead="What agents wait for." />;
}
