import { describe, expect, it } from 'vitest';
import { MAINTENANCE_BYTES, type ProtocolEngine, watch } from './watch.ts';

function frame(type: string, bytes: number): Uint8Array {
  const message = Buffer.alloc(bytes);
  message.write(type, 'latin1');
  return message;
}

/** Remembers what it was given, and does what the test says. */
function engineThat(does: { inTransaction?: boolean; answer?: Uint8Array; fails?: Error } = {}) {
  const given: string[] = [];
  const engine: ProtocolEngine = {
    async execProtocolRawStream(message, options) {
      given.push(message.length > 100 ? String.fromCharCode(message[0] ?? 0) : Buffer.from(message).toString('latin1'));
      if (does.fails !== undefined) throw does.fails;
      options?.onRawData?.(does.answer ?? new Uint8Array(0));
    },
    isInTransaction: () => does.inTransaction ?? false,
  };
  const alarms: string[] = [];
  watch(engine, { onDamaged: () => alarms.push('damaged'), onFailed: (error) => alarms.push(String(error)) });
  return { engine, given, alarms, does };
}

const CHECKPOINT = 'Q\0\0\0\x0fCHECKPOINT\0';
const ANALYZE = 'Q\0\0\0\x0cANALYZE\0';

describe('watch', () => {
  it('sounds the alarm when the engine fails below the protocol', async () => {
    const { engine, alarms } = engineThat({ fails: new Error('unreachable executed') });
    await expect(engine.execProtocolRawStream(frame('Q', 8))).rejects.toThrow('unreachable executed');
    expect(alarms).toEqual(['Error: unreachable executed']);
  });

  it('passes a report of corrupted files on, and sounds the alarm', async () => {
    const body = 'SERROR\0CXX001\0\0';
    const answer = Buffer.concat([frame('E', 5), Buffer.from(body)]);
    answer.writeUInt32BE(body.length + 4, 1);
    const { engine, alarms } = engineThat({ answer });
    const seen: Uint8Array[] = [];
    await engine.execProtocolRawStream(frame('Q', 8), { onRawData: (chunk) => seen.push(chunk) });
    expect(seen).toEqual([answer]);
    expect(alarms).toEqual(['damaged']);
  });

  it('does maintenance after much traffic, once, and only when no query is under way', async () => {
    const { engine, given, alarms, does } = engineThat();
    await engine.execProtocolRawStream(frame('B', MAINTENANCE_BYTES));
    expect(given).toEqual(['B']);
    does.inTransaction = true;
    await engine.execProtocolRawStream(frame('S', 200));
    expect(given).toEqual(['B', 'S']);
    does.inTransaction = false;
    await engine.execProtocolRawStream(frame('S', 200));
    expect(given).toEqual(['B', 'S', 'S', CHECKPOINT, ANALYZE]);
    await engine.execProtocolRawStream(frame('Q', 200));
    expect(given).toHaveLength(6);
    expect(alarms).toEqual([]);
  });
});
