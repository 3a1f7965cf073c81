import { type AstNode, type Finding, isNode, isTest, lineAt, type Rule, walk } from '../source.ts';

/** Ambient things that make an answer depend on when and where it is computed, and what to use instead. */
const BANNED: Readonly<Record<string, string>> = {
  process: 'the environment arrives as an argument',
  console: 'return a value; the edge reports it',
  setTimeout: 'time belongs to adapters and services',
  setInterval: 'time belongs to adapters and services',
  setImmediate: 'time belongs to adapters and services',
  queueMicrotask: 'time belongs to adapters and services',
  performance: 'take the time as an argument',
  fetch: 'networks arrive through a port',
  crypto: 'randomness arrives as an argument; hashes come from node:crypto',
  globalThis: 'nothing ambient',
};
const BANNED_MEMBERS: Readonly<Record<string, string>> = {
  'Date.now': 'take the time as an argument (`nowMs`)',
  'Math.random': 'take the random number as an argument',
};

export const purity: Rule = {
  name: 'purity',
  check(source) {
    if (!source.path.startsWith('src/domain/') || isTest(source.path)) return [];
    const findings: Finding[] = [];
    walk(source.program, (node, parent, field) => {
      if (isTypeOnly(node)) return false;
      const banned = bannedBy(node, parent, field);
      if (banned !== undefined) {
        const [what, instead] = banned;
        const message = `the domain uses ${what}: ${instead}`;
        findings.push({ path: source.path, line: lineAt(source, node.start), rule: 'purity', message });
      }
      return undefined;
    });
    return findings;
  },
};

function bannedBy(node: AstNode, parent: AstNode | undefined, field: string): readonly [string, string] | undefined {
  // Without arguments it is the time now; called without `new` it always is.
  if (node.type === 'CallExpression' && nameOf(node['callee']) === 'Date') {
    return ['Date()', 'take the time as an argument (`nowMs`)'];
  }
  if (node.type === 'NewExpression' && nameOf(node['callee']) === 'Date' && isEmpty(node['arguments'])) {
    return ['new Date()', 'take the time as an argument (`nowMs`)'];
  }
  if (node.type === 'MemberExpression') {
    const member = `${nameOf(node['object'])}.${nameOf(node['property'])}`;
    const instead = BANNED_MEMBERS[member];
    return instead === undefined ? undefined : [member, instead];
  }
  const name = nameOf(node);
  if (name === undefined || isLabel(parent, field)) return undefined;
  return Object.hasOwn(BANNED, name) ? [name, BANNED[name] ?? ''] : undefined;
}

/** An identifier that names a member or a key, not a value: `.process`, `{ process: … }`. */
function isLabel(parent: AstNode | undefined, field: string): boolean {
  if (parent === undefined || parent['computed'] === true) return false;
  if (field === 'key') return parent['shorthand'] !== true;
  return (field === 'property' && parent.type === 'MemberExpression') || /^(Import|Export)/.test(parent.type);
}

/** Types are erased; what wraps an expression is not. */
function isTypeOnly(node: AstNode): boolean {
  return /^TS/.test(node.type) && !('expression' in node);
}

function nameOf(node: unknown): string | undefined {
  return isNode(node) && node.type === 'Identifier' && typeof node['name'] === 'string' ? node['name'] : undefined;
}

function isEmpty(list: unknown): boolean {
  return Array.isArray(list) && list.length === 0;
}
