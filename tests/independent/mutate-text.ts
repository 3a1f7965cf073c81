import { between, pick, type Random } from '../support/random.ts';

/** Bytes that mean something in one of the formats, and some that must not be there. */
const TELLING = Buffer.from('\n\r\t\0 +=/-—_0159aZ"{}[]:,.#\x7f\xff', 'latin1');

/** A random change of a text of lines: of a byte, of a line, of two lines; rarely a change that changes nothing. */
export function mutateText(bytes: Buffer, random: Random): Buffer {
  const at = between(random, 0, bytes.length + 1);
  const byte = random() < 0.5 ? Buffer.from([pick(random, [...TELLING])]) : Buffer.from([between(random, 0, 256)]);
  switch (between(random, 0, 8)) {
    case 0:
    case 1:
      return Buffer.concat([bytes.subarray(0, at), byte, bytes.subarray(at + 1)]);
    case 2:
      return Buffer.concat([bytes.subarray(0, at), byte, bytes.subarray(at)]);
    case 3:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + between(random, 1, 4))]);
    case 4:
      return bytes.subarray(0, at);
    default:
      return mutateLines(bytes, random);
  }
}

function mutateLines(bytes: Buffer, random: Random): Buffer {
  const lines = bytes.toString('latin1').split('\n');
  const [at, other] = [between(random, 0, lines.length), between(random, 0, lines.length)];
  const [line = '', otherLine = ''] = [lines[at], lines[other]];
  const changed = pick(random, [
    lines.toSpliced(at, 1),
    lines.toSpliced(at, 0, otherLine),
    lines.with(at, otherLine).with(other, line),
    lines.with(
      at,
      line.replace(/\d+/, (digits) => String(Number(digits) + 1)),
    ),
    lines.with(at, ` ${line}`),
    lines.with(at, `${line} `),
    lines.with(at, line.toUpperCase()),
  ]);
  return Buffer.from(changed.join('\n'), 'latin1');
}
