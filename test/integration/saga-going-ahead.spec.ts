import { setTimeout as sleep } from 'node:timers/promises';
import { jest } from '@jest/globals';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { StepExecutor } from '../../src/saga/engine/step-executor.js';
import { eventually } from '../support/eventually.js';
import { openLab, type Lab, type LabWorker } from '../support/lab/lab.js';

const everything = ['hold', 'pay', 'note', 'ship', 'finish'];

describe('A wave, which goes ahead of its lock’s answer', () => {
  let lab: Lab;
  let worker: LabWorker;
  let executor: StepExecutor;
  let record: StepExecutor['record'];

  beforeAll(async () => {
    lab = await openLab();
    worker = await lab.startWorker();
    executor = worker.app.get(StepExecutor);
    record = executor.record.bind(executor);
  });
  afterEach(() => jest.restoreAllMocks());
  afterAll(() => lab.close());

  /** The answer to its payment comes while somebody has the saga's row, who lets go when the answer is being recorded. */
  async function answeredWhileHeld(key: string, change: string) {
    const gate = lab.script.hold('lab.pay.v1', key, 'before its answer');
    const [saga] = await lab.start(worker, key);
    await gate.arrived;
    const session = lab.admin.createQueryRunner();
    await session.startTransaction();
    await session.query('SELECT FROM saga.live_instance WHERE id = $1 FOR UPDATE', [saga]);
    const recorded = jest.spyOn(executor, 'record');
    return {
      recorded,
      letGo: async (afterMs = 0) => {
        gate.release();
        await eventually(async () => expect(recorded).toHaveBeenCalledTimes(1));
        await sleep(afterMs);
        await session.query(`UPDATE saga.live_instance SET ${change} WHERE id = $1`, [saga]);
        await session.commitTransaction();
        await session.release();
      },
    };
  }

  /** A handler that leaves a write to the commit, and waits for nothing before. */
  function leaving(text: string): StepExecutor['record'] {
    const unitOfWork = worker.app.get(UnitOfWork);
    return (...asked) => {
      unitOfWork.withCommit(unitOfWork.query({ name: `going-ahead ${text}`, text }));
      return record(...asked);
    };
  }

  /** A handler that goes on with what it presumes of the database. */
  function presuming(likely: boolean): StepExecutor['record'] {
    const unitOfWork = worker.app.get(UnitOfWork);
    const query = { name: 'going-ahead presumed', text: 'SELECT true AS is' };
    return async (...asked) => {
      const answer = unitOfWork.query<{ is: boolean }>(query).then(([row]) => row!.is);
      await unitOfWork.presume(likely, answer);
      return record(...asked);
    };
  }

  const failuresOf = async (key: string) =>
    (await lab.journal(key)).map(({ kind }) => kind).filter((kind) => /failed|unknown/.test(kind));

  /** It ends as if nothing had happened, each effect once. */
  async function expectGoodEnd(key: string, within?: number) {
    await lab.until(key, 'completed', within);
    expect(await lab.effects(key)).toEqual(everything);
    await lab.expectSoundJournals(key);
  }

  it('has its handlers at work before the lock is given, and commits what they did when all was as known', async () => {
    const { recorded, letGo } = await answeredWhileHeld('as known', 'revision = revision');
    await letGo();
    await expectGoodEnd('as known');
    // The payment and the shipment, each once.
    expect(recorded).toHaveBeenCalledTimes(2);
  });

  it('is run again from what the lock says when somebody has moved the saga on', async () => {
    const { recorded, letGo } = await answeredWhileHeld('moved', 'revision = revision + 1');
    await letGo();
    await expectGoodEnd('moved');
    expect(recorded).toHaveBeenCalledTimes(3);
  });

  it('takes what a handler threw then for nothing', async () => {
    const { recorded, letGo } = await answeredWhileHeld('threw', 'revision = revision + 1');
    recorded.mockRejectedValueOnce(new Error('What I looked for is not there any more.'));
    await letGo();
    await expectGoodEnd('threw');
    expect(await failuresOf('threw')).toEqual([]);
  });

  it('takes a refused write that a handler left to the commit for nothing as well', async () => {
    const { recorded, letGo } = await answeredWhileHeld('left', 'revision = revision + 1');
    recorded.mockImplementationOnce(leaving('SELECT 1 / 0'));
    await letGo();
    await expectGoodEnd('left');
    expect(await failuresOf('left')).toEqual([]);
  });

  it('that does not get its lock in time is tried again, and no handler has failed', async () => {
    const { recorded, letGo } = await answeredWhileHeld('late', 'revision = revision');
    recorded.mockImplementationOnce(leaving('SELECT 1'));
    await letGo(6_000);
    await expectGoodEnd('late', 20_000);
    expect(await failuresOf('late')).toEqual([]);
  }, 40_000);

  it('writes nothing for a saga that was taken from its worker', async () => {
    const elsewhere = 'owner = gen_random_uuid(), epoch = epoch + 1';
    const { letGo } = await answeredWhileHeld('taken', elsewhere);
    const before = (await lab.journal('taken')).length;
    const epoch = (await lab.rowOf('taken')).epoch as number;
    await letGo();
    // Whoever took it is gone, so it is taken over; up to then nothing is added, and the answer is asked for.
    await eventually(async () => expect((await lab.rowOf('taken')).epoch).toBe(epoch + 2));
    await expectGoodEnd('taken');
    const added = (await lab.journal('taken')).slice(before).map(({ kind }) => kind);
    expect(added[0]).not.toBe('succeeded');
  });

  it.each([
    ['goes on with what a handler presumes', true, 2],
    ['is run again without, when that was not so', false, 3],
  ])('%s', async (does, likely, times) => {
    const recorded = jest.spyOn(executor, 'record').mockImplementationOnce(presuming(likely));
    await lab.start(worker, does);
    await expectGoodEnd(does);
    expect(recorded).toHaveBeenCalledTimes(times);
    expect(await failuresOf(does)).toEqual([]);
  });
});
