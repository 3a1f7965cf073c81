import { type AstNode, type Finding, hasReason, isNode, lineAt, type Rule, walk } from '../source.ts';

const TEST_FUNCTIONS = ['it', 'test', 'describe', 'bench', 'suite'];
const SKIPS = ['skip', 'skipIf', 'runIf', 'todo', 'fails'];

/** No test runs alone, and none is left out without saying why. */
export const testRuns: Rule = {
  name: 'test-runs',
  check(source) {
    const findings: Finding[] = [];
    walk(source.program, (node) => {
      if (node.type !== 'MemberExpression' || !TEST_FUNCTIONS.includes(rootName(node))) return undefined;
      const member = isNode(node['property']) ? String(node['property']['name']) : '';
      const add = (message: string) =>
        findings.push({ path: source.path, line: lineAt(source, node.start), rule: 'test-runs', message });
      if (member === 'only') add('.only leaves every other test out: remove it');
      else if (SKIPS.includes(member) && !hasReason(source, node)) {
        add(`.${member} without a reason: say in a comment beside it when and why the test does not run`);
      }
      return undefined;
    });
    return findings;
  },
};

/** `it` of `it.only`, `it.concurrent.only`. */
function rootName(node: AstNode): string {
  const object = node['object'];
  if (!isNode(object)) return '';
  return object.type === 'MemberExpression' ? rootName(object) : String(object['name']);
}
