import { lab as definition } from '../support/lab/definition.js';
import { openLab, LabStreams, type Lab, type LabWorker } from '../support/lab/lab.js';

const everything = ['hold', 'pay', 'note', 'ship', 'finish'];

describe('An exception', () => {
  let lab: Lab;
  let worker: LabWorker;

  beforeAll(async () => {
    lab = await openLab();
    worker = await lab.startWorker();
  });
  afterAll(() => lab.close());
  afterEach(() => {
    LabStreams.explodeFor = null;
  });

  const retry = async (key: string) => {
    const { id } = await lab.rowOf(key);
    return worker.requests.apply(id as string, { kind: 'retry', by: 'test', reason: 'the code is mended' });
  };

  it('in a mapping parks that saga; others go on, and so do both after a retry', async () => {
    LabStreams.explodeFor = 'unmapped';
    await lab.start(worker, 'before', 'unmapped', 'beside');
    const row = await lab.until('unmapped', 'parked');
    expect(row).toMatchObject({ error_code: 'SAGA.MAPPING_FAILED', owner: null });
    await lab.until('before', 'completed');
    await lab.until('beside', 'completed');

    LabStreams.explodeFor = null;
    await retry('unmapped');
    await lab.until('unmapped', 'completed');
    expect(await lab.effects('unmapped')).toEqual(everything);
    await lab.expectSoundJournals('before', 'unmapped', 'beside');
  });

  it('in a mapping leaves the stream alive for the rest of the process', async () => {
    for (const key of ['first', 'second', 'third']) {
      LabStreams.explodeFor = `exploding-${key}`;
      await lab.start(worker, `exploding-${key}`);
      await lab.until(`exploding-${key}`, 'parked');
      await lab.start(worker, key);
      await lab.until(key, 'completed');
      // By the stream, and not by the runner, which goes on with what no stream took.
      expect([...LabStreams.mapped]).toContain(key);
    }
  });

  it('in a local handler is tried again while the others of its wave go on', async () => {
    const others = Array.from({ length: 20 }, (_, i) => `wave-${i}`);
    lab.script.always('lab.finish.v1', 'broken', 'throw');
    await lab.start(worker, ...others, 'broken');
    await lab.until('broken', 'parked');
    for (const key of others) await lab.until(key, 'completed');
    lab.script.mend('lab.finish.v1', 'broken');
    await retry('broken');
    await lab.until('broken', 'completed');
    expect(await lab.effects('broken')).toEqual(everything);
    await lab.expectSoundJournals('broken', ...others);
  });

  it('in an ordinary handler takes its writes back with it, and its next try makes them once', async () => {
    lab.script.next('lab.note.v1', 'noted', 'throw', 'throw');
    await lab.start(worker, 'noted');
    await lab.until('noted', 'completed');
    expect(await lab.effects('noted')).toEqual(everything);
  });

  it('in an adapter is asked for before it is tried again, and parks when the attempts are used up', async () => {
    lab.script.always('lab.ship.v1', 'unshipped', 'throw');
    await lab.start(worker, 'unshipped', 'shipped');
    const row = await lab.until('unshipped', 'parked');
    expect(row).toMatchObject({ failed_step: 'ship', error_code: 'SAGA.UNCLASSIFIED' });
    await lab.until('shipped', 'completed');
    lab.script.mend('lab.ship.v1', 'unshipped');
    await retry('unshipped');
    await lab.until('unshipped', 'completed');
    expect(lab.outside.count('lab.ship.v1', 'unshipped')).toBe(1);
    await lab.expectSoundJournals('unshipped', 'shipped');
  });
});

describe('A stored input that does not fit its command', () => {
  /** `lab`, but for what undoes its first step. */
  const misfit: typeof definition = {
    ...definition,
    compensations: definition.compensations.map((compensation) =>
      compensation.step === 'hold' ? { ...compensation, map: () => ({ wrong: 1 }) } : compensation,
    ),
  };
  let lab: Lab;

  beforeAll(async () => {
    lab = await openLab({ definitions: [misfit] });
  });
  afterAll(() => lab.close());

  it('parks the saga at the compensation that it is for, and its handler never sees it', async () => {
    const worker = await lab.startWorker();
    lab.script.next('lab.ship.v1', 'misfit', 'reject');
    await lab.start(worker, 'misfit');

    const row = await lab.until('misfit', 'parked');
    expect(row).toMatchObject({
      ...{ failed_step: 'hold', error_code: 'SAGA.MAPPING_FAILED', open_effects: 1, owner: null },
    });
    const parked = (await lab.journal('misfit')).findLast(({ kind }) => kind === 'parked');
    expect(parked).toMatchObject({ unit: { role: 'compensation', name: 'hold' } });
    expect(await lab.effects('misfit')).toEqual(['hold', 'pay', 'note', 'unnote', 'refund']);
    expect(lab.script.batches.map(({ command }) => command)).not.toContain('lab.unhold.v1');
    await lab.expectSoundJournals('misfit');
  });
});
