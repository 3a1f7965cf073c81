import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { cedarLanguage } from '#adapters/cedar/language.ts';
import { loadConstitutionFolder } from '#adapters/constitution-files/load.ts';
import { createExampleEffectsOf, runExamples } from '#apps/cli/policy/examples.ts';
import type { Action } from '#domain/action/action.ts';
import { EFFECT_KINDS, type Effect } from '#domain/action/effect.ts';
import { EXAMPLE_WORKSPACE } from '#domain/constitution/example.ts';
import { GENESIS_DIGEST } from '#domain/constitution/lineage.ts';
import type { AgentId, Principal } from '#domain/identity/principal.ts';
import { createCompiledAuthorizer } from '#domain/policy/engine/compile.ts';
import { createEvaluate } from '#domain/policy/evaluate.ts';

const loaded = await loadConstitutionFolder(
  fileURLToPath(new URL('../../../../constitution', import.meta.url)),
  cedarLanguage,
);
if (!loaded.ok) throw new Error(loaded.refusal.message);
const { constitution, examples } = loaded.value;
const { policies, schema } = constitution;

const effectsOf = createExampleEffectsOf();
const compiled = createEvaluate({
  constitution,
  authorizer: createCompiledAuthorizer({ policies, schema, mode: 'generated' }),
});
const official = createEvaluate({
  constitution,
  authorizer: cedarLanguage.createAuthorizer({ policies, schema, validateRequests: true }),
});

const AGENT: Principal = { kind: 'agent', id: 'example' as AgentId, agent: 'codex', teams: [] };

function inputOf(action: Action) {
  return { action, effects: effectsOf(action), principal: AGENT, labels: [], timeMs: 0 };
}

function shell(command: string): Action {
  return { kind: 'shell', command, background: false, cwd: EXAMPLE_WORKSPACE, workspaceRoots: [EXAMPLE_WORKSPACE] };
}

describe('the starter constitution', () => {
  it('begins the lineage', () => {
    expect(constitution.parent).toBe(GENESIS_DIGEST);
    expect(constitution.number).toBe(1);
  });

  const results = runExamples(constitution, examples);
  it.each(results.map((result) => [result.example.at, result] as const))('holds in %s', (_, result) => {
    expect(result.failure).toBeUndefined();
  });

  it('tells the agent what to do instead wherever it forbids', () => {
    const silent = [...constitution.annotations]
      .filter(([id, { advice }]) => policies[id]?.['effect'] === 'forbid' && advice === undefined)
      .map(([id]) => id);
    expect(silent).toEqual([]);
  });

  it('is decided alike by the compiled engine and by Cedar itself', () => {
    for (const { action } of examples) {
      const input = inputOf(action);
      expect(compiled(input)).toEqual(official(input));
    }
  });

  it('lets an action through that the person it asks for has approved, and nobody asked earlier', () => {
    const roles = constitution.approverRoles;
    for (const { action } of examples) {
      const input = inputOf(action);
      const { verdict } = compiled(input);
      if (verdict.kind !== 'ask') continue;
      const enough = roles.filter(
        (role) => compiled({ ...input, approval: { role, by: 'ada' } }).verdict.kind === 'allow',
      );
      expect(enough).toEqual(roles.slice(roles.indexOf(verdict.role)));
    }
  });

  it.each([
    'ls -la && cat package.json',
    'grep -rn "createParser" src | head -20',
    'npm ci',
    'npm run build',
    'npm test -- --coverage',
    'npx vitest run src/parser.test.ts',
    'pnpm install --frozen-lockfile',
    'pip install -r requirements.txt',
    'cargo build --release && cargo test',
    'go test ./...',
    'make -j4 all',
    'mvn -q package',
    'pytest -x tests',
    'tsc --noEmit && eslint src --fix',
    'python manage.py migrate --plan',
    'node scripts/generate.js > src/generated.ts',
    'sed -i "s/foo/bar/" src/a.ts && mv src/a.ts src/b.ts',
    'mkdir -p src/new && touch src/new/index.ts',
    'rm src/old.ts && rm -rf dist node_modules',
    'chmod +x scripts/run.sh && ./scripts/run.sh',
    'git status && git diff HEAD~1 --stat',
    'git switch -c feature/login && git add -A && git commit -m "Add login"',
    'git push -u origin feature/login',
    'git pull --rebase && git log --oneline -5',
    'git stash && git stash pop',
    'git merge main',
    'gh pr create --fill && gh pr view --web',
    'curl -fsSL https://docs.example.org/guide.html | less',
    'curl -s http://localhost:3000/health',
    'curl -X POST -d \'{"name":"a"}\' http://localhost:3000/items',
    'docker build -t app . && docker run --rm app npm test',
    'docker compose up -d && docker compose logs -f web',
    'kubectl get pods && kubectl describe pod web',
    'terraform plan',
    'psql -c "select * from users limit 5"',
    'tar czf /tmp/src.tgz src && tar tzf /tmp/src.tgz',
    'find . -name "*.ts" -newer package.json | xargs wc -l',
    'for f in src/*.ts; do echo "$f"; done',
    'PORT=8080 NODE_ENV=test npm start &',
    'ps aux | grep node && kill 4242',
    'echo "hello" > notes.txt && cat notes.txt >> docs/log.md',
  ])('does not bother ordinary work: %s', (command) => {
    const { verdict, reasons } = compiled(inputOf(shell(command)));
    expect({ verdict: verdict.kind, by: reasons.map((reason) => reason.policy) }).toMatchObject({ verdict: 'allow' });
  });
});

describe('docs/reference/policy-schema.md', () => {
  const text = readFileSync(new URL('../../../../docs/reference/policy-schema.md', import.meta.url), 'utf8');
  const blocks = [...text.matchAll(/```cedar\n(.*?)```/gs)].map((match) => match[1] ?? '');

  it('shows policies that validate against the starter constitution', () => {
    expect(blocks.length).toBeGreaterThan(1);
    const parsed = cedarLanguage.parsePolicies(blocks.join('\n'));
    if (!parsed.ok) throw new Error(parsed.refusal.message);
    const shown = Object.fromEntries(parsed.value.map((policy, index) => [`p${index}`, policy.json]));
    expect(cedarLanguage.validate(shown, schema)).toEqual({ ok: true, value: undefined });
  });

  it('names every action of the schema', () => {
    const named = text
      .split('\n')
      .filter((line) => line.startsWith('| `'))
      .join(' ');
    for (const kind of EFFECT_KINDS) expect(named).toMatch(new RegExp(`\`${kind}[.\`]`));
  });
});

describe('ten thousand effects', () => {
  it('are decided in a bounded time', () => {
    const effects: readonly Effect[] = Array.from({ length: 9_999 }, (_, n) => ({
      kind: 'write',
      path: `${EXAMPLE_WORKSPACE}/src/generated/${n % 100}/file-${n}.ts`,
      zones: ['workspace', 'home'],
      recursive: false,
    }));
    const outside: Effect = { kind: 'write', path: '/etc/motd', zones: ['system'], recursive: false };
    const start = performance.now();
    const { verdict } = compiled({ ...inputOf(shell('generate')), effects: [...effects, outside] });
    expect(verdict).toEqual({ kind: 'ask', role: 'maintainer' });
    // Seen: 0.5 s, every effect twice. The bound is for a machine that does ten other things.
    expect(performance.now() - start).toBeLessThan(10_000);
  });
});
