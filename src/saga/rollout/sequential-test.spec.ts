import { evidenceAgainst, type Tally } from './sequential-test.js';

/** Mulberry32: the same numbers in every run. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

interface World {
  /** How much of all goes to the candidate. */
  readonly share: number;
  readonly rates: { readonly candidate: number; readonly control: number };
  readonly margin: number;
  /** Sagas that begin, at most. */
  readonly sagas: number;
  /** How many later ones have begun before one is seen to have gone wrong. Default: at once. */
  readonly delay?: (next: () => number) => number;
}

/** After how many candidates the evidence reached 1/α when one looked after every saga; null: it never did. */
function candidatesUntil(alpha: number, world: World, seed: number): number | null {
  const next = random(seed);
  const tallies = { candidate: { of: 0, bad: 0 }, control: { of: 0, bad: 0 } };
  const seen = new Map<number, ('candidate' | 'control')[]>();
  for (let n = 0; n < world.sagas; n++) {
    const side = next() < world.share ? 'candidate' : 'control';
    tallies[side].of++;
    if (next() < world.rates[side]) {
      const at = n + Math.floor(world.delay?.(next) ?? 0);
      seen.set(at, [...(seen.get(at) ?? []), side]);
    }
    for (const bad of seen.get(n) ?? []) tallies[bad].bad++;
    if (evidenceAgainst(tallies.candidate, tallies.control, world.margin) >= 1 / alpha)
      return tallies.candidate.of;
  }
  return null;
}

const alpha = 0.05;
const runs = 300;
const seeds = Array.from({ length: runs }, (_, n) => n + 1);
const alarms = (world: World) =>
  seeds.filter((seed) => candidatesUntil(alpha, world, seed) !== null).length / runs;

describe('Looked at after every saga, a candidate that keeps its limit', () => {
  const within: [string, World][] = [
    [
      'as good as the control',
      { share: 0.1, rates: { candidate: 0.05, control: 0.05 }, margin: 0, sagas: 600 },
    ],
    [
      'just at the margin',
      { share: 0.5, rates: { candidate: 0.1, control: 0.05 }, margin: 0.05, sagas: 600 },
    ],
    [
      'where much goes wrong',
      { share: 0.5, rates: { candidate: 0.5, control: 0.4 }, margin: 0.1, sagas: 600 },
    ],
    [
      'where nearly nothing does',
      { share: 0.1, rates: { candidate: 0.01, control: 0.01 }, margin: 0, sagas: 600 },
    ],
    [
      'whose failures are told late, at the margin',
      {
        ...{ share: 0.5, rates: { candidate: 0.15, control: 0.05 }, margin: 0.1, sagas: 600 },
        delay: (next) => next() * 200,
      },
    ],
    ['that is better', { share: 0.5, rates: { candidate: 0.02, control: 0.2 }, margin: 0, sagas: 600 }],
  ];
  it.each(within)('%s is taken back in no more of the cases than alpha', (_, world) => {
    expect(alarms(world)).toBeLessThanOrEqual(alpha);
  });
});

describe('A candidate that is plainly bad', () => {
  const bad = { share: 0.1, rates: { candidate: 0.6, control: 0.05 }, margin: 0.05, sagas: 600 };

  it('is found out within forty of its sagas, nearly always', () => {
    const found = seeds.map((seed) => candidatesUntil(alpha, bad, seed) ?? Infinity).sort((a, b) => a - b);
    expect(found[Math.floor(runs * 0.98)]).toBeLessThanOrEqual(40);
    expect(found[runs / 2]).toBeLessThanOrEqual(15);
  });

  it('is found out with half of all, too, and when its failures are told a little later', () => {
    const world = { ...bad, share: 0.5, delay: () => 10 };
    const found = seeds.map((seed) => candidatesUntil(alpha, world, seed) ?? Infinity).sort((a, b) => a - b);
    expect(found[Math.floor(runs * 0.98)]).toBeLessThanOrEqual(60);
  });

  it('is found out in the end when it is only somewhat worse', () => {
    const world = { share: 0.5, rates: { candidate: 0.15, control: 0.05 }, margin: 0, sagas: 2_000 };
    expect(alarms(world)).toBeGreaterThan(0.9);
  });
});

describe('The evidence', () => {
  const of = (n: number, bad: number): Tally => ({ of: n, bad });

  it('is none without anything seen of one of the two', () => {
    expect(evidenceAgainst(of(0, 0), of(0, 0), 0)).toBeCloseTo(1, 9);
    expect(evidenceAgainst(of(100, 100), of(0, 0), 0)).toBeLessThanOrEqual(1);
    expect(evidenceAgainst(of(0, 0), of(100, 0), 0)).toBeLessThanOrEqual(1);
  });

  it('is below one while the rates keep the margin, and rises with the excess and with the numbers', () => {
    expect(evidenceAgainst(of(100, 10), of(900, 50), 0.05)).toBeLessThan(1);
    const small = evidenceAgainst(of(20, 8), of(180, 9), 0.05);
    const large = evidenceAgainst(of(40, 16), of(360, 18), 0.05);
    expect(large).toBeGreaterThan(small);
    expect(evidenceAgainst(of(20, 12), of(180, 9), 0.05)).toBeGreaterThan(small);
    expect(evidenceAgainst(of(20, 8), of(180, 9), 0.2)).toBeLessThan(small);
  });

  it('stays a number at the edges', () => {
    for (const [a, b] of [
      [of(5_000, 5_000), of(5_000, 0)],
      [of(1, 1), of(1, 0)],
      [of(5_000, 0), of(5_000, 5_000)],
    ] as const) {
      expect(evidenceAgainst(a, b, 0)).not.toBeNaN();
      expect(evidenceAgainst(a, b, 0.99)).not.toBeNaN();
    }
  });

  it('is what an independent computation of the integrals and of the best pair says', () => {
    const [x, n, y, m, margin] = [7, 20, 9, 60, 0.05];
    const like = (p: number, q: number) => p ** x * (1 - p) ** (n - x) * q ** y * (1 - q) ** (m - y);
    // Substituted by q = sin², which turns Beta(½, ½) into the uniform distribution.
    const grid = Array.from({ length: 4_000 }, (_, i) => Math.sin(((i + 0.5) / 4_000) * (Math.PI / 2)) ** 2);
    const mean = (f: (q: number) => number) => grid.reduce((sum, q) => sum + f(q), 0) / grid.length;
    const mixture = mean((p) => p ** x * (1 - p) ** (n - x)) * mean((q) => q ** y * (1 - q) ** (m - y));
    const best = Math.max(...Array.from({ length: 9_500 }, (_, i) => like(i / 10_000 + margin, i / 10_000)));
    expect(evidenceAgainst(of(n, x), of(m, y), margin)).toBeCloseTo(mixture / best, 4);
  });
});
