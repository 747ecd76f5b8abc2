import { CommandHandler, EventBus, type ICommandHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { LocalCommandHandler } from '../../src/platform/messaging/command-handlers.js';
import { message } from '../../src/platform/messaging/message.js';
import { Rejection, rejectionEvent } from '../../src/platform/messaging/rejection.js';
import { defineSaga } from '../../src/saga/definition/index.js';
import { openLab, type Lab, type LabWorker } from '../support/lab/lab.js';

const data = z.object({ key: z.string() });

class Look extends message('handlers.look.v1', data) {}
class Looked extends message('handlers.looked.v1', data) {}
class LookRefused extends rejectionEvent('handlers.look-refused.v1') {}
class Wonder extends message('handlers.wonder.v1', data) {}
class Wondered extends message('handlers.wondered.v1', data) {}
class Note extends message('handlers.note.v1', data) {}
class Noted extends message('handlers.noted.v1', data) {}
class Count extends message('handlers.count.v1', data) {}
class Counted extends message('handlers.counted.v1', data) {}
class CountRefused extends rejectionEvent('handlers.count-refused.v1') {}

const attempts = new Map<string, number>();
const attemptOf = (key: string) => {
  attempts.set(key, (attempts.get(key) ?? 0) + 1);
  return attempts.get(key)!;
};

/** Returns nothing to wait for. */
@CommandHandler(Look)
class LookHandler implements ICommandHandler<Look> {
  constructor(private readonly eventBus: EventBus) {}

  execute({ data: { key } }: Look): never {
    if (key === 'refused at once') throw new Rejection('HANDLERS.NO', 'No.');
    if (key === 'failing at once' && attemptOf(key) === 1)
      throw new Error('It failed before it began to wait.');
    this.eventBus.publish(new Looked({ key }));
    return undefined as never;
  }
}

/** How many outcomes are published for a key; one for all others. */
const outcomes = new Map([
  ['says nothing', 0],
  ['says it twice', 2],
]);

@CommandHandler(Wonder)
class WonderHandler implements ICommandHandler<Wonder> {
  constructor(private readonly eventBus: EventBus) {}

  async execute({ data: { key } }: Wonder): Promise<void> {
    await Promise.resolve();
    for (let i = 0; i < (outcomes.get(key) ?? 1); i++) this.eventBus.publish(new Wondered({ key }));
  }
}

const writeNote = {
  name: 'test.write-note',
  text: `INSERT INTO lab.effect (key, what) SELECT key, 'note' FROM unnest($1::text[]) AS key WHERE 1 / $2::int > 0`,
};

/** Does not wait for the answer to what it writes. */
@CommandHandler(Note)
class NoteHandler extends LocalCommandHandler<Note, Noted> {
  constructor(unitOfWork: UnitOfWork, eventBus: EventBus) {
    super(unitOfWork, eventBus);
  }

  async handleBatch(commands: readonly Note[]): Promise<Noted[]> {
    const keys = commands.map(({ data: { key } }) => key);
    const isRefused = keys.includes('refused by the server') && attemptOf('the note') <= 5;
    this.unitOfWork.withCommit(this.unitOfWork.query(writeNote, [keys, isRefused ? 0 : 1]));
    return commands.map((command) => new Noted(command.data));
  }
}

/** Throws its no instead of returning it, after it has written something. */
@CommandHandler(Count)
class CountHandler extends LocalCommandHandler<Count, Counted> {
  constructor(unitOfWork: UnitOfWork, eventBus: EventBus) {
    super(unitOfWork, eventBus);
  }

  async handleBatch(commands: readonly Count[]): Promise<Counted[]> {
    for (const {
      data: { key },
    } of commands) {
      await this.unitOfWork.manager.query(`INSERT INTO lab.effect (key, what) VALUES ($1, 'count')`, [key]);
    }
    attemptOf(`batch of ${commands.map((command) => command.data.key).join()}`);
    if (commands.some((command) => command.data.key === 'refused by throwing')) {
      throw new Rejection('HANDLERS.NO', 'No.');
    }
    return commands.map((command) => new Counted(command.data));
  }
}

const handled = defineSaga('handled', 1, data)
  .retry({ backoff: { kind: 'fixed', everyMs: 30 } })
  .step('look', (s) =>
    s
      .local()
      .action(Look, ({ input }) => input)
      .succeeds(Looked)
      .rejects(LookRefused)
      .noCompensation('it only looks'),
  )
  .step('wonder', (s) =>
    s
      .local()
      .action(Wonder, ({ input }) => input)
      .succeeds(Wondered)
      .noCompensation('it only wonders'),
  )
  .step('note', (s) =>
    s
      .local()
      .action(Note, ({ input }) => input)
      .succeeds(Noted)
      .noCompensation('a note hurts nobody'),
  )
  .pivot('count', (s) =>
    s
      .local()
      .action(Count, ({ input }) => input)
      .succeeds(Counted)
      .rejects(CountRefused),
  )
  .build();

describe('A handler', () => {
  let lab: Lab;
  let worker: LabWorker;

  beforeAll(async () => {
    lab = await openLab({
      definitions: [handled],
      providers: [LookHandler, WonderHandler, NoteHandler, CountHandler],
    });
    worker = await lab.startWorker();
  });
  afterAll(() => lab.close());

  const start = (...keys: string[]) =>
    worker.app.get(UnitOfWork).run(() =>
      worker.sagas.start(
        'handled',
        1,
        keys.map((key) => ({ correlationId: key, input: { key } })),
      ),
    );

  it('may be synchronous or asynchronous', async () => {
    await start('plain');
    await lab.until('plain', 'completed');
    expect(await lab.effects('plain')).toEqual(['note', 'count']);
  });

  it('that is synchronous says no, and fails, as an asynchronous one does', async () => {
    await start('refused at once');
    await start('failing at once');
    expect(await lab.until('refused at once', 'compensated')).toMatchObject({ open_effects: 0 });
    await lab.until('failing at once', 'completed');
    const kinds = async (key: string) => (await lab.journal(key)).map(({ kind }) => kind);
    expect(await kinds('refused at once')).toEqual([
      'started',
      'intended',
      'rejected',
      'turned-back',
      'compensated',
    ]);
    expect((await kinds('failing at once')).filter((kind) => kind === 'attempt-failed')).toHaveLength(1);
  });

  it.each([...outcomes])(
    'that %s has failed: its step has one outcome, and it published %i',
    async (key, published) => {
      await start(key);
      expect(await lab.until(key, 'parked')).toMatchObject({ failed_step: 'wonder' });
      const failed = (await lab.journal(key)).filter((entry) => entry.kind === 'attempt-failed');
      expect(failed).toHaveLength(5);
      for (const { error } of failed) {
        expect(error.message).toContain('exactly one handlers.wondered.v1');
        expect(error.message).toContain(`published ${published}`);
      }
      expect(await lab.effects(key)).toEqual([]);
      await lab.expectSoundJournals(key);
    },
  );

  it('that leaves a write to the commit fails by itself when the server refuses it', async () => {
    const others = Array.from({ length: 10 }, (_, index) => `noted beside ${index}`);
    await start(...others, 'refused by the server');
    await lab.until('refused by the server', 'completed');
    for (const key of others) {
      await lab.until(key, 'completed');
      expect((await lab.journal(key)).filter(({ kind }) => kind === 'attempt-failed')).toEqual([]);
    }
    const failed = (await lab.journal('refused by the server')).filter(
      ({ kind }) => kind === 'attempt-failed',
    );
    // The next step ran in the same wave, and all it asked was refused as well: it is not to blame.
    expect(failed).toMatchObject(
      failed.map(() => ({ unit: { name: 'note' }, error: { message: 'division by zero' } })),
    );
    expect(failed.length).toBeGreaterThan(0);
    expect((await lab.effects('refused by the server')).sort()).toEqual(['count', 'note']);
    await lab.expectSoundJournals('refused by the server', ...others);
  });

  it('of batches that throws its no is rolled back and not tried again; the others of its batch go on', async () => {
    const others = Array.from({ length: 10 }, (_, index) => `beside ${index}`);
    await start(...others, 'refused by throwing');
    await lab.until('refused by throwing', 'compensated');
    for (const key of others) await lab.until(key, 'completed');
    const kinds = (await lab.journal('refused by throwing')).map(({ kind }) => kind);
    expect(kinds).toContain('rejected');
    expect(kinds).not.toContain('attempt-failed');
    expect(await lab.effects('refused by throwing')).toEqual(['note']);
    await lab.expectSoundJournals('refused by throwing', ...others);
  });
});
