import type { Signer } from '#domain/signature/ed25519.ts';

/** Number 2: asks for one more thing, names new signers (2 of 3), and suspends an agent after three denials in an hour. */
export function amendToSecond(
  read: (file: string) => string,
  write: (file: string, text: string) => void,
  parent: string,
  keys: readonly Signer[],
): void {
  const signers = `signers:\n  threshold: 2\n  keys:\n${['ada', 'ben', 'cem']
    .map((name, index) => `    - { name: ${name}, publicKey: "${keys[index]?.publicKey.text ?? ''}" }\n`)
    .join('')}`;
  const document = read('constitution.yaml')
    .replace(/^number: 1$/m, 'number: 2')
    .replace(/^parent: .*$/m, `parent: ${parent}`)
    .replace(/^signers: founders$/m, signers.trimEnd())
    .replace(/^enforcement: \[\]$/m, 'enforcement:\n  - { per: agent, denials: 3, withinMinutes: 60, step: suspend }');
  write('constitution.yaml', document);
  write(
    'policies/10-tools.cedar',
    `${read('policies/10-tools.cedar')}
@id("tools-legacy")
@article("10")
@reason("The legacy tracker is being moved.")
@advice("Use the new tracker.")
forbid (
principal,
action == Action::"call",
resource in Server::"legacy"
)
unless { context has approval && context.approval.role == "security" };
`,
  );
  write(
    'tests/10-tools.yaml',
    `${read('tests/10-tools.yaml')}
- { policy: tools-legacy, action: { kind: mcp, server: tracker, tool: get_issue, input: {} }, expect: allow }
- { policy: tools-legacy, action: { kind: mcp, server: legacy, tool: list_issues, input: {} }, expect: ask security }
`,
  );
}
