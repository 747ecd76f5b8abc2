import { z } from 'zod';
import { defineSaga, verifyChildren, type SagaDefinition } from '../../src/saga/definition/index.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { eventually } from '../support/eventually.js';
import { openLab, type Lab, type LabWorker } from '../support/lab/lab.js';
import * as m from '../support/lab/messages.js';

const input = z.object({ key: z.string() });
const quick = { backoff: { kind: 'fixed', everyMs: 30 }, maxAttempts: 3 } as const;

const child = defineSaga('child', 1, input)
  .step('hold', (s) =>
    s
      .local()
      .action(m.Hold, ({ input }) => input)
      .succeeds(m.Held)
      .compensation(m.Unhold, ({ input }) => input, m.Unheld),
  )
  .step('pay', (s) =>
    s
      .external({ attemptTimeoutMs: 20_000 })
      .action(m.Pay, ({ input, reference }) => ({ ...input, reference }))
      .succeeds(m.Paid)
      .rejects(m.PayRefused)
      .compensation(m.Refund, ({ input, action }) => ({ ...input, reference: action.reference }), m.Refunded),
  )
  .step('note', (s) =>
    s
      .local()
      .action(m.Note, ({ input }) => input)
      .succeeds(m.Noted)
      .compensation(m.Unnote, ({ input }) => input, m.Unnoted),
  )
  .build();

/** Only starts another one and waits for it. */
const above = (name: string, below: string) =>
  defineSaga(name, 1, input)
    .retry(quick)
    .step('descend', (s) => s.child(below, ({ input }) => input))
    .build();

/** Ten above one another, so that the last one is the ninth that is nested. */
const depths = Array.from({ length: 10 }, (_, depth) => `depth-${depth}`);
const shaft: SagaDefinition[] = depths.map((name, depth) => above(name, depths[depth + 1] ?? 'child'));
const definitions = [above('parent', 'child'), child, ...shaft];

describe('Parent and child', () => {
  let lab: Lab;
  let worker: LabWorker;

  beforeAll(async () => {
    const defaultVersions = Object.fromEntries(definitions.map(({ name }) => [name, 1]));
    lab = await openLab({ definitions, defaultVersions });
    worker = await lab.startWorker();
  });
  afterAll(() => lab.close());

  const start = (name: string, key: string) =>
    worker.app
      .get(UnitOfWork)
      .run(() => worker.sagas.start(name, 1, [{ correlationId: key, input: { key } }]));
  const statuses = async (key: string) => {
    const rows: { definition: string; status: string }[] = await lab.admin.query(
      `SELECT definition, status FROM saga.instance WHERE correlation_id = $1`,
      [key],
    );
    return Object.fromEntries(rows.map(({ definition, status }) => [definition, status]));
  };
  const until = (key: string, expected: Record<string, string>) =>
    eventually(async () => expect(await statuses(key)).toEqual(expected));

  it('share no lock: while somebody holds the row of the parent, the child goes through', async () => {
    const gate = lab.script.hold('lab.pay.v1', 'apart', 'before its answer');
    await start('parent', 'apart');
    await gate.arrived;
    await until('apart', { parent: 'waiting', child: 'running' });
    const holder = lab.admin.createQueryRunner();
    await holder.startTransaction();
    try {
      const locked = (await holder.query(
        `SELECT id FROM saga.instance WHERE correlation_id = 'apart' AND definition = 'parent' FOR UPDATE`,
      )) as unknown[];
      expect(locked).toHaveLength(1);
      gate.release();
      await until('apart', { parent: 'waiting', child: 'waiting' });
      expect(await lab.effects('apart')).toEqual(['hold', 'pay', 'note']);
    } finally {
      await holder.rollbackTransaction();
      await holder.release();
    }
    await until('apart', { parent: 'completed', child: 'completed' });
  });

  it('go eight deep and no deeper: the ninth is not begun, and the one above it is parked', async () => {
    expect(verifyChildren(definitions)).toEqual([]);
    await start('depth-0', 'deep');
    const waiting = Object.fromEntries(depths.slice(0, 8).map((name) => [name, 'waiting']));
    await until('deep', { ...waiting, 'depth-8': 'parked' });
    const rows: { entries: { kind: string; error?: { message: string } }[] }[] = await lab.admin.query(
      `SELECT j.entries FROM saga.journal j JOIN saga.instance i ON i.id = j.saga_id
        WHERE i.correlation_id = 'deep' AND i.definition = 'depth-8' ORDER BY j.seq`,
    );
    const parked = rows.flatMap(({ entries }) => entries).find(({ kind }) => kind === 'parked');
    expect(parked?.error?.message).toBe('depth-9 would be the 9th saga above one another.');
  });
});
