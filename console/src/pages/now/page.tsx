import { PageHead } from '../../components/pane.tsx';

export function NowPage() {
  return <PageHead title="Now" lead="What agents do, as it happens." />;
}
