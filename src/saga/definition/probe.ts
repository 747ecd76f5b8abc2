/**
 * Reads a mapping as data. The mapping is run once on a stand-in for its context which answers every read with
 * another stand-in and remembers the path: what comes out tells where each field of the result comes from
 * (`"$.input.orderId"`), and which steps' results were looked at. One run sees one branch of a mapping that branches.
 */
export interface Probe {
  /** The result with a path in the place of every value that comes from stored data; null: the run failed. */
  readonly shape: unknown;
  /** Every path that was looked at, sorted. */
  readonly paths: readonly string[];
  /** Steps whose results were read. */
  readonly reads: readonly string[];
}

const pathOf = Symbol('path');

export function probe(map: (context: never) => unknown): Probe {
  const seen = new Set<string>();
  const reads = new Set<string>();
  const shape = shapeOf(map, seen, reads);
  return { shape, paths: [...seen].sort(), reads: [...reads] };
}

function shapeOf(map: (context: never) => unknown, seen: Set<string>, reads: Set<string>): unknown {
  try {
    return paths(map(standIn('$', seen, reads) as never));
  } catch {
    return null;
  }
}

function standIn(path: string, seen: Set<string>, reads: Set<string>): unknown {
  const target = () => undefined;
  return new Proxy(target, {
    get: (_, key) => {
      if (key === pathOf) return path;
      if (key === Symbol.toPrimitive) return () => path;
      if (key === Symbol.iterator) return function* () {};
      if (typeof key === 'symbol') return undefined;
      if (path === '$.results') reads.add(key);
      seen.add(`${path}.${key}`);
      return standIn(`${path}.${key}`, seen, reads);
    },
    apply: () => standIn(`${path}()`, seen, reads),
  });
}

function paths(value: unknown): unknown {
  if (typeof value === 'function') return (value as unknown as Record<symbol, unknown>)[pathOf] ?? 'function';
  if (Array.isArray(value)) return value.map(paths);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, paths(field)]));
}
