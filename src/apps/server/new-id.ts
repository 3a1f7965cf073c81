/** The largest counter of one millisecond: 12 bits. */
const COUNTER_MAX = 0xfff;
/** Where the counter of a millisecond begins at most: half of it is left to count in. */
const COUNTER_START_MASK = 0x7ff;

/**
 * UUIDv7 (RFC 9562, section 5.7): each sorts after the one before. The 12 bits after the time count within a millisecond from a
 * random start (section 6.2, method 1); when they are used up, or the clock goes back, time is taken to go on.
 * `randomUuid` gives version 4; Node's keeps random bytes ready, where asking the kernel for each id costs several times as much.
 */
export function createNewId(deps: { readonly nowMs: () => number; readonly randomUuid: () => string }): () => string {
  let lastMs = 0;
  let counter = 0;
  return () => {
    const random = deps.randomUuid();
    const nowMs = deps.nowMs();
    if (nowMs > lastMs) {
      lastMs = nowMs;
      counter = Number.parseInt(random.slice(0, 8), 16) & COUNTER_START_MASK;
    } else if (counter === COUNTER_MAX) {
      lastMs += 1;
      counter = 0;
    } else counter += 1;
    const time = lastMs.toString(16).padStart(12, '0');
    // Variant and the last 62 bits are as in version 4.
    return `${time.slice(0, 8)}-${time.slice(8)}-7${counter.toString(16).padStart(3, '0')}${random.slice(18)}`;
  };
}
