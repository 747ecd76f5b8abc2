import { jest } from '@jest/globals';
import { EventBus } from '@nestjs/cqrs';
import { z } from 'zod';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { defineSaga, goesOn, ignore } from '../../src/saga/definition/index.js';
import type { Entry } from '../../src/saga/engine/entries.js';
import type { Subject } from '../../src/saga/rollout/subject.js';
import { openLab, type Lab, type LabWorker } from '../support/lab/lab.js';
import { Finish, Finished } from '../support/lab/messages.js';
import { Came, Overheard } from '../support/lab/patient.js';

const input = z.object({ key: z.string() });

/** Differs in nothing but its version. */
const toy = (version: number) =>
  defineSaga('lab', version, input)
    .retriable('finish', (s) =>
      s
        .local()
        .action(Finish, ({ input: all }) => all)
        .succeeds(Finished),
    )
    .build();

/** v1 begins with an event; v2 with another one. */
const follower = (version: number, event: typeof Finished | typeof Overheard) =>
  defineSaga('follower', version, input)
    .startedBy(event, ({ key }) => ({ correlationId: key, input: { key } }))
    .retriable('follow', (s) => s.wait({ withinMs: 600_000 }).on('came', Came).overdue(goesOn()))
    .unexpected(ignore('nobody waits for it'))
    .build();

const parent = defineSaga('parent', 1, input)
  .retriable('begin-toy', (s) =>
    s.child('lab', ({ input: all }) => all, { key: ({ input: { key } }) => `${key}/toy` }),
  )
  .build();

const subjectOf = (subject: Partial<Subject>): Subject => ({
  customer: null,
  headers: {},
  flags: [],
  ...subject,
});

describe('Which version a new saga gets', () => {
  let lab: Lab;
  let one: LabWorker;
  let other: LabWorker;

  beforeAll(async () => {
    const definitions = [toy(1), toy(2), follower(1, Overheard), follower(2, Overheard), parent];
    lab = await openLab({
      definitions: [...definitions, follower(3, Finished)],
      defaultVersions: { lab: 1, follower: 1, parent: 1 },
      settings: { LEASE_SECONDS: '60' },
    });
    one = await lab.startWorker();
    other = await lab.startWorker();
  });
  afterAll(() => lab.close());
  afterEach(() => lab.admin.query(`DELETE FROM saga.rollout`));

  async function rollOut(
    definition: string,
    revision: number,
    shares: Record<string, number>,
    rules: unknown[] = [],
  ): Promise<void> {
    await lab.admin.query(
      `INSERT INTO saga.rollout AS r (definition, revision, shares, rules, changed_by) VALUES ($1, $2, $3, $4, 'ann')
       ON CONFLICT (definition) DO UPDATE
          SET revision = EXCLUDED.revision, shares = EXCLUDED.shares, rules = EXCLUDED.rules,
              changed_at = EXCLUDED.changed_at`,
      [definition, revision, JSON.stringify(shares), JSON.stringify(rules)],
    );
  }

  const start = (worker: LabWorker, key: string, subject?: Subject, version: number | null = null) =>
    worker.app
      .get(UnitOfWork)
      .run(() =>
        worker.sagas.start('lab', version, [
          { correlationId: key, input: { key }, ...(subject && { subject }) },
        ]),
      );
  const publish = (...keys: string[]) =>
    one.app
      .get(UnitOfWork)
      .run(async () =>
        keys.forEach((key) => void one.app.get(EventBus).publish(new Overheard({ key }))),
      ) as Promise<unknown>;
  const started = async (key: string) => (await lab.journal(key))[0] as Extract<Entry, { kind: 'started' }>;

  it('is the default as long as nobody has said anything', async () => {
    await start(one, 'untouched');
    expect(await started('untouched')).toMatchObject({
      version: 1,
      assigned: { by: 'default', revision: 0 },
    });
    await lab.until('untouched', 'completed');
    // Kept also in the row, from its beginning to its end.
    expect(await lab.rowOf('untouched')).toMatchObject({ version: 1, assigned_by: 'default' });
  });

  it('is what the rollout says, in every process from the next start on', async () => {
    for (let revision = 1; revision <= 20; revision++) {
      const version = (revision % 2) + 1;
      await rollOut('lab', revision, { [version]: 100, [3 - version]: 0 });
      for (const [name, worker] of Object.entries({ one, other })) {
        const key = `${revision} at ${name}`;
        await start(worker, key);
        expect(await started(key)).toMatchObject({ version, assigned: { by: 'share', revision } });
      }
    }
  });

  it('is of before a change or of after it, and never of both, for starts that are under way', async () => {
    const keys: string[] = [];
    let changing = true;
    const starting = Promise.all(
      [one, other].map(async (worker, n) => {
        for (let i = 0; changing; i++) {
          const key = `racing ${n} ${i}`;
          await start(worker, key);
          keys.push(key);
        }
      }),
    );
    const last = 30;
    for (let revision = 1; revision <= last; revision++) {
      await rollOut('lab', revision, { 1: revision % 2 ? 100 : 0, 2: revision % 2 ? 0 : 100 });
    }
    changing = false;
    await starting;
    const revisions: number[] = [];
    for (const key of keys) {
      const { version, assigned } = await started(key);
      if (assigned!.by === 'share') expect(version).toBe(assigned!.revision % 2 ? 1 : 2);
      revisions.push(assigned!.revision);
    }
    expect(Math.max(...revisions)).toBeLessThanOrEqual(last);
  });

  it('is a rule before it is a share', async () => {
    await rollOut('lab', 1, { 1: 100 }, [
      { when: { customer: ['ann'] }, version: 2 },
      { when: { header: { name: 'x-tenant', values: ['blue'] } }, version: 2 },
    ]);
    await start(one, 'of ann', subjectOf({ customer: 'ann' }));
    await start(one, 'of blue', subjectOf({ customer: 'bob', headers: { 'x-tenant': 'blue' } }));
    await start(one, 'of bob', subjectOf({ customer: 'bob' }));
    expect(await started('of ann')).toMatchObject({ version: 2, assigned: { by: 'rule', revision: 1 } });
    expect(await started('of blue')).toMatchObject({ version: 2, assigned: { by: 'rule' } });
    expect(await started('of bob')).toMatchObject({ version: 1, assigned: { by: 'share' } });
    // Whom it is for is looked at and not kept.
    expect(JSON.stringify(await lab.journal('of ann'))).not.toContain('customer');
  });

  it('is next best where the build lacks the version, and whoever names a version gets it', async () => {
    await rollOut('lab', 1, { 1: 0, 9: 100 });
    await start(one, 'lacking');
    expect(await started('lacking')).toMatchObject({ version: 2, assigned: { by: 'fallback', revision: 1 } });
    await start(one, 'named', undefined, 1);
    const named = await started('named');
    expect([named.version, 'assigned' in named]).toEqual([1, false]);
    expect(await lab.rowOf('named')).toMatchObject({ assigned_by: null });
  });

  it('differs within one batch, as the shares say, and all of it goes on', async () => {
    await rollOut('lab', 1, { 1: 50, 2: 50 });
    const keys = Array.from({ length: 40 }, (_, n) => `batch ${n}`);
    const sagas = await one.app.get(UnitOfWork).run(() =>
      one.sagas.start(
        'lab',
        null,
        keys.map((key) => ({ correlationId: key, input: { key } })),
      ),
    );
    expect(sagas.map(({ startedAs }) => startedAs?.correlationId)).toEqual(keys);
    const versions = await Promise.all(keys.map(async (key) => (await started(key)).version));
    expect(new Set(versions)).toEqual(new Set([1, 2]));
    expect(sagas.map(({ startedAs }) => startedAs?.version)).toEqual(versions);
    for (const key of keys) await lab.until(key, 'completed');
    await lab.expectSoundJournals(...keys);
  });

  it('is read with the clock: a start asks the database no more often than before', async () => {
    await rollOut('lab', 1, { 1: 50, 2: 50 });
    await start(one, 'first of the revision');
    // Nothing else asks meanwhile.
    await lab.until('first of the revision', 'completed');
    const query = jest.spyOn(one.app.get(UnitOfWork), 'query');
    await start(one, 'counted');
    const asked = query.mock.calls.map(([{ name }]) => name).filter((name) => !/wave|claim|lease/.test(name));
    query.mockRestore();
    expect(asked.slice(0, 2)).toEqual(['saga.read-clock-and-rollout', 'saga.insert-sagas']);
  });

  it('is decided for a child and for what an event starts, too', async () => {
    await rollOut('lab', 3, { 2: 100 });
    await one.app
      .get(UnitOfWork)
      .run(() => one.sagas.start('parent', null, [{ correlationId: 'p', input: { key: 'p' } }]));
    await lab.until('p/toy', 'completed');
    await lab.until('p', 'completed');
    expect(await started('p/toy')).toMatchObject({ version: 2, assigned: { by: 'share', revision: 3 } });

    await publish('before');
    await rollOut('follower', 1, { 2: 100 });
    await publish('after', 'after');
    expect(await started('before')).toMatchObject({ version: 1, assigned: { by: 'default' } });
    expect(await started('after')).toMatchObject({ version: 2, assigned: { by: 'share', revision: 1 } });
    await lab.expectSoundJournals('before', 'after', 'p/toy');
  });

  it('is none for an event with which the version does not begin', async () => {
    await rollOut('follower', 1, { 3: 100 });
    await publish('unheard');
    expect(await lab.rowOf('unheard')).toEqual({});
  });
});
