import { EventBus } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineSaga } from '../../src/saga/definition/index.js';
import type { Entry } from '../../src/saga/engine/entries.js';
import { SagaObservers, type SagaCommit } from '../../src/saga/engine/saga-observers.js';
import { eventually } from '../support/eventually.js';
import { lab as labDefinition } from '../support/lab/definition.js';
import { openLab, type Lab, type LabWorker } from '../support/lab/lab.js';
import { Finish, Finished } from '../support/lab/messages.js';
import { Overheard } from '../support/lab/patient.js';

const keyed = z.object({ key: z.string() });

const finishing = defineSaga('finishing', 1, keyed)
  .retriable('finish', (s) =>
    s
      .local()
      .action(Finish, ({ input }) => input)
      .succeeds(Finished),
  )
  .build();

/** Begins with an event, and starts another saga. */
const starting = defineSaga('starting', 1, keyed)
  .startedBy(Overheard, ({ key }) => ({ correlationId: key, input: { key } }))
  .retriable('finish', (s) => s.child('finishing', ({ input }) => input))
  .build();

const definitions = [labDefinition, finishing, starting];
const defaultVersions = { lab: 1, finishing: 1, starting: 1 };

describe('An observer', () => {
  let lab: Lab;
  let worker: LabWorker;
  const told: SagaCommit[] = [];

  beforeAll(async () => {
    lab = await openLab({ definitions, defaultVersions });
    worker = await lab.startWorker();
    const observers = worker.app.get(SagaObservers);
    observers.register({
      committed: () => {
        throw new Error('This one fails at everything.');
      },
    });
    observers.register({ committed: (commits) => void told.push(...commits) });
  });
  afterAll(() => lab.close());

  const person = { by: 'test', reason: 'because' };
  const publish = (key: string) => worker.app.get(EventBus).publish(new Overheard({ key })) as Promise<void>;
  const statusesOf = async (key: string): Promise<string[]> => {
    const rows: { status: string }[] = await lab.admin.query(
      `SELECT status FROM saga.instance WHERE correlation_id = $1`,
      [key],
    );
    return rows.map(({ status }) => status);
  };

  it('is told of each entry once, whoever wrote it, and harms nothing when it fails', async () => {
    lab.script.always('lab.finish.v1', 'mended', 'throw');
    lab.script.next('lab.ship.v1', 'refused', 'reject');
    const [mended] = await lab.start(worker, 'mended', 'refused');
    await lab.until('refused', 'compensated');
    await lab.until('mended', 'parked');
    lab.script.mend('lab.finish.v1', 'mended');
    await worker.requests.apply(mended!, { kind: 'retry', ...person });
    await lab.until('mended', 'completed');
    await publish('begun');
    // It has one already, so nothing is started, and nothing told.
    await publish('begun');
    await eventually(async () => expect(await statusesOf('begun')).toEqual(['completed', 'completed']));

    const rows: { saga_id: string; entries: Entry[] }[] = await lab.admin.query(
      `SELECT saga_id, entries FROM saga.journal ORDER BY saga_id, seq`,
    );
    const written = Object.fromEntries(
      rows.map(({ saga_id: id }) => [
        id,
        rows.filter((row) => row.saga_id === id).flatMap(({ entries }) => entries.map(({ kind }) => kind)),
      ]),
    );
    expect(Object.keys(written)).toHaveLength(4);
    await eventually(() => {
      const heard: Record<string, string[]> = {};
      for (const { state, entries } of told)
        (heard[state.id] ??= []).push(...entries.map(({ kind }) => kind));
      expect(heard).toEqual(written);
    });
  });

  it('sees the saga as it was before each commit, and as it is after it', () => {
    const known = new Map<string, number>();
    for (const { before, entries, state } of told) {
      expect(before?.length ?? 0).toBe(known.get(state.id) ?? 0);
      expect(state.length).toBe((before?.length ?? 0) + entries.length);
      known.set(state.id, state.length);
    }
  });
});
