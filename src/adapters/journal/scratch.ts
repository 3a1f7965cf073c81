import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A directory of its own for a test, gone after `using`. */
export function scratchDirectory(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), 'acgs-journal-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

export interface SmallDisk extends Disposable {
  readonly path: string;
  remount(options: string): void;
}

/** A file system of its own of `sizeKiB`, or the reason why this machine does not give one (only root may mount). */
export function smallDisk(sizeKiB: number): SmallDisk | string {
  const scratch = scratchDirectory();
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeKiB}k`, 'acgs-test', scratch.path]);
  if (mounted.status !== 0) {
    scratch[Symbol.dispose]();
    return `mount: ${mounted.error?.message ?? mounted.stderr.toString().trim()}`;
  }
  return {
    path: scratch.path,
    remount(options) {
      const remounted = spawnSync('mount', ['-o', `remount,${options}`, scratch.path]);
      if (remounted.status !== 0) throw new Error(remounted.stderr.toString());
    },
    [Symbol.dispose]() {
      spawnSync('umount', ['-l', scratch.path]);
      scratch[Symbol.dispose]();
    },
  };
}
