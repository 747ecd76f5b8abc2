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

function randomRun(random: Random, number: number): KilledRun {
  const kills = [random.pick(firstPoints), ...(random.next() < 0.3 ? [random.pick(laterPoints)] : [])];
  // In two long rows: a change of the version needs another process.
  return { version: number < runs / 2 ? 1 : 2, ...random.pick(wishes), kills };
}

describe(`Orders whose process is killed by SIGKILL at a failpoint, ${runs} times (CRASH_SEED=${seed})`, () => {
  let shop: KilledShop;

  beforeAll(async () => {
    shop = await KilledShop.open();
  });
  afterAll(() => shop.close());

  it(
    'reach their ends, and the books are clean',
    async () => {
      const random = new Random(seed);
      const violations: string[] = [];
      let killed = 0;
      for (let number = 0; number < runs; number++) {
        const run = randomRun(random, number);
        const report = await shop.run(run);
        killed += report.killed;
        violations.push(...report.violations.map((text) => `${JSON.stringify(run)}: ${text}`));
      }
      expect(violations).toEqual([]);
      expect(killed).toBeGreaterThanOrEqual(runs);
    },
    60_000 + runs * 20_000,
  );
});
