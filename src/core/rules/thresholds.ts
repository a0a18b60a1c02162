/** Thresholds that more than one rule uses. */

/** Handlers close within milliseconds of end of file: a hundred at once under one holder is no coincidence. */
export const MIN_CLOSE_WAIT = 100;
/** Closed sockets have no use: a hundred under one holder is more than any close in progress. */
export const MIN_CLOSED = 100;
/** From here, or from this share of alloc, a leak endangers the node and not only the process. */
export const MANY = 1000;
export const LARGE_SHARE_OF_ALLOC = 0.1;
