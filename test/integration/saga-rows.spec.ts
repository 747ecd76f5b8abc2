import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import type { Entry } from '../../src/saga/engine/entries.js';
import { evolve, fold } from '../../src/saga/engine/evolve.js';
import { instanceRow } from '../../src/saga/engine/instance-row.js';
import { SagaStore } from '../../src/saga/store/saga-store.js';
import { lab as labDefinition } from '../support/lab/definition.js';
import { openLab, type Lab, type LabWorker } from '../support/lab/lab.js';

describe('The instance row', () => {
  let lab: Lab;
  let worker: LabWorker;
  let ended: string;
  let parked: string;

  beforeAll(async () => {
    lab = await openLab();
    worker = await lab.startWorker();
    lab.script.always('lab.finish.v1', 'parked', 'throw');
    lab.script.always('lab.refund.v1', 'undoing', 'throw');
    lab.script.next('lab.ship.v1', 'undoing', 'reject');
    lab.script.next('lab.ship.v1', 'undone', 'reject');
    await lab.start(worker, 'done', 'undone', 'parked', 'undoing');
    ended = (await lab.until('done', 'completed')).id as string;
    await lab.until('undone', 'compensated');
    parked = (await lab.until('parked', 'parked')).id as string;
    await lab.until('undoing', 'parked');
  });
  afterAll(() => lab.close());

  const change = (id: string, set: string): Promise<unknown> =>
    lab.admin.query(`UPDATE saga.instance SET ${set} WHERE id = $1`, [id]);

  it('is the fold of its journal: ended, undone, parked, and half-way back', async () => {
    await lab.expectSoundJournals('done', 'undone', 'parked', 'undoing');
  });

  it('is compared with the journal in earnest: a wrong row is found', async () => {
    await change(parked, 'current_step = NULL, open_effects = open_effects + 1');
    await expect(lab.expectSoundJournals('parked')).rejects.toThrow(
      /current step is null.*open effects is \d/s,
    );
    await change(parked, `current_step = 'finish', open_effects = open_effects - 1`);
    await lab.expectSoundJournals('parked');
  });

  it.each(['completed', 'compensated', 'terminated'])('cannot be %s with an open effect', async (status) => {
    const end = `status = '${status}', open_effects = 1, finished_at = now(), owner = NULL, wake_at = NULL`;
    await expect(change(parked, end)).rejects.toThrow('instance_ends_without_open_effects');
    await expect(change(ended, 'open_effects = 1')).rejects.toThrow('instance_ends_without_open_effects');
  });

  it.each(['running', 'compensating'])('cannot be %s with nobody to go on with it', async (status) => {
    const forgotten = change(parked, `status = '${status}', owner = NULL, wake_at = NULL`);
    await expect(forgotten).rejects.toThrow('instance_is_never_forgotten');
  });

  it('cannot end and stay owned, or end at no time', async () => {
    await expect(change(ended, 'owner = gen_random_uuid()')).rejects.toThrow('instance_ends_free');
    await expect(change(ended, 'wake_at = now()')).rejects.toThrow('instance_ends_free');
    await expect(change(ended, 'finished_at = NULL')).rejects.toThrow('instance_end_has_a_time');
  });

  it('has a journal that nobody rewrites', async () => {
    const rewritten = lab.admin.query(`UPDATE saga.journal SET entries = '[]' WHERE saga_id = $1`, [ended]);
    await expect(rewritten).rejects.toThrow('append-only');
  });

  /** Appends one entry, decided on the journal as it was read before. */
  async function append(journal: readonly Entry[], id: string, weeksAhead = 0): Promise<void> {
    const now = new Date(Date.now() + weeksAhead * 7 * 24 * 60 * 60 * 1_000).toISOString();
    const entry: Entry = { at: now, kind: 'event-ignored', id, event: 'lab.other.v1', reason: 'a test' };
    const state = evolve(fold(journal), entry);
    const row = instanceRow(labDefinition, state, now);
    const advance = { id: parked, seq: state.length, entries: [entry], row, finishedAt: null, owner: null };
    const store = worker.app.get(SagaStore);
    const unitOfWork = worker.app.get(UnitOfWork);
    // As a wave does: the COMMIT is on its way before the answer is here.
    await unitOfWork.run(async () =>
      unitOfWork.withCommit(store.advance([{ ...advance, wakeAt: row.wakeAt }], now)),
    );
  }

  it('takes one of two writers of the same entry, whoever comes last having written nothing', async () => {
    const journal = await lab.journal('parked');
    // In two weeks, and so in two partitions: no index is over both.
    const written = await Promise.allSettled([append(journal, 'one'), append(journal, 'two', 1)]);
    expect(written.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const refused = written.find((one) => one.status === 'rejected');
    expect(String(refused?.reason)).toMatch('something else than the journal');
    expect(await lab.journal('parked')).toHaveLength(journal.length + 1);
    await lab.expectSoundJournals('parked');
  });

  it('is not moved on by anybody who folds less than the whole journal', async () => {
    const journal = await lab.journal('parked');
    await expect(append(journal.slice(0, -1), 'too few')).rejects.toThrow('something else than the journal');
    type Row = { at: Date; epoch: number; entries: Entry[] };
    const [[lost]] = await lab.admin.query<[[Row]]>(
      `DELETE FROM saga.journal WHERE saga_id = $1 AND seq = $2 RETURNING *`,
      [parked, journal.length],
    );
    const retry = { kind: 'retry', by: 'sue', reason: 'mended' } as const;
    await expect(worker.requests.apply(parked, retry)).rejects.toThrow('something else than the journal');
    await lab.admin.query(
      `INSERT INTO saga.journal (saga_id, seq, at, epoch, entries) VALUES ($1, $2, $3, $4, $5)`,
      [parked, journal.length, lost.at, lost.epoch, JSON.stringify(lost.entries)],
    );
    await lab.expectSoundJournals('parked');
  });
});
