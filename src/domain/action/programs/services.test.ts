import { describe, expect, it } from 'vitest';
import { briefs } from '#adapters/shell-parser/effects.contract.ts';

/** What is kept elsewhere or for later: services, backups, schemas, releases. What only looks at them has no effect of this kind. */
const CASES: readonly (readonly [command: string, effects: readonly string[]])[] = [
  ['vault kv delete secret/x', ['destroy cloud']],
  ['vault secrets disable kv/', ['destroy cloud']],
  ['vault audit disable file', ['destroy logs']],
  ['vault status', []],
  ['op item delete x', ['destroy cloud']],
  ['doppler projects delete p', ['destroy cloud']],
  ['doppler projects', []],
  ['pass rm x', ['destroy cloud']],
  ['consul kv delete -recurse a', ['destroy cloud']],
  ['consul kv get a', []],
  ['nats stream purge s', ['destroy cloud']],
  ['stripe customers delete c', ['destroy cloud']],
  ['stripe customers list', []],
  ['java -jar jenkins-cli.jar list-jobs', []],
  ['skopeo delete docker://r/i:t', ['destroy cloud']],
  ['skopeo delete --dry-run docker://r/i:t', []],
  ['ldapdelete -x cn=x', ['destroy account']],
  ['restic snapshots', []],
  ['restic forget --keep-last 1', ['destroy files']],
  ['restic forget --dry-run', []],
  ['borg delete /b::a', ['destroy files']],
  ['borg create u@h:repo::a .', ['connect h']],
  ['duplicity remove-all-but-n-full 1 file:///b', ['destroy files']],
  ['tarsnap -d -f a', ['destroy files']],
  ['tarsnap -t -f a', []],
  ['timeshift --list', []],
  ['timeshift --delete', ['destroy files']],
  ['kafka-consumer-groups.sh --group g --reset-offsets --to-earliest --dry-run', []],
  ['kafka-consumer-groups.sh --group g --reset-offsets --to-earliest --execute', ['destroy database']],
  ['rabbitmqadmin delete queue name=q', ['destroy cloud']],
  ["redis-cli --scan --pattern 'a*' | xargs redis-cli del", ['destroy database']],
  ['redis-cli del a', []],
  ['bq rm -r ds', ['destroy database']],
  ["bq query 'SELECT 1'", []],
  ['php artisan migrate:fresh', ['read /home/u/ws/artisan', 'destroy database']],
  ['php artisan migrate', ['read /home/u/ws/artisan']],
  ['python manage.py flush', ['read /home/u/ws/manage.py', 'destroy database']],
  ['python3 ./manage.py migrate app zero', ['read /home/u/ws/manage.py', 'destroy database']],
  ['python manage.py migrate', ['read /home/u/ws/manage.py']],
  ['php bin/console doctrine:schema:drop --force', ['read /home/u/ws/bin/console', 'destroy database']],
  ['mix ecto.drop', ['destroy database']],
  ['mix ecto.migrate', []],
  ['alembic downgrade base', ['destroy database']],
  ['alembic upgrade head', []],
  ['migrate -path m -database $D drop -f', ['destroy database']],
  ['sqlx database drop -y', ['destroy database']],
  ['dotnet ef database drop', ['destroy database']],
  ['dotnet test', []],
  ['dotnet nuget push a.nupkg', ['deploy']],
  ['mvn deploy', ['deploy']],
  ['mvn -q test', []],
  ['gradle publish', ['deploy']],
  ['gradle publishToMavenLocal', []],
  ['./gradlew :lib:publish', ['deploy']],
  ['npm owner add a pkg', ['deploy']],
  ['npm owner ls pkg', []],
  ['npm deprecate pkg@1 old', ['deploy']],
  ['cargo yank --version 1.0.0', ['destroy cloud']],
  ['gem push a.gem', ['deploy']],
  ['helm push c.tgz oci://r', ['deploy']],
  ['curl -X DELETE https://h/users/1', ['destroy cloud', 'connect h']],
  ['curl -X DELETE http://localhost:3000/users/1', ['connect localhost:3000']],
  ['curl -XDELETE localhost:9200/_all', ['destroy cloud', 'connect localhost:9200']],
  ['wget --method=DELETE https://h/a', ['destroy cloud', 'connect h', 'write /home/u/ws/a']],
  ['http DELETE https://h/a', ['destroy cloud', 'connect h']],
  ['http GET https://h/a', ['connect h']],
  ['aws ec2 stop-instances --instance-ids i', ['deploy']],
  ['aws ec2 describe-instances', []],
  ['aws ecr batch-delete-image --repository-name r', ['destroy cloud']],
  ["wrangler d1 execute db --command 'DROP TABLE a'", ['destroy database']],
  ["wrangler d1 execute db --command 'SELECT 1'", []],
  ['pscale database delete d', ['destroy cloud']],
  ['kubectl cordon n', ['destroy cluster']],
  ['buildah rm --all', ['destroy container']],
  ['dmesg --clear', ['destroy logs']],
  ['dmesg', []],
];

describe('what a command takes away from others, or hands to them', () => {
  it.each(CASES)('%s', (command, effects) => {
    expect(briefs(command)).toEqual(effects);
  });
});

it('looks at what fd runs on what it finds', () => {
  expect(briefs('fd -e log')).toEqual(['read /home/u/ws -r']);
  expect(briefs('fd -e log -X rm')).toContain('delete /home/u/ws/**');
  expect(briefs('fd old ~ -x rm -rf {}')).toContain('delete /home/u/**/*old* -r');
});
