import { armed } from '../../src/platform/failpoints/failpoint-hook.js';
import { eventually } from '../support/eventually.js';
import { lab, labWithoutNote } from '../support/lab/definition.js';
import { openLab, type Lab, type LabWorker } from '../support/lab/lab.js';

const person = { by: 'supervisor', reason: 'mended' };
const toTwo = { kind: 'move', to: labWithoutNote, ...person } as const;
const ways = {
  1: ['hold', 'pay', 'note', 'ship', 'finish'],
  2: ['hold', 'pay', 'ship', 'finish'],
};

describe('A saga that is moved while workers are at it', () => {
  let lab12: Lab;
  let older: LabWorker;
  let newer: LabWorker;
  /** Carries on nothing itself. */
  let api: LabWorker;

  beforeAll(async () => {
    lab12 = await openLab({ definitions: [lab, labWithoutNote], settings: { LEASE_SECONDS: '2' } });
    newer = await lab12.startWorker();
    older = await lab12.startWorker({}, [lab]);
    api = await lab12.startWorker({ ROLE: 'api' });
  });
  afterEach(() => (armed.hook = null));
  afterAll(() => lab12.close());

  const completes = async (key: string): Promise<1 | 2> => {
    const { version } = await eventually(
      async () => {
        const row = await lab12.rowOf(key);
        // On a machine that is slow enough its calls have taken too long.
        if (row.status === 'parked')
          await newer.requests.apply(row.id as string, { kind: 'retry', ...person });
        expect({ key, status: row.status }).toEqual({ key, status: 'completed' });
        return row as { version: 1 | 2 };
      },
      { within: 30_000 },
    );
    expect(await lab12.effects(key)).toEqual(ways[version]);
    await lab12.expectSoundJournals(key);
    return version;
  };

  it('goes on under one of the two, never under a mixture, wherever the move meets it', async () => {
    const keys = Array.from({ length: 24 }, (_, index) => `race-${index}`);
    // Each of them backs off for a moment, and nobody has it.
    for (const key of keys) lab12.script.next('lab.pay.v1', key, 'unavailable');
    const ids = await lab12.start(newer, ...keys);
    const outcomes = await Promise.all(
      keys.map(async (key, index) => {
        const far = 2 * (index % 6);
        const isFarEnough = async () => {
          const { length, status } = await lab12.rowOf(key);
          expect(status === 'parked' || (length as number) >= far).toBe(true);
        };
        if (far > 0) await eventually(isFarEnough, { within: 30_000, every: 20 });
        return newer.requests.apply(ids[index]!, toTwo).then(
          () => 'moved',
          (refused: { code?: string }) => refused.code ?? 'broken',
        );
      }),
    );
    for (const [index, key] of keys.entries()) {
      expect(await completes(key)).toBe(outcomes[index] === 'moved' ? 2 : 1);
    }
    const met = new Set(outcomes);
    // Otherwise there was no race.
    expect(met.has('moved') && met.size > 1).toBe(true);
    met.delete('moved');
    expect(['SAGA.DIVERGED', 'SAGA.ENDED', 'SAGA.UNDER_WAY']).toEqual(expect.arrayContaining([...met]));
  }, 60_000);

  it('is not carried on in the old way by who had just claimed it', async () => {
    let goOn = () => {};
    const claimed = new Promise<void>((arrive) => {
      armed.hook = (point) => {
        if (point !== 'claim.after') return;
        armed.hook = null;
        arrive();
        return new Promise<void>((resolve) => (goOn = resolve));
      };
    });
    const [id] = await lab12.start(api, 'claimed');
    await claimed;
    const moved = await api.requests.apply(id!, toTwo);
    goOn();
    expect(moved).toMatchObject({ definition: { version: 2 }, state: { version: 2 } });
    expect(await completes('claimed')).toBe(2);
  }, 60_000);

  it('goes to a worker that knows the version: one whose build does not lets it go', async () => {
    lab12.script.next('lab.pay.v1', 'let-go', 'unavailable', 'unavailable', 'unavailable');
    await lab12.start(older, 'let-go');
    const { id } = await lab12.until('let-go', 'parked');
    await newer.close();
    await api.requests.apply(id as string, toTwo);
    await api.requests.apply(id as string, { kind: 'retry', ...person });
    const due = await lab12.rowOf('let-go');
    expect(due).toMatchObject({ version: 2, owner: null });
    // Due for a while, and the only worker there is has taken up others meanwhile.
    await lab12.start(older, 'beside');
    await lab12.until('beside', 'completed');
    expect(await lab12.rowOf('let-go')).toMatchObject({ status: 'running', owner: null });
    newer = await lab12.startWorker();
    expect(await completes('let-go')).toBe(2);
  }, 60_000);
});
