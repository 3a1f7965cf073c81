/** The database, below the engine's folder. It has this name only once it is complete. */
export const DATA_FOLDER = 'data';

/** How the engine's process is started, and what it tells its parent over the IPC channel. */
export interface EngineOptions {
  /** Holds `data` (the database), `lock`, and what was moved aside. */
  readonly directory: string;
  /** Unix socket to serve. */
  readonly socket: string;
  /**
   * `prepare`: make the database if there is none, and end. `serve`: open it and serve.
   * `replace`: move the database aside, make a new one, and end.
   */
  readonly task: 'prepare' | 'serve' | 'replace';
}

export type EngineMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'in-use' }
  /** The database cannot be relied on; the engine ends, and the next one must replace it. */
  | { readonly kind: 'damaged' }
  /** Where the old database was put. */
  | { readonly kind: 'moved-aside'; readonly to: string };
