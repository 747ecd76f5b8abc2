import { jest } from '@jest/globals';
import { UnitOfWork } from '../../../src/platform/database/unit-of-work.js';
import { IdempotencyPruner } from '../../../src/platform/messaging/idempotency/idempotency.pruner.js';
import { startToyApp, type ToyApp } from './toy-app.js';

interface Made {
  id: string;
  code?: string;
}

describe.each([
  ['a unit of work of its own', '/v1/toys'],
  ['one that others may share', '/v1/toys/shared'],
])('a request with an Idempotency-Key, in %s,', (_, path) => {
  let toys: ToyApp;
  beforeAll(async () => {
    toys = await startToyApp();
  });
  afterAll(() => toys.close());

  const make = (key: string, body: unknown, as = 'demo-client') =>
    toys.http.as(as).post<Made>(path, body, { headers: { 'idempotency-key': key } });
  const countOf = async (table: string, where: string, value: string) => {
    const [row] = await toys.dataSource.query<{ count: number }[]>(
      `SELECT count(*)::integer AS count FROM ${table} WHERE ${where} = $1`,
      [value],
    );
    return row?.count;
  };
  const toysNamed = (name: string) => countOf('toy', 'name', name);
  const recordsOf = (key: string) => countOf('platform.idempotency_record', 'key', key);

  it('gets the first answer again, with its status, body and Location, and does nothing twice', async () => {
    const first = await make('k1', { name: 'bear', colour: 'red' });
    const again = await make('k1', { colour: 'red', name: 'bear' });
    expect([again.status, again.body]).toEqual([202, first.body]);
    expect(again.headers.get('location')).toBe(`/v1/toys/${first.body.id}`);
    expect([first, again].map(({ headers }) => headers.get('idempotency-replayed'))).toEqual([null, 'true']);
    expect(await toysNamed('bear')).toBe(1);
  });

  it('is a mistake when the key was used for another body, or another path', async () => {
    await make('k2', { name: 'car' });
    const answer = await make('k2', { name: 'bus' });
    expect([answer.status, answer.body.code]).toEqual([422, 'IDEMPOTENCY.MISMATCH']);
    expect(await toysNamed('bus')).toBe(0);
  });

  it('is refused at once while the first one is still running', async () => {
    const gate = toys.gate.close('slow');
    const first = make('k3', { name: 'slow' });
    await gate.arrived;
    const start = performance.now();
    const second = await make('k3', { name: 'slow' });
    expect([second.status, second.body.code]).toEqual([409, 'IDEMPOTENCY.IN_PROGRESS']);
    expect(performance.now() - start).toBeLessThan(500);
    gate.open();
    expect((await first).status).toBe(202);
    expect((await make('k3', { name: 'slow' })).body).toEqual((await first).body);
    expect(await toysNamed('slow')).toBe(1);
  });

  it('has exactly one effect when twenty come at once', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => make('k4', { name: 'crowd' })));
    expect(new Set(answers.map(({ status }) => status)).size).toBeLessThanOrEqual(2);
    for (const { status, body } of answers) {
      if (status !== 202) expect([status, body.code]).toEqual([409, 'IDEMPOTENCY.IN_PROGRESS']);
    }
    expect(await toysNamed('crowd')).toBe(1);
  });

  it('belongs to the API key it came with', async () => {
    await toys.dataSource.query(
      `INSERT INTO platform.idempotency_record (scope, key, request_hash, status, body)
       VALUES ('somebody-else', 'k5', $1, 202, '{}')`,
      [Buffer.alloc(32)],
    );
    const answer = await make('k5', { name: 'own' });
    expect([answer.status, answer.headers.get('idempotency-replayed')]).toEqual([202, null]);
  });

  it('leaves nothing behind when it fails validation, and the key is free for the repaired one', async () => {
    expect((await make('k6', { name: '' })).status).toBe(400);
    expect(await recordsOf('k6')).toBe(0);
    expect((await make('k6', { name: 'repaired' })).status).toBe(202);
  });

  it('leaves nothing behind when it breaks', async () => {
    expect((await make('k7', { name: 'broken' })).status).toBe(500);
    expect([await recordsOf('k7'), await toysNamed('broken')]).toEqual([0, 0]);
    expect((await make('k7', { name: 'broken' })).status).toBe(500);
  });

  it.each([
    ['mauve', 422, 'TOYS.UNKNOWN_COLOUR'],
    ['black', 409, 'TOYS.SOLD_OUT'],
  ])('gets the no of the business again: %s', async (colour, status, code) => {
    const name = `no-${colour}`;
    const first = await make(`k8-${colour}`, { name, colour });
    expect([first.status, first.body.code, await toysNamed(name)]).toEqual([status, code, 0]);
    const again = await make(`k8-${colour}`, { name, colour });
    expect([again.status, again.body]).toEqual([status, first.body]);
    expect(again.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
  });

  it.each([
    ['', '/Idempotency-Key'],
    ['k'.repeat(256), '/Idempotency-Key'],
  ])('is refused when the key is empty or too long', async (key, pointer) => {
    const answer = await make(key, { name: 'x' });
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer }] } });
  });

  it('may have 255 characters of any kind', async () => {
    const key = `${'é'.repeat(100)}'";--\u00ff${'k'.repeat(149)}`;
    expect((await make(key, { name: 'long' })).status).toBe(202);
    expect((await make(key, { name: 'long' })).headers.get('idempotency-replayed')).toBe('true');
  });

  it('without one, does the same thing twice', async () => {
    for (let i = 0; i < 2; i++) await toys.http.post(path, { name: 'twice' });
    expect(await toysNamed('twice')).toBe(2);
  });

  it('without one, still happens as a whole or not at all', async () => {
    expect((await toys.http.post(path, { name: 'whole', colour: 'black' })).status).toBe(409);
    expect(await toysNamed('whole')).toBe(0);
  });

  it('is one of many that come at once, of which each has its own answer', async () => {
    const colours = ['red', 'mauve', 'blue', 'black', ''];
    const names = Array.from({ length: 40 }, (_, n) => (n % 10 === 4 ? 'broken' : `many-${n}`));
    const answers = await Promise.all(
      names.map((name, n) =>
        make(`k9-${n}`, n % 5 === 4 && name !== 'broken' ? {} : { name, colour: colours[n % 5] }),
      ),
    );
    for (const [n, { status, body, headers }] of answers.entries()) {
      const expected = names[n] === 'broken' ? 500 : [202, 422, 202, 409, 400][n % 5];
      expect([n, status]).toEqual([n, expected]);
      if (status !== 202) {
        expect(headers.get('location')).toBeNull();
        continue;
      }
      expect(headers.get('location')).toBe(`/v1/toys/${body.id}`);
      expect(await toysNamed(names[n]!)).toBe(1);
      const again = await make(`k9-${n}`, { name: names[n], colour: colours[n % 5] });
      expect([again.body.id, again.headers.get('idempotency-replayed')]).toEqual([body.id, 'true']);
    }
    expect(await toysNamed('broken')).toBe(0);
  });

  it('of somebody who made a mistake does not disturb those beside it', async () => {
    await make('k10', { name: 'used' });
    const shared = jest.spyOn(toys.app.get(UnitOfWork), 'runShared');
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, n) =>
        n % 3 === 0
          ? make(`k11-${n}`, { name: `beside-${n}` })
          : n % 3 === 1
            ? make(`k11-${n}`, { name: '' })
            : make('k10', { name: 'other' }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map((_, n) => [202, 400, 422][n % 3]));
    // Whoever was run twice would be counted twice.
    const runs = shared.mock.calls.reduce((sum, [works]) => sum + works.length, 0);
    expect(runs).toBe(path.endsWith('shared') ? 30 : 0);
    shared.mockRestore();
    expect(await recordsOf('k11-1')).toBe(0);
    expect((await make('k11-1', { name: 'mended' })).status).toBe(202);
  });

  it('is forgotten after a day, in batches, and not before', async () => {
    await toys.dataSource.query(
      `INSERT INTO platform.idempotency_record (scope, key, request_hash, status, created_at)
       SELECT 'pruned', i::text, sha256('x'), 202, now() - CASE WHEN i <= 1200 THEN interval '26 hours' ELSE interval '24 hours' END
         FROM generate_series(1, 1210) AS i`,
    );
    await toys.app.get(IdempotencyPruner).prune();
    expect(await countOf('platform.idempotency_record', 'scope', 'pruned')).toBe(10);
  });
});
