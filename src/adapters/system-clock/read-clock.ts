import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { uptime } from 'node:os';
import type { ClockReading } from '#domain/amendment/governance-clock.ts';

const BOOT_ID_FILE = '/proc/sys/kernel/random/boot_id';

/**
 * Reads this machine's clocks. `os.uptime` is Linux's CLOCK_BOOTTIME (libuv, `uv_uptime`): it goes on while the machine sleeps. Where
 * no id of the boot is to be had, each start of the process counts as a boot, and the wall clock is believed once more.
 */
export function createClockReader(): () => ClockReading {
  const bootId = readBootId();
  return () => ({ wallMs: Date.now(), uptimeMs: uptime() * 1000, bootId });
}

function readBootId(): string {
  try {
    return readFileSync(BOOT_ID_FILE, 'utf8').trim();
  } catch {
    return randomUUID();
  }
}
