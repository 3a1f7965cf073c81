import { useParams } from '@tanstack/react-router';
import { Tabs } from '../../components/tabs.tsx';

/** What is asked, and what need not be asked for a while. An open request is still the first of the two. */
export function ApprovalsTabs() {
  const { id } = useParams({ strict: false });
  return (
    <Tabs
      label="Approvals"
      tabs={[
        {
          name: 'Requests',
          link: id === undefined ? { to: '/approvals' } : { to: '/approvals/$id', params: { id } },
        },
        { name: 'Standing grants', link: { to: '/approvals/grants' } },
      ]}
    />
  );
}
