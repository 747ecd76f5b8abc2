import { EventBus } from '@nestjs/cqrs';
import { z } from 'zod';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { defineSaga, goesOn, ignore } from '../../src/saga/definition/index.js';
import { openLab, type Lab, type LabWorker } from '../support/lab/lab.js';
import { lab as labDefinition } from '../support/lab/definition.js';
import { Finish, Finished } from '../support/lab/messages.js';
import { Came, Overheard } from '../support/lab/patient.js';

const keyed = z.object({ key: z.string() });

/** Begun by the end of a lab saga: by its last step's outcome. */
const follower = defineSaga('follower', 1, keyed)
  .startedBy(Finished, ({ key }) => ({ correlationId: key, input: { key } }))
  .retriable('follow', (s) => s.wait({ withinMs: 600_000 }).on('came', Came).overdue(goesOn()))
  .unexpected(ignore('nobody waits for it'))
  .build();

/** Begun by what somebody publishes, and has something to do at once. */
const eager = defineSaga('eager', 1, keyed)
  .startedBy(Overheard, ({ key }) => ({ correlationId: key, input: { key } }))
  .retriable('finish', (s) =>
    s
      .local()
      .action(Finish, ({ input }) => input)
      .succeeds(Finished),
  )
  .build();

/** Has nothing to do for anybody. */
const idle = defineSaga('idle', 1, keyed)
  .retriable('finish', (s) =>
    s
      .local()
      .action(Finish, ({ input }) => input)
      .succeeds(Finished)
      .skipWhen(() => true),
  )
  .build();

describe('A saga that an event starts', () => {
  let lab: Lab;
  let worker: LabWorker;

  beforeAll(async () => {
    const definitions = [labDefinition, follower, eager, idle];
    const defaultVersions = { lab: 1, follower: 1, eager: 1, idle: 1 };
    lab = await openLab({ definitions, defaultVersions });
    worker = await lab.startWorker();
  });
  afterAll(() => lab.close());

  const sagasOf = async (key: string): Promise<Record<string, string>> => {
    const rows: { definition: string; status: string }[] = await lab.admin.query(
      `SELECT definition, status FROM saga.instance WHERE correlation_id = $1 ORDER BY definition`,
      [key],
    );
    return Object.fromEntries(rows.map(({ definition, status }) => [definition, status]));
  };
  const publish = (key: string) => worker.app.get(EventBus).publish(new Overheard({ key })) as Promise<void>;

  it('begins in the commit of its event, and not before', async () => {
    await lab.start(worker, 'followed');
    await lab.until('followed', 'completed');

    expect(await sagasOf('followed')).toEqual({ lab: 'completed', follower: 'waiting' });
    const rows: { xmin: string }[] = await lab.admin.query(
      `SELECT DISTINCT j.xmin::text AS xmin FROM saga.journal j JOIN saga.instance i ON i.id = j.saga_id
        WHERE i.correlation_id = 'followed'
          AND j.entries @? '$[*] ? (@.kind == "completed" || @.definition == "follower")'`,
    );
    expect(rows).toHaveLength(1);
    await lab.expectSoundJournals('followed');
  });

  it('does not begin when the event is taken back with what it was published for', async () => {
    lab.script.next('lab.hold.v1', 'refused', 'reject');
    await lab.start(worker, 'refused');
    await lab.until('refused', 'compensated');
    const failed = worker.app.get(UnitOfWork).run(async () => {
      worker.app.get(EventBus).publish(new Overheard({ key: 'refused' }));
      throw new Error('The unit of work failed.');
    });
    await expect(failed).rejects.toThrow('The unit of work failed.');

    expect(await sagasOf('refused')).toEqual({ lab: 'compensated' });
  });

  it('is the only one of its key, however often and from wherever the event is told', async () => {
    await Promise.all(Array.from({ length: 8 }, () => publish('often')));
    await publish('often');

    const rows: unknown[] = await lab.admin.query(
      `SELECT FROM saga.instance WHERE correlation_id = 'often' AND definition = 'eager'`,
    );
    expect(rows).toHaveLength(1);
  });

  it('that has something to do at once is taken up by a worker', async () => {
    await publish('eager one');
    await lab.until('eager one', 'completed');
    expect(await lab.effects('eager one')).toEqual(['finish']);
    expect(await sagasOf('eager one')).toEqual({ eager: 'completed', follower: 'waiting' });
  });

  it('hears what came before it', async () => {
    await worker.sagas.receive('follower', 'foretold', new Came({ key: 'foretold' }));
    await publish('foretold');

    await lab.until('foretold', 'completed');
    await lab.expectSoundJournals('foretold');
  });

  it('ends as it starts when there is nothing to do for it', async () => {
    const request = { correlationId: 'idle one', input: { key: 'idle one' } };
    await worker.app.get(UnitOfWork).run(() => worker.sagas.start('idle', 1, [request]));

    expect(await lab.rowOf('idle one')).toMatchObject({ status: 'completed', owner: null, wake_at: null });
    await lab.expectSoundJournals('idle one');
  });
});
