import { startAuditorApp, type AuditorApp, type Placed } from './auditor-app.js';
import { tamperings } from './auditor-tamperings.js';

describe('The auditor finds it when', () => {
  let app: AuditorApp;
  let confirmed: Placed;
  let cancelled: Placed;

  beforeAll(async () => {
    app = await startAuditorApp();
    await app.stock({ 'AUDIT-1': 100 });
    confirmed = await app.place();
    cancelled = await app.place({ postalCode: 'REJECT' });
    // The database itself refuses some of these states; here they must be possible.
    await app.dataSource.query(`
      ALTER TABLE inventory.stock DROP CONSTRAINT stock_never_oversold;
      ALTER TABLE saga.instance DROP CONSTRAINT instance_is_never_forgotten,
                                DROP CONSTRAINT instance_ends_without_open_effects`);
  }, 60_000);
  afterAll(() => app?.close());

  /** $1 the order, $2 its saga, of which a statement may need none. */
  const run = (sql: string, { orderId, sagaId }: Placed) =>
    app.dataSource.query(sql.replaceAll('$1', `'${orderId}'`).replaceAll('$2', `'${sagaId}'`));

  it.each(tamperings)('$name', async ({ of = 'confirmed', wrong, right, finds, says, aboutOrder = true }) => {
    const placed = of === 'confirmed' ? confirmed : cancelled;
    await run(wrong, placed);
    const violations = await app.check();
    await run(right, placed);

    expect(violations.map(({ code }) => code).sort()).toEqual([...finds].sort());
    const found = violations.find(({ code }) => code === finds[0])!;
    expect(found.text).toMatch(says);
    expect(found.repair).not.toBe('');
    if (aboutOrder) expect(found).toMatchObject(placed);
    else expect(found).toMatchObject({ orderId: null, sagaId: null });
    expect(await app.check()).toEqual([]);
  });

  it('an order was stored without a saga', async () => {
    const [columns] = await app.dataSource.query<{ list: string }[]>(`
      SELECT string_agg(quote_ident(column_name), ', ') AS list FROM information_schema.columns
       WHERE table_schema = 'orders' AND table_name = 'order' AND column_name <> 'id'`);
    const id = '01980b5e-2c4a-7c3e-9f6d-000000000002';
    await run(
      `INSERT INTO orders."order" (id, ${columns!.list}) SELECT '${id}', ${columns!.list}
         FROM orders."order" WHERE id = $1`,
      confirmed,
    );
    const violations = await app.check();
    // Were it so old that its saga may have been dropped with its history, it would be as it should.
    await run(`UPDATE saga.history SET kept_since = now() + interval '1 day'`, confirmed);
    expect(await app.check()).toEqual([]);
    await run(`UPDATE saga.history SET kept_since = '-infinity'`, confirmed);
    await run(`DELETE FROM orders."order" WHERE id = '${id}'`, confirmed);
    expect(violations).toMatchObject([{ code: 'ORDERS.WITHOUT_SAGA', orderId: id, sagaId: null }]);
  });

  it('a child was never told the verdict of its parent', async () => {
    const [parent, child] = ['01980b5e-2c4a-7c3e-9f6d-000000000003', '01980b5e-2c4a-7c3e-9f6d-000000000004'];
    const ended = new Date(Date.now() - 120_000);
    const began = (id: string) => ({
      ...{ at: ended, kind: 'started', id, definition: 'wrapping', version: 1 },
      ...{ correlationId: id, input: {}, deadlineAt: null },
    });
    const store = async (id: string, entries: readonly unknown[], status: string, at: Date | null) => {
      await app.dataSource.query(
        `INSERT INTO saga.instance (id, definition, version, correlation_id, status, length, created_at,
                                    updated_at, finished_at)
         VALUES ($1::uuid, 'wrapping', 1, $1::uuid::text, $2, $3, $4, $4, $5)`,
        [id, status, entries.length, ended, at],
      );
      await app.dataSource.query(
        `INSERT INTO saga.journal (saga_id, seq, at, epoch, entries) VALUES ($1, 1, now(), 1, $2)`,
        [id, JSON.stringify(entries)],
      );
    };
    await store(parent, [began(parent), { at: ended, kind: 'completed' }], 'completed', ended);
    const heard = { ...began(child), parent: { sagaId: parent, step: 'wrap', depth: 1 } };
    await store(child, [heard, { at: ended, kind: 'done' }], 'waiting', null);
    const violations = await app.check();
    // As long as its parent goes on, there is nothing to tell.
    await app.dataSource.query(`DELETE FROM saga.instance WHERE id = $1`, [parent]);
    await app.dataSource.query(`DELETE FROM saga.journal WHERE saga_id = $1`, [parent]);
    const left = await app.check();
    for (const table of ['instance WHERE id', 'journal WHERE saga_id'])
      await app.dataSource.query(`DELETE FROM saga.${table} = $1`, [child]);

    expect(violations).toMatchObject([{ code: 'SAGA.CHILD_WITHOUT_VERDICT', sagaId: child, orderId: null }]);
    expect(violations[0]!.text).toMatch(
      new RegExp(`^Saga ${child} is done and waits for the verdict of ${parent}, which has ended completed`),
    );
    expect(violations[0]!.repair).toContain('terminate');
    expect(left).toEqual([]);
  });

  it('a journal has a gap', async () => {
    const gone: { seq: number; at: Date; epoch: number; entries: unknown }[] = await app.dataSource.query(
      `SELECT seq, at, epoch, entries FROM saga.journal WHERE saga_id = $1 AND seq > 1 ORDER BY seq LIMIT 1`,
      [confirmed.sagaId],
    );
    const { seq, at, epoch, entries } = gone[0]!;
    const id = confirmed.sagaId;
    await app.dataSource.query(`DELETE FROM saga.journal WHERE saga_id = $1 AND seq = $2`, [id, seq]);
    const violations = await app.check();
    await app.dataSource.query(
      `INSERT INTO saga.journal (saga_id, seq, at, epoch, entries) VALUES ($1, $2, $3, $4, $5)`,
      [id, seq, at, epoch, JSON.stringify(entries)],
    );
    expect(violations).toMatchObject([
      { code: 'SAGA.ROW_NOT_AS_JOURNAL', text: expect.stringContaining(`where ${seq} was due`) as string },
    ]);
  });
});
