import { PageHead } from '../../components/pane.tsx';

export function ConstitutionPage() {
  return <PageHead title="Constitution" lead="What governs, and how it changes." />;
}
