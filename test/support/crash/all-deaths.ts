import {
  formatSchedule,
  parseSchedule,
  secondDeaths,
  singleDeaths,
  type CrashReport,
} from '../../../src/saga/testing/crash/index.js';
import { openShopKit, type ShopKit } from './kits.js';
import { scenarioNames } from './shop-scenarios.js';

/** Tests that let a process die at each failpoint that orders of this version pass. */
export function describeAllDeaths(version: number): void {
  describe(`A process that dies over an order of order-fulfillment v${version}`, () => {
    let shop: ShopKit;

    beforeAll(async () => {
      shop = await openShopKit(version);
    });
    afterAll(() => shop.close());

    // Together they pass every commit and every call of the definition, compensations included.
    it.each(scenarioNames.inOrder)(
      'which is %s, before or after any commit or call, changes nothing of its end',
      async (scenario) => {
        const reports: CrashReport[] = [];
        for (const schedule of singleDeaths(scenario, await shop.kit.passages(scenario))) {
          reports.push(await shop.kit.run(schedule));
        }
        expectNothingLost(reports);
      },
      120_000,
    );

    it.each(['die', 'repeat'])(
      'hears of the bank once, however often it is told (%s)',
      async (kind) => {
        const schedule = parseSchedule(`paid-by-bank: ${kind} delivery.taken#1`);
        expectNothingLost([await shop.kit.run(schedule)]);
      },
      60_000,
    );

    it('may be followed by another one that dies while it goes on, wherever that is', async () => {
      const first = { scenario: 'happy', accidents: [{ kind: 'die', point: 'call.after', hit: 1 }] } as const;
      const { legs } = await shop.kit.run(first);
      const reports: CrashReport[] = [];
      for (const schedule of secondDeaths(first, legs[1]!)) reports.push(await shop.kit.run(schedule));
      expectNothingLost(reports);
    }, 120_000);

    it('leaves nothing behind that the auditor finds fault with', async () => {
      expect(await shop.audit()).toEqual([]);
    });
  });
}

function expectNothingLost(reports: readonly CrashReport[]): void {
  expect(reports.length).toBeGreaterThan(0);
  expect(reports.flatMap(({ violations }) => violations)).toEqual([]);
  // A schedule whose accidents did not happen has proved nothing.
  const idle = reports.filter(({ schedule, happened }) => happened < schedule.accidents.length);
  expect(idle.map(({ schedule }) => formatSchedule(schedule))).toEqual([]);
}
