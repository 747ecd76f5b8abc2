import { z } from 'zod';
import { decodeCursor, encodeCursor, page, pageQuery } from './page.js';
import { Problem } from './problem.js';

const query = z.strictObject(pageQuery);
const key = z.strictObject({ id: z.string() });
const row = (id: number) => ({ id: String(id) });
const pageOfRows = (rows: { id: string }[], limit: number) =>
  page(
    rows,
    limit,
    ({ id }) => `item ${id}`,
    ({ id }) => ({ id }),
  );

describe('a page', () => {
  it('has 50 items unless told otherwise', () => {
    expect(query.parse({})).toEqual({ limit: 50 });
    expect(query.parse({ limit: '200', cursor: 'abc' })).toEqual({ limit: 200, cursor: 'abc' });
  });

  it.each(['0', '201', '-1', '1.5', '', 'all', ['1', '2']])('never has %p of them', (limit) => {
    expect(query.safeParse({ limit }).success).toBe(false);
  });

  it('leads to the next one by the key of its last item', () => {
    const { items, nextCursor } = pageOfRows([row(9), row(8), row(7)], 2);
    expect(items).toEqual(['item 9', 'item 8']);
    expect(decodeCursor(key, nextCursor)).toEqual({ id: '8' });
  });

  it.each([0, 1, 2])('is the last one with %d of 2 rows', (count) => {
    expect(
      pageOfRows(
        Array.from({ length: count }, (_, i) => row(i)),
        2,
      ).nextCursor,
    ).toBeNull();
  });
});

describe('a cursor', () => {
  it('comes back as it went, in characters that need no escaping', () => {
    const cursor = encodeCursor({ id: 'ä/?+#' });
    expect(cursor).toMatch(/^[\w-]+$/);
    expect(decodeCursor(key, cursor)).toEqual({ id: 'ä/?+#' });
  });

  it('may be missing', () => {
    expect(decodeCursor(key, undefined)).toBeNull();
  });

  it.each(['x', '', 'null', encodeCursor({ id: 7 }), encodeCursor({ id: 'a', more: 1 })])(
    'is refused with its pointer when it is none of ours: %p',
    (cursor) => {
      let thrown: unknown;
      try {
        decodeCursor(key, cursor);
      } catch (error) {
        thrown = error;
      }
      expect(thrown).toBeInstanceOf(Problem);
      expect(thrown).toMatchObject({ status: 400, errors: [{ pointer: '/cursor', code: 'BAD_CURSOR' }] });
    },
  );
});
