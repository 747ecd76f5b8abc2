import { setTimeout as sleep } from 'node:timers/promises';
import { NotAsPresumed } from '../../src/platform/database/presumption.js';
import type { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { openNoted, type NotedFixture } from './noted-fixture.js';

describe('A unit of work that goes on with what it presumes', () => {
  let fixture: NotedFixture;
  let unitOfWork: UnitOfWork;

  beforeAll(async () => {
    fixture = await openNoted();
    ({ unitOfWork } = fixture);
  });
  afterAll(() => fixture.close());
  beforeEach(() => fixture.clear());

  /** Answers `[id]` after a moment. */
  const note = async (id: number) => {
    const text = 'INSERT INTO public.noted SELECT $1::int FROM pg_sleep(0.05) RETURNING id';
    const rows = await unitOfWork.query<{ id: number }>({ name: 'note slowly', text }, [id]);
    return rows.map((row) => row.id);
  };
  const noted = () => fixture.noted();

  it('does not wait for the answer, but has it before it goes beyond', async () => {
    const seen: string[] = [];
    await unitOfWork.run(async () => {
      await unitOfWork.presuming(async () => {
        const answer = note(1).finally(() => seen.push('answered'));
        expect(await unitOfWork.presume([1], answer)).toEqual([1]);
        seen.push('gone on');
      });
      seen.push('all answered');
    });
    expect(seen).toEqual(['gone on', 'answered', 'all answered']);
    expect(await noted()).toEqual([1]);
  });

  it('waits for it where nothing may be presumed', async () => {
    await unitOfWork.run(async () => {
      expect(await unitOfWork.presume([7], note(1))).toEqual([1]);
      await unitOfWork.presuming(() =>
        unitOfWork.nested(async () => expect(await unitOfWork.presume([7], note(2))).toEqual([2])),
      );
      expect(await unitOfWork.presume([7], note(3))).toEqual([3]);
    });
    expect(await noted()).toEqual([1, 2, 3]);
    await expect(unitOfWork.presume([1], Promise.resolve([1]))).rejects.toThrow('No unit of work is open');
  });

  it('commits nothing when the answer was another one, and says so whatever came of it', async () => {
    const hooks: string[] = [];
    const run = (thenFails: boolean) =>
      unitOfWork.run(() =>
        unitOfWork.presuming(async () => {
          unitOfWork.afterCommit(() => hooks.push('committed'));
          await unitOfWork.presume([7], note(1));
          unitOfWork.withCommit(note(2));
          if (thenFails) throw new Error('What I went by was not there.');
        }),
      );
    await expect(run(false)).rejects.toThrow(NotAsPresumed);
    await expect(run(true)).rejects.toThrow(NotAsPresumed);
    expect([await noted(), hooks]).toEqual([[], []]);
  });

  it('throws what a statement was refused for as its own, before what came behind it', async () => {
    const run = unitOfWork.run(() =>
      unitOfWork.presuming(async () => {
        const tellAs = (cause: unknown) => new Error('It was the first.', { cause });
        await unitOfWork.telling(tellAs, () => unitOfWork.presume([0], note(0)));
        await unitOfWork.telling(String, () => note(2));
      }),
    );
    await expect(run).rejects.toThrow('It was the first.');
    expect(await noted()).toEqual([]);
    await unitOfWork.run(() => note(3));
    expect(await noted()).toEqual([3]);
  });

  it('takes a failure for its own only when all answers were there', async () => {
    const failing = (afterMs: number) =>
      unitOfWork.run(() =>
        unitOfWork.presuming(async () => {
          await unitOfWork.presume([1], note(1));
          await sleep(afterMs);
          throw new Error('Out of time.');
        }),
      );
    await expect(failing(0)).rejects.toThrow(NotAsPresumed);
    await expect(failing(200)).rejects.toThrow('Out of time.');
  });

  it('does not blame an answer that takes two statements for one that was refused between them', async () => {
    const run = unitOfWork.run(() =>
      unitOfWork.presuming(async () => {
        const twice = note(1).then(() => note(2));
        await unitOfWork.telling(String, () => unitOfWork.presume([2], twice));
        unitOfWork.withCommit(note(0));
      }),
    );
    await expect(run).rejects.toThrow(NotAsPresumed);
  });

  it('keeps what an answer registers out of a savepoint that is rolled back', async () => {
    const hooks: string[] = [];
    await unitOfWork.run(() =>
      unitOfWork.presuming(async () => {
        const answer = note(1).then((ids) => {
          unitOfWork.afterCommit(() => hooks.push('of the answer'));
          return ids;
        });
        await unitOfWork.presume([1], answer);
        const nested = unitOfWork.nested(async () => {
          unitOfWork.afterCommit(() => hooks.push('of the savepoint'));
          throw new Error('Not this.');
        });
        await expect(nested).rejects.toThrow('Not this.');
      }),
    );
    expect([await noted(), hooks]).toEqual([[1], ['of the answer']]);
  });

  it('is refused quietly when it comes after the end', async () => {
    let late: Promise<unknown> = Promise.resolve();
    await unitOfWork.run(async () => {
      late = sleep(20).then(() => unitOfWork.presume([1], note(1)));
      late.catch(() => undefined);
    });
    await expect(late).rejects.toThrow('has ended');
    expect(await noted()).toEqual([]);
  });
});
