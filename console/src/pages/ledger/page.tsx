import { PageHead } from '../../components/pane.tsx';

export function LedgerPage() {
  return <PageHead title="Ledger" lead="What was recorded, and who can prove it." />;
}
