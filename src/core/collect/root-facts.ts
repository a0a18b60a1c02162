/** What was read below one root of the archive, and by what the layouts may tell whether a node is there. */
import type { ByteSink } from '../bundle.ts';
import { joinBytes } from '../bytes.ts';
import type { Layout } from '../layouts/layout.ts';
import type { RawFacts } from './raw-facts.ts';

export interface RootFacts {
  readonly facts: RawFacts;
  /** Tells that a layout took a member, by its path below the root. */
  see(layout: Layout, path: string): void;
  /** Keeps the begin of a member that tells what the bundle is. */
  watch(layout: Layout, path: string, sink: ByteSink | undefined): ByteSink | undefined;
  /** The layouts that say they are here. */
  detected(): readonly Layout[];
}

/** A layout has some dozens of names at the top; of more only hostile archives have. */
const MAX_NAMES = 1000;
const HEAD_BYTES = 4096;

export function createRootFacts(facts: RawFacts): RootFacts {
  const seen = new Map<Layout, Set<string>>();
  const heads = new Map<string, string>();
  // Members of one folder come one after another.
  let last: Layout | null = null;
  let lastPart = '';
  return {
    facts,
    see(layout, path) {
      if (layout === last && path.startsWith(lastPart)) return;
      const slash = path.indexOf('/');
      last = layout;
      lastPart = slash < 0 ? path : path.slice(0, slash + 1);
      let names = seen.get(layout);
      if (names === undefined) seen.set(layout, (names = new Set()));
      if (names.size < MAX_NAMES) names.add(slash < 0 ? path : path.slice(0, slash));
    },
    watch(layout, path, sink) {
      return sink !== undefined && layout.proofs.includes(path)
        ? keepHead(sink, (head) => heads.set(path, head))
        : sink;
    },
    detected: () => [...seen].filter(([layout, names]) => layout.detect(names, heads)).map(([layout]) => layout),
  };
}

function keepHead(sink: ByteSink, keep: (head: string) => void): ByteSink {
  let head = new Uint8Array(0);
  return {
    write(chunk) {
      if (head.length < HEAD_BYTES) head = joinBytes([head, chunk.subarray(0, HEAD_BYTES - head.length)]);
      sink.write(chunk);
    },
    end(complete) {
      keep(new TextDecoder().decode(head));
      sink.end(complete);
    },
  };
}
