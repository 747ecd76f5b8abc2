import { CommandHandler, EventBus } from '@nestjs/cqrs';
import { z } from 'zod';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import {
  ExternalCommandHandler,
  type Answered,
  type Attempt,
} from '../../src/platform/messaging/command-handlers.js';
import { RetryableError } from '../../src/platform/messaging/external-errors.js';
import { message } from '../../src/platform/messaging/message.js';
import { defineSaga } from '../../src/saga/definition/index.js';
import { eventually } from '../support/eventually.js';
import { openLab, type Lab, type LabWorker } from '../support/lab/lab.js';

const about = z.object({ key: z.string(), reference: z.string() });
class Dig extends message('lab.dig.v1', about) {}
class Dug extends message('lab.dug.v1', about) {}

/** One attempt at digging, which does what the test tells it. */
class Turn {
  private settle!: { readonly done: () => void; readonly failed: (error: Error) => void };
  readonly ended = new Promise<void>((done, failed) => (this.settle = { done, failed }));

  constructor(readonly attempt: Attempt) {}

  finish(): void {
    this.settle.done();
  }

  fail(): void {
    this.settle.failed(new RetryableError('LAB.TIRED', 'A pause is needed.'));
  }
}

/** The digging as the outside sees it: a hole exists once somebody has finished it. */
const site = {
  turns: new Map<string, Turn[]>(),
  holes: [] as string[],
  async turn(key: string, number: number): Promise<Turn> {
    return eventually(() => {
      const turn = site.turns.get(key)?.[number - 1];
      if (!turn) throw new Error(`Turn ${number} of ${key} has not begun.`);
      return turn;
    });
  },
};

@CommandHandler(Dig)
class DigHandler extends ExternalCommandHandler<Dig, string, Dug> {
  constructor(unitOfWork: UnitOfWork, eventBus: EventBus) {
    super(unitOfWork, eventBus);
  }

  async begin(): Promise<void> {}

  async call({ data: { key, reference } }: Dig, attempt: Attempt): Promise<string> {
    const turn = new Turn(attempt);
    site.turns.set(key, [...(site.turns.get(key) ?? []), turn]);
    await turn.ended;
    site.holes.push(reference);
    return reference;
  }

  async resolve({ data: { reference } }: Dig): Promise<string | null> {
    return site.holes.includes(reference) ? reference : null;
  }

  async record(answered: readonly Answered<Dig, string>[]): Promise<readonly Dug[]> {
    return answered.map(({ command: { data } }) => new Dug(data));
  }
}

const silenceMs = 400;
const digging = defineSaga('lab', 1, z.object({ key: z.string() }))
  .retry({ backoff: { kind: 'fixed', everyMs: 30 }, maxAttempts: 3 })
  .retriable('dig', (s) =>
    s
      .external({ heartbeatTimeoutMs: silenceMs })
      .action(Dig, ({ input, reference }) => ({ ...input, reference }))
      .succeeds(Dug),
  )
  .build();

describe('A long attempt', () => {
  let lab: Lab;
  let worker: LabWorker;

  beforeAll(async () => {
    lab = await openLab({ definitions: [digging], providers: [DigHandler] });
    worker = await lab.startWorker();
  });
  afterAll(() => lab.close());

  const stored = async (key: string): Promise<{ attempt: number; progress: unknown } | undefined> => {
    const rows: { attempt: number; progress: unknown }[] = await lab.admin.query(
      `SELECT p.attempt, p.progress FROM saga.progress p JOIN saga.instance i ON i.id = p.saga_id
        WHERE i.correlation_id = $1`,
      [key],
    );
    return rows[0];
  };
  const storedAs = (key: string, attempt: number, progress: unknown) =>
    eventually(async () => expect(await stored(key)).toEqual({ attempt, progress }));
  /** Signs of life until the test ends them. */
  const keepAlive = (turn: Turn, progress?: unknown) => {
    const timer = setInterval(() => turn.attempt.heartbeat(progress), silenceMs / 8);
    return () => clearInterval(timer);
  };

  it('knows its number, and that nothing was done before the first', async () => {
    await lab.start(worker, 'first');
    const { attempt } = await site.turn('first', 1);
    expect(attempt).toMatchObject({ number: 1, lastProgress: null });
    expect(attempt.signal.aborted).toBe(false);
    (await site.turn('first', 1)).finish();
    await lab.until('first', 'completed');
  });

  it('goes on from what the one before it has reported, also after the saga has rested', async () => {
    await lab.start(worker, 'rested');
    const first = await site.turn('rested', 1);
    first.attempt.heartbeat({ metres: 3 });
    first.fail();
    const second = await site.turn('rested', 2);
    expect(second.attempt).toMatchObject({ number: 2, lastProgress: { metres: 3 } });
    second.finish();
    await lab.until('rested', 'completed');
  });

  it('is fenced off when it shows no sign of life, asked for, and repeated from its progress', async () => {
    await lab.start(worker, 'silent');
    const first = await site.turn('silent', 1);
    first.attempt.heartbeat(7);
    const second = await site.turn('silent', 2);
    expect(first.attempt.signal.aborted).toBe(true);
    expect(second.attempt).toMatchObject({ number: 2, lastProgress: 7 });
    const [unknown] = (await lab.journal('silent')).filter(({ kind }) => kind === 'outcome-unknown');
    expect(unknown).toMatchObject({ error: { code: 'SAGA.HEARTBEAT_MISSED' } });
    second.finish();
    await lab.until('silent', 'completed');
  });

  it('reports and answers nothing any more once it is fenced off', async () => {
    await lab.start(worker, 'late');
    const first = await site.turn('late', 1);
    const second = await site.turn('late', 2);
    const stop = keepAlive(second);
    second.attempt.heartbeat({ metres: 2 });
    first.attempt.heartbeat({ metres: 99 });
    first.fail();
    second.fail();
    stop();
    const third = await site.turn('late', 3);
    expect(third.attempt.lastProgress).toEqual({ metres: 2 });
    third.finish();
    await lab.until('late', 'completed');
  });

  it('goes on at another worker from the progress that is stored', async () => {
    await lab.start(worker, 'moved');
    const first = await site.turn('moved', 1);
    const stop = keepAlive(first, { metres: 5 });
    await storedAs('moved', 1, { metres: 5 });
    const next = await lab.startWorker();
    await lab.expireLease(worker);
    const second = await site.turn('moved', 2);
    stop();
    expect(second.attempt.lastProgress).toEqual({ metres: 5 });
    second.finish();
    await lab.until('moved', 'completed');
    await next.close();
  });

  it('that is repeated succeeds by its effect alone, however far the one before it had come', async () => {
    await lab.start(worker, 'nearly');
    const first = await site.turn('nearly', 1);
    first.attempt.heartbeat({ metres: 100, of: 100 });
    const second = await site.turn('nearly', 2);
    const stop = keepAlive(second);
    const reference = (await lab.journal('nearly')).flatMap((entry) =>
      entry.kind === 'intended' ? [entry.reference] : [],
    )[0]!;
    expect(site.holes).not.toContain(reference);
    expect((await lab.rowOf('nearly')).status).toBe('running');
    second.finish();
    await lab.until('nearly', 'completed');
    stop();
    expect(site.holes.filter((hole) => hole === reference)).toHaveLength(1);
  });
});
