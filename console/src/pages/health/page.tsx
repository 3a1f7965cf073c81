import { PageHead } from '../../components/pane.tsx';

export function HealthPage() {
  return <PageHead title="Health" lead="Whether it decides, how fast, and what is broken." />;
}
