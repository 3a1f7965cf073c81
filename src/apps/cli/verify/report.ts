import type { CliIo } from '#apps/cli/io.ts';
import { createPaint, paragraph, type Tone, visible } from '#apps/cli/output.ts';

/** A finding as every verifier tells it. */
export interface ToldFinding {
  readonly part: string;
  readonly state: 'proved' | 'open' | 'false';
  readonly code: string;
  readonly text: string;
}

const WORDS: Readonly<Record<ToldFinding['state'], readonly [word: string, tone: Tone]>> = {
  proved: ['proved', 'good'],
  open: ['not proved', 'asked'],
  false: ['FALSE', 'bad'],
};
const LEAD_COLUMNS = 27;

/** One paragraph for each finding: its part, whether it is proved, and why, in words. */
export function findingsText(findings: readonly ToldFinding[], io: CliIo): string {
  const paint = createPaint(io.colour);
  return findings
    .map(({ part, state, code, text }) => {
      const [word, tone] = WORDS[state];
      const lead = `${part.padEnd(14)}${word}`.padEnd(LEAD_COLUMNS);
      const told = state === 'false' ? `${text} [${code}]` : text;
      const lines = paragraph(visible(told), io.columns, LEAD_COLUMNS, lead);
      return lines.replace(word, paint(tone, word));
    })
    .join('');
}
