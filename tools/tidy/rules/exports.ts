import { lineAt, type Rule } from '../source.ts';

/** Tools that load a configuration by its default export. */
const CONFIGURATIONS = /(^|\/)[\w.-]+\.config\.ts$/;

export const namedExports: Rule = {
  name: 'exports',
  check(source) {
    if (CONFIGURATIONS.test(source.path)) return [];
    return source.exports
      .filter((one) =>
        one.entries.some(({ exportName }) => exportName.kind === 'Default' || exportName.name === 'default'),
      )
      .map((one) => ({
        path: source.path,
        line: lineAt(source, one.start),
        rule: 'exports',
        message: 'a default export: name it, so that it has one name everywhere',
      }));
  },
};
