import { Tabs } from '../../components/tabs.tsx';

export function WhoTabs() {
  return (
    <Tabs
      label="Agents and people"
      tabs={[
        { name: 'Agents', link: { to: '/agents' } },
        { name: 'People', link: { to: '/agents/people' } },
      ]}
    />
  );
}
