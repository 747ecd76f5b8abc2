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
});
