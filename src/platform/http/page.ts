import { z } from 'zod';
import { validationProblem } from './problem.js';

/**
 * Lists: a page and a cursor to the next one. A cursor holds the sort key of the last row seen, so that pages
 * stay stable while rows are inserted.
 */

const MOST = 200;
const DEFAULT = 50;

/** The parameters of every list. Spread it: `z.strictObject({ ...pageQuery, status: … })`. */
export const pageQuery = {
  /** How many items at most: 1–200, 50 by default. */
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(MOST)
    .default(DEFAULT)
    .describe(`How many items at most: 1–${MOST}, ${DEFAULT} by default.`),
  /** The `nextCursor` of the page before; missing: the first page. */
  cursor: z
    .string()
    .min(1)
    .max(2048)
    .optional()
    .describe('The `nextCursor` of the page before; left out: the first page.'),
};

/** The answer of every list. */
export interface Page<Item> {
  items: Item[];
  /** Null: this was the last page. */
  nextCursor: string | null;
}

/** The schema of a page of these items, for the OpenAPI document. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({
    items: z.array(item),
    nextCursor: z
      .string()
      .nullable()
      .describe('Pass it as `cursor` for the next page; null on the last one.'),
  });

/** Makes an opaque cursor from a sort key. */
export function encodeCursor(key: Readonly<Record<string, unknown>>): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

/**
 * Reads a cursor back; null when there is none.
 * @throws Problem 400 `HTTP.VALIDATION` at `/cursor` when it is not one of ours.
 */
export function decodeCursor<Schema extends z.ZodType>(
  schema: Schema,
  cursor: string | null | undefined,
): z.infer<Schema> | null {
  if (cursor === undefined || cursor === null) return null;
  const key = schema.safeParse(parse(cursor));
  if (key.success) return key.data;
  throw validationProblem([
    {
      pointer: '/cursor',
      code: 'BAD_CURSOR',
      detail: 'This is no cursor of this list: pass `nextCursor` as it came.',
    },
  ]);
}

/**
 * Cuts a page from rows.
 * @param rows what a query with `LIMIT limit + 1` found; the extra row tells that there is a next page
 * @param cursorOf the sort key of a row
 */
export function page<Row, Item>(
  rows: readonly Row[],
  limit: number,
  toItem: (row: Row) => Item,
  cursorOf: (row: Row) => Readonly<Record<string, unknown>>,
): Page<Item> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const more = rows.length > limit && last !== undefined;
  return { items: shown.map(toItem), nextCursor: more ? encodeCursor(cursorOf(last)) : null };
}

function parse(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return undefined; // No schema of a cursor accepts it, and the caller says so to the client.
  }
}
