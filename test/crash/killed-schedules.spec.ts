import { KilledShop, type KilledRun } from '../support/crash/killed-shop.js';
import { Random, seedOfRun } from '../support/random.js';

/** `npm run crash -- --schedules 10000` sets it; three in a hundred of them are real kills. */
const all = Number(process.env.CRASH_SCHEDULES ?? 200);
const runs = process.env.CRASH_SCHEDULE === undefined ? Math.ceil((all * 3) / 100) : 0;
const seed = seedOfRun();

const wishes = [
  { paymentMethod: 'pm_card_visa', postalCode: '10115' },
  { paymentMethod: 'pm_card_visa', postalCode: 'REJECT' },
  { paymentMethod: 'pm_card_visa', postalCode: 'LOST' },
  { paymentMethod: 'pm_card_declined', postalCode: '10115' },
  { paymentMethod: 'pm_card_lost_answer', postalCode: 'REJECT' },
];
/** What every order passes, in its first process and in one that goes on with it. */
const firstPoints = [
  'start.stored#1',
  'work.before-commit#1',
  'work.after-commit#1',
  ...[1, 2].flatMap((hit) => ['locked', 'before-commit', 'after-commit'].map((at) => `wave.${at}#${hit}`)),
  'call.before#1',
  'call.after#1',
];
const laterPoints = ['take-over.after#1', 'wave.locked#1', 'wave.before-commit#1', 'wave.after-commit#1'];

/** One after the other in a database of its own, with one version: another one needs another process. */
const lanes = [1, 2];

function randomRun(random: Random): KilledRun {
  const kills = [random.pick(firstPoints), ...(random.next() < 0.3 ? [random.pick(laterPoints)] : [])];
  return { ...random.pick(wishes), kills };
}

describe(`Orders whose process is killed by SIGKILL at a failpoint, ${runs} times (CRASH_SEED=${seed})`, () => {
  const shops: KilledShop[] = [];
  const violations: string[] = [];

  beforeAll(async () => {
    for (const version of lanes) shops.push(await KilledShop.open(version));
  });
  afterAll(async () => {
    await Promise.all(shops.map((shop) => shop.close()));
  });

  async function runAll(shop: KilledShop, lane: number): Promise<void> {
    const random = new Random(seed + lane);
    for (let number = lane; number < runs; number += lanes.length) {
      const run = randomRun(random);
      const found = await shop.run(run);
      violations.push(...found.map((text) => `v${shop.version} ${JSON.stringify(run)}: ${text}`));
    }
  }

  it(
    'reach their ends, and the books are clean',
    async () => {
      const begun = performance.now();
      await Promise.all(shops.map(runAll));
      await Promise.all(shops.map((shop) => shop.stop()));
      const killed = shops.reduce((sum, shop) => sum + shop.killed, 0);
      const seconds = Math.round((performance.now() - begun) / 1_000);
      if (runs >= 100) process.stderr.write(`${runs} schedules, ${killed} kills by SIGKILL, ${seconds} s\n`);
      expect(violations).toEqual([]);
      expect(killed).toBeGreaterThanOrEqual(runs);
    },
    60_000 + runs * 20_000,
  );
});
