import { type AstNode, type Finding, hasReason, isNode, isTest, lineAt, type Rule, walk } from '../source.ts';

const SUPPRESSION = /@ts-(ignore|nocheck|expect-error)/;

export const casts: Rule = {
  name: 'casts',
  check(source) {
    const findings: Finding[] = [];
    const add = (offset: number, message: string) =>
      findings.push({ path: source.path, line: lineAt(source, offset), rule: 'casts', message });
    for (const comment of source.comments) {
      const what = SUPPRESSION.exec(comment.text)?.[0];
      // A test of what the compiler must refuse needs the directive; it says why.
      const allowed = what === '@ts-expect-error' && isTest(source.path) && /@ts-expect-error\W+\w/.test(comment.text);
      if (what !== undefined && !allowed)
        add(comment.start, `${what}: fix the type; the checker is not to be silenced`);
    }
    walk(source.program, (node, parent) => {
      if (node.type !== 'TSAsExpression' && node.type !== 'TSTypeAssertion') return undefined;
      const type = node['typeAnnotation'];
      if (isNode(type) && type.type === 'TSAnyKeyword')
        add(node.start, 'a cast to "any": parse the value into its type');
      else if (parent?.type !== node.type && needsReason(source.path, node) && !hasReason(source, node)) {
        add(
          node.start,
          'a cast without a reason: parse at the edge instead, or say in a comment why the type is known',
        );
      }
      return undefined;
    });
    return findings;
  },
};

/** In the product's own code. A literal that is given its brand (`'default-deny' as PolicyId`) is its own reason. */
function needsReason(path: string, node: AstNode): boolean {
  const { expression, typeAnnotation: type } = node;
  const isBrand = isNode(expression) && expression.type === 'Literal';
  return (
    (path.startsWith('src/') || path.startsWith('console/src/')) &&
    !isTest(path) &&
    !isBrand &&
    isNode(type) &&
    !isConst(type)
  );
}

function isConst(type: AstNode): boolean {
  const name = type['typeName'];
  return type.type === 'TSTypeReference' && isNode(name) && name['name'] === 'const';
}
