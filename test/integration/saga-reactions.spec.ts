import type { INestApplicationContext } from '@nestjs/common';
import { z } from 'zod';
import { message } from '../../src/platform/messaging/message.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { defineSaga, goesOn, ignore, react } from '../../src/saga/definition/index.js';
import { Sagas } from '../../src/saga/engine/sagas.js';
import {
  CrashKit,
  formatSchedule,
  singleDeaths,
  type CrashScenario,
} from '../../src/saga/testing/crash/index.js';
import { eventually } from '../support/eventually.js';
import { openLab, type Lab, type LabWorker } from '../support/lab/lab.js';
import { Finish, Finished, Note, Noted } from '../support/lab/messages.js';

const data = z.object({ key: z.string() });
class Came extends message('reactions.came.v1', data) {}
class Word extends message('reactions.word.v1', data) {}

/** Waits, notes each word that it is told meanwhile, and finishes. */
const listener = defineSaga('listener', 1, data)
  .retry({ backoff: { kind: 'fixed', everyMs: 30 }, maxAttempts: 3 })
  .retriable('await', (s) => s.wait({ withinMs: 600_000 }).on('came', Came).overdue(goesOn()))
  .retriable('finish', (s) =>
    s
      .local()
      .action(Finish, ({ input }) => input)
      .succeeds(Finished),
  )
  .hears(Word, {
    await: react(Note, ({ event }) => ({ key: event.data.key }), Noted),
    otherwise: ignore('it listens no longer'),
  })
  .unexpected(ignore('nobody waits for it'))
  .build();

async function start(sagas: Sagas, unitOfWork: UnitOfWork, ...keys: string[]): Promise<void> {
  const requests = keys.map((key) => ({ correlationId: key, input: { key } }));
  await unitOfWork.run(() => sagas.start('listener', 1, requests));
}

describe('A reaction to an event', () => {
  let lab: Lab;
  let worker: LabWorker;

  beforeAll(async () => {
    lab = await openLab({ definitions: [listener] });
    worker = await lab.startWorker();
  });
  afterAll(() => lab.close());

  const begin = (...keys: string[]) => start(worker.sagas, worker.app.get(UnitOfWork), ...keys);
  const tell = (key: string, id?: string, by = worker) =>
    by.sagas.receive('listener', key, new Word({ key }), id);
  const come = (key: string) => worker.sagas.receive('listener', key, new Came({ key }));

  it('is carried out once while the saga waits, which rests again without an owner', async () => {
    await begin('one');
    const { wake_at: until } = await lab.until('one', 'waiting');
    expect(await tell('one', 'word 1')).toEqual({ as: 'reacted', reason: null });
    expect((await tell('one', 'word 1')).as).toBe('repeated');

    await eventually(async () => expect(await lab.effects('one')).toEqual(['note']));
    await eventually(async () =>
      expect(await lab.rowOf('one')).toMatchObject({ owner: null, wake_at: until }),
    );
    expect(await lab.rowOf('one')).toMatchObject({ status: 'waiting', error_code: null });
    await come('one');
    await lab.until('one', 'completed');
    expect(await lab.effects('one')).toEqual(['note', 'finish']);
    await lab.expectSoundJournals('one');
  });

  it('that comes before the saga is carried out when there is one', async () => {
    expect((await tell('early')).as).toBe('kept');
    await begin('early');

    await eventually(async () => expect(await lab.effects('early')).toEqual(['note']));
    await lab.expectSoundJournals('early');
  });

  it('that fails is shown, and holds up nothing but the end', async () => {
    lab.script.always('lab.note.v1', 'failing', 'throw');
    await begin('failing');
    await lab.until('failing', 'waiting');
    await tell('failing');
    await eventually(async () => {
      const parked = (await lab.journal('failing')).filter(({ kind }) => kind === 'parked');
      expect(parked).toHaveLength(1);
    });
    expect(await lab.rowOf('failing')).toMatchObject({
      status: 'waiting',
      failed_step: 'await',
      error_code: 'SAGA.UNCLASSIFIED',
    });

    await come('failing');
    const { id } = await lab.until('failing', 'parked');
    expect(await lab.effects('failing')).toEqual(['finish']);
    await lab.expectSoundJournals('failing');
    lab.script.mend('lab.note.v1', 'failing');
    await worker.requests.apply(id as string, { kind: 'retry', by: 'ann', reason: 'mended' });
    await lab.until('failing', 'completed');
    expect(await lab.effects('failing')).toEqual(['finish', 'note']);
    await lab.expectSoundJournals('failing');
  });

  it('is carried out once for each event, however many come at once, by whichever worker', async () => {
    const other = await lab.startWorker();
    const keys = Array.from({ length: 60 }, (_, n) => `many ${n}`);
    await begin(...keys);
    await lab.until(keys.at(-1)!, 'waiting');
    lab.script.batches.length = 0;
    await Promise.all(
      keys.flatMap((key) => [1, 2, 1].map((n) => tell(key, `${key} word ${n}`, n === 2 ? other : worker))),
    );
    await Promise.all(keys.map(come));

    for (const key of keys) {
      await lab.until(key, 'completed');
      expect((await lab.effects(key)).sort()).toEqual(['finish', 'note', 'note']);
    }
    await lab.expectSoundJournals(...keys);
    await other.close();
  }, 60_000);
});

describe('A reaction whose worker dies', () => {
  let lab: Lab;
  let kit: CrashKit;

  /** A client that tells everything again until it was heard, each under its id. */
  async function drive(app: INestApplicationContext, key: string): Promise<readonly string[]> {
    const sagas = app.get(Sagas);
    if ((await sagas.view('listener', [key])).size === 0) await start(sagas, app.get(UnitOfWork), key);
    await sagas.receive('listener', key, new Word({ key }), `${key} word`);
    await sagas.receive('listener', key, new Came({ key }), `${key} came`);
    return [key];
  }

  const listens: CrashScenario = {
    name: 'listens',
    ends: 'completed',
    drive,
    async check(_app, key) {
      const effects = await lab.effects(key);
      return effects.sort().join() === 'finish,note' ? [] : [`its effects are ${effects.join()}`];
    },
  };

  beforeAll(async () => {
    lab = await openLab({ definitions: [listener] });
    kit = new CrashKit({
      databaseUrl: lab.url,
      boot: () => lab.boot({ LEASE_SECONDS: '6' }),
      scenarios: [listens],
    });
  });
  afterAll(async () => {
    await kit.close();
    await lab.close();
  });

  it('is done once, wherever that was', async () => {
    const schedules = singleDeaths('listens', await kit.passages('listens'));
    expect(schedules.length).toBeGreaterThan(10);
    let deaths = 0;
    for (const schedule of schedules) {
      const { violations, happened } = await kit.run(schedule);
      const about = formatSchedule(schedule);
      expect({ about, violations }).toEqual({ about, violations: [] });
      deaths += happened;
    }
    // The event comes before, in or between the waves, as it happens: not each run passes as many of them.
    expect(deaths).toBeGreaterThan(schedules.length / 2);
  }, 120_000);
});
