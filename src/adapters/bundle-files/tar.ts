import { ok, type Result, refuse } from '#domain/result.ts';

/** POSIX ustar (IEEE Std 1003.1, pax, "ustar Interchange Format"): plain files only, which every tar reads. */
const BLOCK_BYTES = 512;
const NAME_BYTES_MAX = 100;
/** Eleven octal digits. */
const SIZE_MAX = 8 ** 11 - 1;
const PLAIN_PATH = /^(?:[\w-][\w.-]*\/)*[\w-][\w.-]*$/;

/** @param mtimeSeconds of every file: the same content gives the same bytes */
export function writeTar(files: ReadonlyMap<string, Uint8Array>, mtimeSeconds: number): Buffer {
  const blocks: Uint8Array[] = [];
  for (const path of [...files.keys()].toSorted()) {
    const bytes = files.get(path) ?? new Uint8Array();
    if (!PLAIN_PATH.test(path) || path.length > NAME_BYTES_MAX) throw new RangeError(`not a path for a tar: ${path}`);
    if (bytes.length > SIZE_MAX) throw new RangeError(`${path} is too large for a tar`);
    blocks.push(header(path, bytes.length, mtimeSeconds), bytes, Buffer.alloc(padding(bytes.length)));
  }
  return Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK_BYTES)]);
}

/** Reads back what `writeTar` writes, and refuses everything else that a tar may hold: links, folders, other names, bytes in between. */
export function readTar(tar: Buffer): Result<ReadonlyMap<string, Uint8Array>, 'tar-malformed'> {
  const files = new Map<string, Uint8Array>();
  let at = 0;
  let mtime: string | undefined;
  while (at + BLOCK_BYTES <= tar.length && tar[at] !== 0) {
    const block = tar.subarray(at, at + BLOCK_BYTES);
    const path = block.subarray(0, NAME_BYTES_MAX).toString('latin1').replace(/\0+$/, '');
    const size = Number.parseInt(block.subarray(124, 135).toString('latin1'), 8);
    const seconds = Number.parseInt(block.subarray(136, 147).toString('latin1'), 8);
    mtime ??= String(seconds);
    const end = at + BLOCK_BYTES + size;
    if (!PLAIN_PATH.test(path) || files.has(path) || Number.isNaN(size) || String(seconds) !== mtime) {
      return refuse(
        'tar-malformed',
        `The tar is not one of an evidence bundle: what begins at byte ${at} is no file of it.`,
      );
    }
    if (!block.equals(header(path, size, seconds)) || end + padding(size) > tar.length) {
      return refuse('tar-malformed', `The tar is not one of an evidence bundle: the header at byte ${at} was changed.`);
    }
    if (!isZero(tar.subarray(end, end + padding(size)))) {
      return refuse('tar-malformed', `The tar is not one of an evidence bundle: there is something after ${path}.`);
    }
    files.set(path, tar.subarray(at + BLOCK_BYTES, end));
    at = end + padding(size);
  }
  return tar.length === at + 2 * BLOCK_BYTES && isZero(tar.subarray(at))
    ? ok(files)
    : refuse('tar-malformed', 'The tar is cut off, or something follows its end.');
}

function header(path: string, size: number, mtimeSeconds: number): Buffer {
  const block = Buffer.alloc(BLOCK_BYTES);
  block.write(path, 0, 'latin1');
  block.write('0000644\0', 100, 'latin1');
  block.write('0000000\0', 108, 'latin1');
  block.write('0000000\0', 116, 'latin1');
  block.write(`${size.toString(8).padStart(11, '0')}\0`, 124, 'latin1');
  block.write(`${mtimeSeconds.toString(8).padStart(11, '0')}\0`, 136, 'latin1');
  block.write('        ', 148, 'latin1'); // the checksum is taken over blanks in its own place
  block.write('0', 156, 'latin1');
  block.write('ustar\u000000', 257, 'latin1');
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}

function padding(size: number): number {
  return (BLOCK_BYTES - (size % BLOCK_BYTES)) % BLOCK_BYTES;
}

function isZero(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0);
}
