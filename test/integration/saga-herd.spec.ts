import { z } from 'zod';
import { message } from '../../src/platform/messaging/message.js';
import { rejectionEvent } from '../../src/platform/messaging/rejection.js';
import { defineSaga, ignore, turnsBack } from '../../src/saga/definition/index.js';
import { eventually } from '../support/eventually.js';
import { openLab, type Lab } from '../support/lab/lab.js';
import * as m from '../support/lab/messages.js';

/** More than one worker holds in memory at a time. `HERD=10000` runs more. */
const count = Number(process.env.HERD ?? 2_400);
const LONG = 60_000 + count * 40;

class Called extends message('lab.called.v1', z.object({ key: z.string() })) {}
class NotCalled extends rejectionEvent('lab.not-called.v1') {}

/** Long enough that all of them wait before the first is due. Nobody calls, so they give up what they hold. */
const waitMs = 15_000 + count;
const herd = defineSaga('lab', 1, z.object({ key: z.string() }))
  .step('hold', (s) =>
    s
      .local()
      .action(m.Hold, ({ input }) => input)
      .succeeds(m.Held)
      .compensation(m.Unhold, ({ input }) => input, m.Unheld),
  )
  .step('wait', (s) =>
    s
      .wait({ withinMs: waitMs })
      .on('called', Called)
      .turnsBackOn('not-called', NotCalled)
      .overdue(turnsBack('LAB.NOBODY_CALLED', 'Nobody called.'))
      .noCompensation('it only waits'),
  )
  .retriable('finish', (s) =>
    s
      .local()
      .action(m.Finish, ({ input }) => input)
      .succeeds(m.Finished),
  )
  .unexpected(ignore('nobody waits for it'))
  .build();

describe(`${count} sagas that fall due at once`, () => {
  let lab: Lab;

  beforeAll(async () => {
    lab = await openLab({ definitions: [herd] });
  });
  afterAll(() => lab.close());

  const sagas = async (where: string): Promise<number> => {
    const rows: { count: number }[] = await lab.admin.query(
      `SELECT count(*)::int AS count FROM saga.instance WHERE ${where}`,
    );
    return rows[0]!.count;
  };
  const within = { within: LONG, every: 100 };

  it(
    'are all woken, each once, also when one of two workers is lost meanwhile',
    async () => {
      const first = await lab.startWorker();
      const keys = Array.from({ length: count }, (_, index) => `herd-${index}`);
      await lab.start(first, ...keys);
      await eventually(async () => (await sagas(`status = 'waiting'`)) === count, within);
      await first.close();
      expect(await sagas('owner IS NOT NULL')).toBe(0);
      await eventually(async () => (await sagas('wake_at <= clock_timestamp()')) === count, within);

      const [lost] = await Promise.all([lab.startWorker(), lab.startWorker()]);
      await eventually(async () => (await sagas('finished_at IS NOT NULL')) > 0, within);
      await lab.expireLease(lost);
      await eventually(async () => (await sagas('finished_at IS NULL')) === 0, within);

      expect(await sagas(`status = 'compensated'`)).toBe(count);
      const effects: { what: string; keys: number; rows: number }[] = await lab.admin.query(
        `SELECT what, count(DISTINCT key)::int AS keys, count(*)::int AS rows FROM lab.effect GROUP BY what ORDER BY what`,
      );
      expect(effects).toEqual([
        { what: m.Hold.wireName, keys: count, rows: count },
        { what: m.Unhold.wireName, keys: count, rows: count },
      ]);
    },
    LONG,
  );
});
