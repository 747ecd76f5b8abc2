import {
  formatSchedule,
  parseSchedule,
  randomSchedule,
  type Passage,
  type Schedule,
} from '../../../src/saga/testing/crash/index.js';
import { Random, seedOfRun } from '../random.js';
import { openShopKit, type ShopKit } from './kits.js';
import { scenarioNames } from './shop-scenarios.js';

/** `npm run crash -- --schedules 10000` sets it; three in a hundred are left to `killed-schedules.spec.ts`. */
const all = Number(process.env.CRASH_SCHEDULES ?? 40);
/** One schedule, as a failed run has printed it, instead of random ones: `--schedule "v2 happy: die call.after#1"`. */
const only = process.env.CRASH_SCHEDULE;
/** Kits side by side, each with a database of its own: how many, and so many orders in each of their runs. */
const lanes = all >= 1_000 ? { 1: 2, 2: 2, 3: 2 } : { 1: 1, 3: 1 };

/** Tests that put orders of one version of `order-fulfillment` under their half of the random schedules. */
export function describeRandomSchedules(version: number): void {
  const schedules = Math.floor((all - Math.ceil((all * 3) / 100)) / 2);
  const seed = seedOfRun();
  const title = only ?? `${schedules} random schedules of accidents (CRASH_SEED=${seed})`;

  describe(`Orders of order-fulfillment v${version} under ${title}`, () => {
    const teams: ShopKit[][] = [];
    let accidents = 0;

    beforeAll(async () => {
      for (const [orders, count] of Object.entries(lanes)) {
        const numbers = [...Array(count).keys()];
        teams.push(await Promise.all(numbers.map(() => openShopKit(version, Number(orders)))));
      }
    });
    afterAll(async () => {
      await Promise.all(teams.flat().map((shop) => shop.close()));
    });

    /** @param planned each takes the next one, and others do not take it */
    async function runAll({ kit }: ShopKit, planned: Schedule[]): Promise<string[]> {
      const violations: string[] = [];
      for (let schedule = planned.shift(); schedule; schedule = planned.shift()) {
        const report = await kit.run(schedule);
        accidents += report.happened;
        const found = report.violations.map((text) => `v${version} ${formatSchedule(schedule)}: ${text}`);
        // At once: what a long run has found must not wait for its end.
        found.forEach((text) => process.stderr.write(`${text}\n`));
        violations.push(...found);
      }
      return violations;
    }

    async function plan({ kit }: ShopKit, team: number): Promise<Schedule[]> {
      if (only !== undefined) return ofThisVersion(only, version);
      const passages = new Map<string, readonly Passage[]>();
      for (const scenario of scenarioNames.all) passages.set(scenario, await kit.passages(scenario));
      const random = new Random(seed + 10 * version + team);
      return Array.from({ length: Math.ceil((schedules - team) / teams.length) }, () => {
        const scenario = random.pick(scenarioNames.all);
        return randomSchedule(random, scenario, passages.get(scenario)!);
      });
    }

    it(
      'end as they would have, and the books are clean',
      async () => {
        const begun = performance.now();
        const found = await Promise.all(
          teams.map(async (shops, team) => {
            const planned = await plan(shops[0]!, team);
            return Promise.all(shops.map((shop) => runAll(shop, planned)));
          }),
        );
        const seconds = Math.round((performance.now() - begun) / 1_000);
        if (all >= 1_000) {
          process.stderr.write(`v${version}: ${schedules} schedules, ${accidents} accidents, ${seconds} s\n`);
        }
        expect(found.flat(2)).toEqual([]);
      },
      60_000 + schedules * 5_000,
    );

    it('and the auditor finds nothing in all that they have left', async () => {
      for (const shop of teams.flat()) expect(await shop.audit()).toEqual([]);
    }, 120_000);
  });
}

function ofThisVersion(text: string, version: number): Schedule[] {
  const [, of, schedule] = /^v(\d+) (.*)$/s.exec(text) ?? [null, null, text];
  return of === null || Number(of) === version ? [parseSchedule(schedule)] : [];
}
