import type { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { openNoted, type NotedFixture } from './noted-fixture.js';

const text = 'INSERT INTO public.noted (id) VALUES ($1) RETURNING id';

describe('A unit of work whose last statements go with its commit', () => {
  let fixture: NotedFixture;
  let unitOfWork: UnitOfWork;

  beforeAll(async () => {
    fixture = await openNoted();
    ({ unitOfWork } = fixture);
  });
  afterAll(() => fixture.close());
  beforeEach(() => fixture.clear());

  const note = (id: number) => unitOfWork.query<{ id: number }>({ name: 'note', text }, [id]);
  const noted = () => fixture.noted();

  it('commits them, and has their answers before the hooks of its commit', async () => {
    const seen: unknown[] = [];
    await unitOfWork.run(async () => {
      unitOfWork.withCommit(
        note(1).then(([row]) => {
          seen.push(row);
          unitOfWork.afterCommit(() => seen.push('registered by an answer'));
        }),
      );
      unitOfWork.beforeCommit(async () => unitOfWork.withCommit(note(2)));
      unitOfWork.afterCommit(() => seen.push('registered before'));
    });
    expect(seen).toEqual([{ id: 1 }, 'registered before', 'registered by an answer']);
    expect(await noted()).toEqual([1, 2]);
  });

  it('is rolled back as a whole when one of them is refused, and throws that error', async () => {
    const hooks: string[] = [];
    const work = unitOfWork.run(async () => {
      await note(1);
      unitOfWork.withCommit(note(0));
      unitOfWork.withCommit(note(2));
      unitOfWork.afterCommit(() => hooks.push('committed'));
    });
    await expect(work).rejects.toThrow('violates check constraint');
    expect([await noted(), hooks]).toEqual([[], []]);
    // The connection is as good as before.
    await unitOfWork.run(() => note(3));
    expect(await noted()).toEqual([3]);
  });

  it('throws what was refused, and not what followed from it in a hook that asked behind it', async () => {
    const work = unitOfWork.run(async () => {
      unitOfWork.withCommit(note(0));
      unitOfWork.beforeCommit(async () => void (await note(2)));
    });
    await expect(work).rejects.toThrow('violates check constraint');
    expect(await noted()).toEqual([]);
  });

  it('does not commit when one of them failed on this side, of which the server knows nothing', async () => {
    const work = unitOfWork.run(async () => {
      await note(1);
      unitOfWork.withCommit(Promise.reject(new Error('It cannot be written down.')));
      unitOfWork.beforeCommit(async () => void (await note(2)));
    });
    await expect(work).rejects.toThrow('It cannot be written down.');
    expect(await noted()).toEqual([]);
  });

  it('leaves the connection alone once it has ended, whoever comes out of a savepoint then', async () => {
    let giveUp = (): void => undefined;
    let late: Promise<unknown> = Promise.resolve();
    const begun = new Promise<void>((begin) => {
      late = unitOfWork
        .run(async () => {
          const outlived = unitOfWork.nested(async () => {
            begin();
            await new Promise<void>((resolve) => (giveUp = resolve));
          });
          late = outlived.catch((error: unknown) => error);
          await new Promise<void>((resolve) => setTimeout(resolve, 50));
          throw new Error('Given up.');
        })
        .catch(() => late);
    });
    await begun;
    await new Promise((resolve) => setTimeout(resolve, 100));
    await unitOfWork.run(async () => {
      await unitOfWork.nested(async () => {
        await note(1);
        giveUp();
        expect(String(await late)).toContain('has ended');
      });
    });
    expect(await noted()).toEqual([1]);
  });

  it('throws what its work threw, and commits none of them', async () => {
    const work = unitOfWork.run(async () => {
      unitOfWork.withCommit(note(1));
      throw new Error('The work failed.');
    });
    await expect(work).rejects.toThrow('The work failed.');
    expect(await noted()).toEqual([]);
  });

  it('throws what was refused, and not what its work threw because of it', async () => {
    const work = unitOfWork.run(async () => {
      unitOfWork.withCommit(note(0));
      await note(1).catch((error: unknown) => {
        throw new Error('The work failed.', { cause: error });
      });
    });
    await expect(work).rejects.toThrow('violates check constraint');
    expect(await noted()).toEqual([]);
  });

  it('throws what was refused behind a savepoint, and goes on without what was done there', async () => {
    await unitOfWork.run(async () => {
      await note(1);
      const followed = unitOfWork.nested(async () => {
        unitOfWork.withCommit(note(0));
        await note(2);
      });
      await expect(followed).rejects.toThrow('violates check constraint');
      const besides = unitOfWork.nested(async () => {
        unitOfWork.withCommit(note(0));
        throw new Error('It failed for another reason, and did not wait.');
      });
      await expect(besides).rejects.toThrow('violates check constraint');
      await note(3);
    });
    expect(await noted()).toEqual([1, 3]);
  });

  it('tells whose statement was refused, when somebody wants to know', async () => {
    const by = (name: string) => (cause: unknown) => new Error(`It was ${name}.`, { cause });
    const run = (first: number, second: number, third: number) =>
      unitOfWork.run(async () => {
        await unitOfWork.telling(by('the first'), async () => unitOfWork.withCommit(note(first)));
        await unitOfWork.telling(by('the second'), async () => unitOfWork.withCommit(note(second)));
        unitOfWork.withCommit(note(third));
      });
    await expect(run(1, 0, 2)).rejects.toThrow('It was the second.');
    await expect(run(0, 0, 2)).rejects.toThrow('It was the first.');
    await expect(run(1, 2, 0)).rejects.toThrow('violates check constraint');
    await run(1, 2, 3);
    expect(await noted()).toEqual([1, 2, 3]);
  });

  it('waits for those behind a savepoint there, and takes back no others', async () => {
    await unitOfWork.run(async () => {
      unitOfWork.withCommit(note(1));
      const nested = unitOfWork.nested(async () => unitOfWork.withCommit(note(0)));
      await expect(nested).rejects.toThrow('violates check constraint');
      await unitOfWork.nested(async () => unitOfWork.withCommit(note(2)));
    });
    expect(await noted()).toEqual([1, 2]);
  });
});
