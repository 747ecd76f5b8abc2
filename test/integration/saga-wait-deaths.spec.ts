import type { INestApplicationContext } from '@nestjs/common';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { Sagas } from '../../src/saga/engine/sagas.js';
import {
  CrashKit,
  formatSchedule,
  singleDeaths,
  type CrashScenario,
} from '../../src/saga/testing/crash/index.js';
import { openLab, type Lab } from '../support/lab/lab.js';
import { Came, Overheard, patient, patientRequest } from '../support/lab/patient.js';

describe('A saga whose worker dies while it waits', () => {
  let lab: Lab;
  let kit: CrashKit;

  const startOnce = async (app: INestApplicationContext, request: ReturnType<typeof patientRequest>) => {
    const sagas = app.get(Sagas);
    if ((await sagas.view('patient', [request.correlationId])).size > 0) return;
    await app.get(UnitOfWork).run(() => sagas.start('patient', 1, [request]));
  };
  const expectEffects = (key: string, expected: string) => async () => {
    const effects = (await lab.effects(key)).join();
    return effects === expected ? [] : [`its effects are ${effects}`];
  };

  /** One event comes before the saga, one before or in the wait that it is for; between the two it rests. */
  const told: CrashScenario = {
    name: 'told',
    ends: 'completed',
    async drive(app, key) {
      const sagas = app.get(Sagas);
      await sagas.receive('patient', key, new Overheard({ key }), `${key} overheard`);
      await startOnce(app, patientRequest(key, { restMs: 500 }));
      await sagas.receive('patient', key, new Came({ key }), `${key} came`);
      return [key];
    },
    check: (_app, key) => expectEffects(key, 'hold,finish')(),
  };
  /** Nobody comes, and it turns back. */
  const left: CrashScenario = {
    name: 'left',
    ends: 'compensated',
    async drive(app, key) {
      await startOnce(app, patientRequest(key, { untilMs: 500 }));
      return [key];
    },
    check: (_app, key) => expectEffects(key, 'hold,unhold')(),
  };

  beforeAll(async () => {
    lab = await openLab({ definitions: [patient] });
    kit = new CrashKit({
      databaseUrl: lab.url,
      boot: () => lab.boot({ LEASE_SECONDS: '6' }),
      scenarios: [told, left],
    });
  });
  afterAll(async () => {
    await kit.close();
    await lab.close();
  });

  it.each(['told', 'left'])(
    'goes on as if nothing had happened, wherever that was: %s',
    async (scenario) => {
      const schedules = singleDeaths(scenario, await kit.passages(scenario));
      expect(schedules.length).toBeGreaterThan(5);
      let deaths = 0;
      for (const schedule of schedules) {
        const { violations, happened } = await kit.run(schedule);
        const about = formatSchedule(schedule);
        expect({ about, violations }).toEqual({ about, violations: [] });
        deaths += happened;
      }
      expect(deaths).toBeGreaterThan(schedules.length / 2);
    },
    240_000,
  );
});
