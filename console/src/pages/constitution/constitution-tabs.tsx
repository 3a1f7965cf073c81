import { useApi } from '../../api/use-api.ts';
import { Tabs } from '../../components/tabs.tsx';

export function ConstitutionTabs() {
  const ballots = useApi('GET /v1/ballots', {}, { everyMs: 30_000 });
  const mine = ballots.data?.ballots.filter(
    ({ own, result }) => result === undefined && own?.isEntitled === true && own.choice === undefined,
  );
  return (
    <Tabs
      label="Constitution"
      tabs={[
        { name: 'In force', link: { to: '/constitution' } },
        {
          name: 'Amendments',
          link: { to: '/constitution/amendments' },
          isWhole: true,
          ...(mine === undefined ? {} : { count: mine.length }),
        },
        { name: 'Roll-out', link: { to: '/constitution/roll-out' } },
        { name: 'Compare', link: { to: '/constitution/compare' } },
      ]}
    />
  );
}
