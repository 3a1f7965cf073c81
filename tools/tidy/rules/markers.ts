import { lineAt, type Rule } from '../source.ts';

/** Split, so that the rule does not find itself. */
const MARKER = new RegExp(`\\b(${['TO' + 'DO', 'FIX' + 'ME', 'HA' + 'CK', 'XX' + 'X'].join('|')})\\b`);

export const markers: Rule = {
  name: 'markers',
  check(source) {
    return source.comments.flatMap((comment) => {
      const marker = MARKER.exec(comment.text)?.[1];
      if (marker === undefined || /#\d+/.test(comment.text)) return [];
      const message = `${marker} without an issue: do it now, or write "${marker} #123: …" with the issue that will`;
      return [{ path: source.path, line: lineAt(source, comment.start), rule: 'markers', message }];
    });
  },
};
