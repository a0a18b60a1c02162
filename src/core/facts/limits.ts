/** From when on a queue, or a silence, means something. */

/** A receive queue this long is no request that just came in. */
export const LARGE_RX_BYTES = 32 * 1024;
/** Nothing came and nothing was read for so long. */
export const IDLE_MS = 10_000;
