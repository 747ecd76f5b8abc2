import type { INestApplicationContext } from '@nestjs/common';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { Sagas } from '../../src/saga/engine/sagas.js';
import {
  CrashKit,
  formatSchedule,
  parseSchedule,
  singleDeaths,
  type AccidentKind,
  type CrashReport,
  type CrashScenario,
} from '../../src/saga/testing/crash/index.js';
import { openLab, type Lab } from '../support/lab/lab.js';

const everything = ['hold', 'pay', 'note', 'ship', 'finish'];

/** Starts one saga, once, as a client with an idempotency key does. */
async function start(app: INestApplicationContext, key: string): Promise<readonly string[]> {
  const sagas = app.get(Sagas);
  await app.get(UnitOfWork).run(async () => {
    if ((await sagas.view('lab', [key])).size > 0) return;
    await sagas.start('lab', 1, [{ correlationId: key, input: { key } }]);
  });
  return [key];
}

describe('The crash kit', () => {
  let lab: Lab;
  let kit: CrashKit;

  /** Goes through; what it did here and outside is looked at afterwards. */
  const through: CrashScenario = {
    name: 'through',
    ends: 'completed',
    drive: start,
    async check(_app, key) {
      const effects = await lab.effects(key);
      const charges = lab.outside.count('lab.pay.v1', key);
      return [
        ...(effects.join() === everything.join() ? [] : [`its effects are ${effects.join(', ')}`]),
        ...(charges === 1 ? [] : [`it was charged ${charges} times`]),
      ];
    },
  };
  /** The outside says no in the end, and everything is undone. */
  const refused: CrashScenario = {
    name: 'refused',
    ends: 'compensated',
    prepare: async (_app, key) => lab.script.always('lab.ship.v1', key, 'reject'),
    drive: start,
    check: async (_app, key) => {
      const left = (await lab.effects(key)).filter((what) => what === 'unhold' || what === 'unnote');
      return left.length === 2 ? [] : [`only ${left.join(', ')} of it was undone`];
    },
  };
  /** Expects what does not happen. */
  const mistaken: CrashScenario = { name: 'mistaken', ends: 'compensated', drive: start };

  beforeAll(async () => {
    lab = await openLab();
    const settings = { LEASE_SECONDS: '6' };
    const scenarios = [through, refused, mistaken];
    kit = new CrashKit({ databaseUrl: lab.url, boot: () => lab.boot(settings), scenarios });
  });
  afterAll(async () => {
    await kit.close();
    await lab.close();
  });

  const expectSound = ({ schedule, violations, happened }: CrashReport) =>
    expect({ schedule: formatSchedule(schedule), violations, happened }).toEqual({
      schedule: formatSchedule(schedule),
      violations: [],
      happened: schedule.accidents.length,
    });

  it('lists what a scenario passes: each commit and each call, from before and from after', async () => {
    const points = (await kit.passages('through')).map(({ point }) => point);
    expect(points).toEqual(
      expect.arrayContaining([
        'start.stored',
        'work.before-commit',
        'wave.before-commit',
        'wave.after-commit',
      ]),
    );
    expect(points.filter((point) => point === 'call.before')).toHaveLength(2);
    expect(points.filter((point) => point === 'call.after')).toHaveLength(2);
  });

  it.each(['through', 'refused'])(
    'lets a process die at each of them: %s',
    async (scenario) => {
      const schedules = singleDeaths(scenario, await kit.passages(scenario));
      expect(schedules.length).toBeGreaterThan(10);
      for (const schedule of schedules) expectSound(await kit.run(schedule));
    },
    60_000,
  );

  it.each<[AccidentKind, string]>([
    ['cut', 'wave.before-commit#1'],
    ['cut', 'call.after#1'],
    ['lose', 'wave.after-commit#2'],
    ['lose', 'call.after#1'],
    ['lose', 'call.before#2'],
    ['stall', 'wave.locked#1'],
    ['stall', 'wave.after-commit#1'],
    ['stall', 'call.before#1'],
    ['stall', 'call.after#2'],
    ['repeat', 'wave.after-commit#2'],
  ])(
    'lets other things happen: %s at %s',
    async (kind, at) => {
      expectSound(await kit.run(parseSchedule(`through: ${kind} ${at}`)));
    },
    30_000,
  );

  it('lets several things happen, one after the other', async () => {
    const text = 'through: die call.after#1, die take-over.after#1, stall wave.locked#1';
    expectSound(await kit.run(parseSchedule(text)));
  }, 30_000);

  it('tells what is wrong, and the way that led to it', async () => {
    const { violations } = await kit.run(parseSchedule('mistaken: die call.after#1'));
    expect(violations[0]).toMatch(/^The saga of \S+ is completed, not compensated\.$/);
    expect(violations.at(-1)).toMatch(
      /in mistaken: die call\.after#1, which took this way:\nstart\.stored#1 /,
    );
  });

  it('finds a lost answer that is taken for a request that never arrived', async () => {
    const find = lab.outside.find.bind(lab.outside);
    // An adapter that cannot see what it did: asked, it says that there is no trace, and the call is made again.
    lab.outside.find = () => Promise.resolve(null);
    const act = lab.outside.act.bind(lab.outside);
    lab.outside.act = (command, { key }, attempt) =>
      act(command, { key, reference: crypto.randomUUID() }, attempt);
    try {
      const { violations } = await kit.run(parseSchedule('through: die call.after#1'));
      expect(violations).toContain('it was charged 2 times');
    } finally {
      lab.outside.find = find;
      lab.outside.act = act;
    }
  });

  it('reads a schedule as it prints it', () => {
    for (const text of ['through: nothing', 'through: die wave.locked#1, lose call.after#2']) {
      expect(formatSchedule(parseSchedule(text))).toBe(text);
    }
    expect(() => parseSchedule('through')).toThrow('"through" is no schedule');
    expect(() => parseSchedule('through: explode wave.locked#1')).toThrow('is no accident');
  });
});
