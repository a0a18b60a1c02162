/** Long work in short stretches: the extension host is shared with every other extension. */

const MAX_STRETCH_MS = 8;
/** Steps between two looks at the clock. */
const STEPS_AT_ONCE = 100;

export interface Pacer {
  /** To ask at each step: whether it is time to rest. */
  isDue(): boolean;
  /** Lets others have their turn. */
  rest(): Promise<void>;
}

export function createPacer(): Pacer {
  let steps = 0;
  let started = performance.now();
  return {
    isDue: () => ++steps % STEPS_AT_ONCE === 0 && performance.now() - started > MAX_STRETCH_MS,
    async rest() {
      await nextTurn();
      started = performance.now();
    },
  };
}

/** A message comes in the next turn of the event loop; a timer would come a millisecond later, in a browser four. */
function nextTurn(): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port2.onmessage = () => {
      port2.close();
      resolve();
    };
    port1.postMessage(null);
  });
}
