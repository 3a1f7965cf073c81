import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const VERIFIER = fileURLToPath(new URL('../../tools/verify/verify.py', import.meta.url));

/** What tools/verify/verify.py says: its exit code and its words. */
export interface SecondVerdict {
  readonly code: number;
  readonly lines: readonly string[];
}

/** Runs commands of the second verifier in one process of it, in their order. */
export async function askSecondVerifier(commands: readonly (readonly string[])[]): Promise<readonly SecondVerdict[]> {
  const child = spawn('python3', [VERIFIER, 'batch'], { stdio: ['pipe', 'pipe', 'pipe'] });
  let out = '';
  let error = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    error += text;
  });
  child.stdin.end(commands.map((words) => `${JSON.stringify(words)}\n`).join(''));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`verify.py ended with ${code}: ${error}`);
  const verdicts: unknown[] = out
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
  if (verdicts.length !== commands.length)
    throw new Error(`${verdicts.length} verdicts for ${commands.length} commands`);
  return verdicts.map(verdictIn);
}

/** Runs it as a person does: words, an exit code, text. */
export async function runSecondVerifier(words: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const child = spawn('python3', [VERIFIER, ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
  const texts = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    texts.out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    texts.err += text;
  });
  const [code] = await once(child, 'close');
  return { code: Number(code), ...texts };
}

function verdictIn(value: unknown): SecondVerdict {
  if (typeof value !== 'object' || value === null || !('code' in value) || !('lines' in value))
    throw new Error('no verdict');
  const { code, lines } = value;
  if (typeof code !== 'number' || !Array.isArray(lines)) throw new Error('no verdict');
  return { code, lines: lines.map(String) };
}
