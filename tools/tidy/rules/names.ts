import { type Finding, lineAt, type Rule, walk } from '../source.ts';

/** Words that say nothing of what a file holds, so that everything ends up in it. */
const BANNED_WORDS = ['util', 'utils', 'helper', 'helpers', 'common', 'manager', 'misc'];

export const names: Rule = {
  name: 'names',
  check(source) {
    const findings: Finding[] = [];
    const word = source.path.split(/[/.\-_]/).find((part) => BANNED_WORDS.includes(part.toLowerCase()));
    if (word !== undefined) {
      const message = `"${word}" in a path says nothing: name the file by its noun (inclusion-proof.ts) or by the verb it exports (decide.ts)`;
      findings.push({ path: source.path, line: 1, rule: 'names', message });
    }
    walk(source.program, (node) => {
      if (node.type !== 'TSInterfaceDeclaration' && node.type !== 'TSTypeAliasDeclaration') return undefined;
      const name = source.text.slice(node.start, node.end).match(/^(?:interface|type)\s+(\w+)/)?.[1] ?? '';
      if (/^I[A-Z][a-z]/.test(name)) {
        const message = `${name}: no "I" prefix; the interface has the plain name, the implementation says what it is made of`;
        findings.push({ path: source.path, line: lineAt(source, node.start), rule: 'names', message });
      }
      return undefined;
    });
    return findings;
  },
};
