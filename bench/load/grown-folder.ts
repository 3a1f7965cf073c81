import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A policy of the starter constitution as it is written: annotations, then a scope that begins with any principal. */
const POLICY = /(?:@\w+\("(?:[^"\\]|\\.)*"\)\s*)+(?:permit|forbid)\s*\(\s*principal\s*,[^;]*;/g;
const LIMIT = /^( +policies:) \d+$/m;

/**
 * Writes the starter constitution to `folder`, grown to `policyCount` policies: further ones are the starter's own for one team
 * each, as an organisation would have them. What it says to anybody outside of these teams stays the same.
 */
export function growFolder(starter: string, folder: string, policyCount: number): void {
  cpSync(starter, folder, { recursive: true });
  const policies = readdirSync(join(starter, 'policies')).map((name) =>
    readFileSync(join(starter, 'policies', name), 'utf8'),
  );
  const models = policies.flatMap((text) => text.match(POLICY) ?? []);
  const held = policies.join('\n').match(/^@id\(/gm)?.length ?? 0;
  const grown: string[] = [];
  const examples: string[] = [];
  for (let at = 0; held + grown.length < policyCount; at += 1) {
    const model = models[at % models.length] ?? '';
    const team = `team-${Math.floor(at / models.length)}`;
    const id = `t${at}-${/@id\("([^"]+)"\)/.exec(model)?.[1]?.slice(0, 50)}`;
    // A constitution does not load without an example of either kind for each policy; these are of the starter's own verdicts.
    examples.push(`- { policy: ${id}, command: 'git status', expect: allow }`);
    examples.push(`- { policy: ${id}, command: 'rm -rf /', expect: deny }`);
    grown.push(
      model
        .replace(/@id\("[^"]+"\)/, `@id("${id}")`)
        .replace(/\(\s*principal\s*,/, `(\n  principal in Team::"${team}",`),
    );
  }
  writeFileSync(join(folder, 'policies', '90-teams.cedar'), grown.join('\n\n'));
  writeFileSync(join(folder, 'tests', '90-teams.yaml'), `${examples.join('\n')}\n`);
  const document = join(folder, 'constitution.yaml');
  writeFileSync(document, readFileSync(document, 'utf8').replace(LIMIT, `$1 ${policyCount}`));
}
