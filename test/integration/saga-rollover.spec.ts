import type { SagaDefinition } from '../../src/saga/definition/index.js';
import type { Entry } from '../../src/saga/engine/entries.js';
import { SegmentUpkeep } from '../../src/saga/engine/segment-upkeep.js';
import { lab as labDefinition } from '../support/lab/definition.js';
import { openLab, type Lab, type LabWorker } from '../support/lab/lab.js';

const week = 7 * 24 * 60 * 60 * 1_000;
const person = { by: 'sue', reason: 'a look' };

/** Any segment is old at the next look. */
const oldAtOnce: SagaDefinition = { ...labDefinition, rollover: { everyMs: 1, atEntries: 500 } };

describe('A journal that continues in a new segment', () => {
  let lab: Lab;
  let worker: LabWorker;

  beforeEach(async () => {
    lab = await openLab({ definitions: [oldAtOnce], settings: { LEASE_SECONDS: '3600' } });
    worker = await lab.startWorker();
  });
  afterEach(() => lab.close());

  const upkeep = (of: LabWorker) => of.app.get(SegmentUpkeep).run();
  const segmentsOf = async (key: string) =>
    (await lab.journal(key)).filter(({ kind }) => kind === 'continued').length + 1;

  /** Takes away all that stands before a saga's last segment, as when its week was dropped; answers how to put it back. */
  async function dropEarlier(key: string): Promise<() => Promise<unknown>> {
    const { id } = await lab.rowOf(key);
    type Row = { seq: number; at: Date; epoch: number; entries: Entry[] };
    const [gone] = await lab.admin.query<[Row[]]>(
      `DELETE FROM saga.journal j USING saga.instance i
        WHERE i.id = $1 AND j.saga_id = i.id AND j.seq < i.segment_seq RETURNING j.seq, j.at, j.epoch, j.entries`,
      [id],
    );
    expect(gone.length).toBeGreaterThan(0);
    return () =>
      lab.admin.query(
        `INSERT INTO saga.journal (saga_id, seq, at, epoch, entries)
         SELECT $1, seq, at, epoch, entries
           FROM jsonb_to_recordset($2::jsonb) AS r (seq int, at timestamptz, epoch int, entries jsonb)`,
        [id, JSON.stringify(gone)],
      );
  }

  it('is taken over from a lost worker without what stands before, and its call has one effect', async () => {
    const gate = lab.script.hold('lab.pay.v1', 'taken-over', 'before its answer');
    await lab.start(worker, 'taken-over');
    await gate.arrived;
    const other = await lab.startWorker();
    await upkeep(other);
    expect(await segmentsOf('taken-over')).toBe(2);
    const putBack = await dropEarlier('taken-over');
    await lab.expireLease(worker);
    await lab.startWorker({ LEASE_SECONDS: '1' });

    await lab.until('taken-over', 'completed');
    gate.release();
    expect(lab.outside.count('lab.pay.v1', 'taken-over')).toBe(1);
    expect(lab.outside.requests.filter(({ command }) => command === 'lab.pay.v1')).toHaveLength(1);
    await putBack();
    await lab.expectSoundJournals('taken-over');
  });

  it('is so also while its saga is paused or parked, and every segment stays readable', async () => {
    lab.script.always('lab.ship.v1', 'parked', 'throw');
    const gate = lab.script.hold('lab.pay.v1', 'paused', 'before its answer');
    await lab.start(worker, 'parked', 'paused');
    await gate.arrived;
    const { id } = await lab.rowOf('paused');
    await worker.requests.apply(id as string, { kind: 'pause', ...person });
    gate.release();
    await lab.until('parked', 'parked');
    await lab.until('paused', 'paused');
    await upkeep(worker);
    await upkeep(worker);

    for (const key of ['parked', 'paused']) {
      expect(await segmentsOf(key)).toBe(3);
      const whole = await worker.sagas.journal('lab', key);
      expect(whole[0]).toMatchObject({ kind: 'started' });
      expect(whole).toEqual(await lab.journal(key));
    }
    await worker.close();
    const next = await lab.startWorker();
    lab.script.mend('lab.ship.v1', 'parked');
    const { id: parked } = await lab.rowOf('parked');
    await next.requests.apply(parked as string, { kind: 'retry', ...person });
    await next.requests.apply(id as string, { kind: 'resume', ...person });
    await lab.until('parked', 'completed');
    await lab.until('paused', 'completed');
    await lab.expectSoundJournals('parked', 'paused');
  });

  it('is undone from what the segment carries', async () => {
    const gate = lab.script.hold('lab.ship.v1', 'undone', 'before its effect');
    lab.script.next('lab.ship.v1', 'undone', 'reject');
    await lab.start(worker, 'undone');
    await gate.arrived;
    await upkeep(worker);
    const putBack = await dropEarlier('undone');
    gate.release();
    await lab.until('undone', 'compensated');
    expect(await lab.effects('undone')).toEqual(['hold', 'pay', 'note', 'unnote', 'refund', 'unhold']);
    await putBack();
    await lab.expectSoundJournals('undone');
  });
});

describe('A long journal', () => {
  it('continues in the commit in which it becomes long', async () => {
    const definition: SagaDefinition = { ...labDefinition, rollover: { everyMs: week, atEntries: 4 } };
    const lab = await openLab({ definitions: [definition] });
    try {
      const worker = await lab.startWorker();
      lab.script.next('lab.pay.v1', 'long', 'lose-answer');
      lab.script.next('lab.ship.v1', 'long', 'unavailable', 'unavailable');
      await lab.start(worker, 'long');
      await lab.until('long', 'completed');
      const whys = (await lab.journal('long')).flatMap((one) => (one.kind === 'continued' ? [one.why] : []));
      expect(whys.length).toBeGreaterThan(2);
      expect(new Set(whys)).toEqual(new Set(['size']));
      const { segment_seq: segmentSeq } = await lab.rowOf('long');
      expect(segmentSeq).toBeGreaterThan(1);
      // A segment that is young is left alone.
      await worker.app.get(SegmentUpkeep).run();
      expect((await lab.journal('long')).filter(({ kind }) => kind === 'continued')).toHaveLength(
        whys.length,
      );
      await lab.expectSoundJournals('long');
    } finally {
      await lab.close();
    }
  });
});
