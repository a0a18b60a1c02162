/** Thresholds that more than one rule uses. */

/** Handlers close within milliseconds of end of file: a hundred at once under one holder is no coincidence. */
export const MIN_CLOSE_WAIT = 100;
/** A busy server passes through CLOSE_WAIT too, but then most of its connections are established. */
export const MIN_RATIO_TO_ESTABLISHED = 5;
/** Closed sockets have no use: a hundred under one holder is more than any close in progress. */
export const MIN_CLOSED = 100;
/** Ordinary skew between alloc and the tables: reading takes seconds. */
export const SKEW_SOCKETS = 50;
export const SKEW_SHARE = 0.02;
/** From here, or from this share of alloc, a leak endangers the node and not only the process. */
export const MANY = 1000;
export const LARGE_SHARE_OF_ALLOC = 0.1;
/** A table is as good as full: the last entries go within seconds. */
export const FULL = 0.95;
