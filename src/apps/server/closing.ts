/** What has to be closed, in the reverse of the order in which it was opened: what uses something ends before it does. */
export interface Closing {
  add(close: () => unknown): void;
  /** Closes everything once. What fails does not keep the rest from being closed; the first failure is thrown then. */
  close(): Promise<void>;
}

export function createClosing(): Closing {
  const opened: (() => unknown)[] = [];
  let closed: Promise<void> | undefined;

  async function closeAll(): Promise<void> {
    const failures: unknown[] = [];
    for (let close = opened.pop(); close !== undefined; close = opened.pop()) {
      try {
        await close();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }

  return {
    add: (close) => opened.push(close),
    close() {
      closed ??= closeAll();
      return closed;
    },
  };
}
