import { CommandHandler, EventBus } from '@nestjs/cqrs';
import { z } from 'zod';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { LocalCommandHandler } from '../../src/platform/messaging/command-handlers.js';
import { message } from '../../src/platform/messaging/message.js';
import { defineSaga } from '../../src/saga/definition/index.js';
import { openLab, type Lab, type LabWorker } from '../support/lab/lab.js';

const data = z.object({ key: z.string() });

class Think extends message('timeouts.think.v1', data) {}
class Thought extends message('timeouts.thought.v1', data) {}

/** Lets the attempt go on that was given up; it then writes once more, and answers how that ended. */
let goOn: ((told: (error: unknown) => void) => void) | null = null;

/** Writes, and then never comes to an end, the first time that it is asked about "lost in thought". */
@CommandHandler(Think)
class ThinkHandler extends LocalCommandHandler<Think, Thought> {
  constructor(unitOfWork: UnitOfWork, eventBus: EventBus) {
    super(unitOfWork, eventBus);
  }

  async handleBatch(commands: readonly Think[]): Promise<Thought[]> {
    for (const {
      data: { key },
    } of commands)
      await this.write(key, 'thought');
    if (goOn === null && commands.some((command) => command.data.key === 'lost in thought')) {
      const tell = await new Promise<(error: unknown) => void>((resolve) => (goOn = resolve));
      await this.write('lost in thought', 'an afterthought').then(tell, tell);
    }
    return commands.map((command) => new Thought(command.data));
  }

  private write(key: string, what: string): Promise<unknown> {
    return this.unitOfWork.query(
      { name: 'timeouts.write', text: 'INSERT INTO lab.effect (key, what) VALUES ($1, $2)' },
      [key, what],
    );
  }
}

const thinking = defineSaga('thinking', 1, data)
  .retry({ backoff: { kind: 'fixed', everyMs: 30 } })
  .step('think', (s) =>
    s
      .local({ attemptTimeoutMs: 300 })
      .action(Think, ({ input }) => input)
      .succeeds(Thought)
      .noCompensation('a thought is free'),
  )
  .build();

describe('A local step whose handler does not come to an end', () => {
  let lab: Lab;
  let worker: LabWorker;

  beforeAll(async () => {
    lab = await openLab({ definitions: [thinking], providers: [ThinkHandler] });
    worker = await lab.startWorker();
  });
  afterAll(() => lab.close());

  const start = (key: string) =>
    worker.app
      .get(UnitOfWork)
      .run(() => worker.sagas.start('thinking', 1, [{ correlationId: key, input: { key } }]));

  it('is given up at its attempt timeout, undone and tried again; others go on', async () => {
    await start('lost in thought');
    await start('beside it');
    await lab.until('beside it', 'completed');
    await lab.until('lost in thought', 'completed');
    const failed = (await lab.journal('lost in thought')).filter(({ kind }) => kind === 'attempt-failed');
    expect(failed).toMatchObject([{ attempt: 1, error: { code: 'SAGA.ATTEMPT_TIMEOUT' } }]);

    // What was given up writes nothing any more, into no transaction.
    const late = await new Promise((resolve) => goOn!(resolve));
    expect(late).toMatchObject({ message: expect.stringContaining('has ended') as string });
    expect(await lab.effects('lost in thought')).toEqual(['thought']);
    await lab.expectSoundJournals('lost in thought', 'beside it');
  });
});
