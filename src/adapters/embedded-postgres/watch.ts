import { createCorruptionWatch } from './error-response.ts';

/** PGlite has neither a checkpointer nor autovacuum: after this much traffic the log is cut and the planner learns. */
export const MAINTENANCE_BYTES = 32 * 1024 * 1024;
/** Frontend messages after which no part of a query is left in the engine (PostgreSQL, "Message Formats"). */
const QUERY = 'Q'.charCodeAt(0);
const SYNC = 'S'.charCodeAt(0);

/** One by one, because CHECKPOINT may not share a transaction. */
const MAINTENANCE = ['CHECKPOINT', 'ANALYZE'].map(queryMessage);

/** The part of PGlite that a socket server uses for every message of its clients. */
export interface ProtocolEngine {
  execProtocolRawStream(
    message: Uint8Array,
    options?: { readonly onRawData?: (answer: Uint8Array) => void },
  ): Promise<void>;
  isInTransaction(): boolean;
}

/** Keeps an engine in shape between the messages that it is given, and tells when it is not to be trusted any more. */
export function watch(
  engine: ProtocolEngine,
  alarms: {
    /** The engine reports that its files are wrong. */
    readonly onDamaged: () => void;
    /** It failed below the protocol, so its state is not known. */
    readonly onFailed: (error: unknown) => void;
  },
): void {
  const execute = engine.execProtocolRawStream.bind(engine);
  const reportsCorruption = createCorruptionWatch();
  let traffic = 0;
  engine.execProtocolRawStream = async (message, options) => {
    const onRawData = (answer: Uint8Array): void => {
      options?.onRawData?.(answer);
      if (reportsCorruption(answer)) alarms.onDamaged();
    };
    try {
      await execute(message, { ...options, onRawData });
      traffic += message.length;
      const betweenQueries = message[0] === SYNC || message[0] === QUERY;
      if (traffic < MAINTENANCE_BYTES || !betweenQueries || engine.isInTransaction()) return;
      traffic = 0;
      for (const one of MAINTENANCE) await execute(one, { onRawData: () => undefined });
    } catch (error) {
      alarms.onFailed(error);
      throw error;
    }
  };
}

function queryMessage(statement: string): Uint8Array {
  const text = Buffer.from(`${statement}\0`, 'utf8');
  const head = Buffer.alloc(5);
  head.writeUInt8(QUERY, 0);
  head.writeUInt32BE(text.length + 4, 1);
  return new Uint8Array(Buffer.concat([head, text]));
}
