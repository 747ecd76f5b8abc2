import { once } from 'node:events';
import { request } from 'node:http';
import { eventually } from '../../support/eventually.js';
import { startToyApp, type ToyApp } from './toy-app.js';

describe('Prefer: wait', () => {
  let toys: ToyApp;
  beforeAll(async () => {
    toys = await startToyApp();
  });
  afterAll(() => toys.close());

  const make = (prefer: string, body: unknown = { name: 'bear' }, headers: Record<string, string> = {}) =>
    toys.http.post<{ id: string; status: string }>('/v1/toys', body, { headers: { prefer, ...headers } });

  it('holds the answer back until the end, and says that it did', async () => {
    const answer = await make('wait=5');
    expect(answer).toMatchObject({ status: 202, body: { status: 'confirmed' } });
    expect(answer.headers.get('preference-applied')).toBe('wait=5');
    expect(toys.waiter.asked.at(-1)).toMatchObject({ id: answer.body.id, ms: 5000 });
  });

  it('waits after the commit: others see the toy already', async () => {
    let seen: unknown;
    toys.waiter.answer = async (id) => {
      seen = await toys.dataSource.query('SELECT name FROM toy WHERE id = $1', [id]);
      return { id, status: 'confirmed' };
    };
    await make('wait=1', { name: 'seen' });
    expect(seen).toEqual([{ name: 'seen' }]);
  });

  it('is cut to 30 seconds', async () => {
    expect((await make('wait=3600')).headers.get('preference-applied')).toBe('wait=30');
    expect(toys.waiter.asked.at(-1)?.ms).toBe(30_000);
  });

  it.each(['wait=0', 'wait=x', 'respond-async', 'waiting=3'])('is ignored as %s', async (prefer) => {
    const answer = await make(prefer);
    expect([answer.body.status, answer.headers.get('preference-applied')]).toEqual(['pending', null]);
  });

  it('waits for a replayed answer too, and shows how it is now', async () => {
    const headers = { 'idempotency-key': 'w1' };
    const first = await toys.http.post<{ status: string }>('/v1/toys', { name: 'again' }, { headers });
    expect(first.body.status).toBe('pending');
    const again = await make('wait=1', { name: 'again' }, headers);
    expect(again.body.status).toBe('confirmed');
    expect(again.headers.get('idempotency-replayed')).toBe('true');
  });

  it('does not wait for a refusal', async () => {
    const before = toys.waiter.asked.length;
    expect((await make('wait=5', { name: 'x', colour: 'black' })).status).toBe(409);
    expect(toys.waiter.asked).toHaveLength(before);
  });

  it('answers what was committed when waiting fails', async () => {
    toys.waiter.answer = () => Promise.reject(new Error('no connection'));
    expect(await make('wait=5')).toMatchObject({ status: 202, body: { status: 'pending' } });
  });

  it('ends when the client hangs up, and when the process stops', async () => {
    toys.waiter.answer = async (id, signal) => {
      await once(signal, 'abort');
      return { id, status: 'pending' };
    };
    const before = toys.waiter.asked.length;
    const call = request(new URL('/v1/toys', toys.http.baseUrl), {
      method: 'POST',
      headers: { authorization: 'Bearer demo-client', 'content-type': 'application/json', prefer: 'wait=30' },
    });
    call.on('error', () => undefined);
    call.end('{"name": "impatient"}');
    await eventually(() => toys.waiter.asked.length > before);
    call.destroy();
    await eventually(() => toys.waiter.asked.at(-1)?.signal.aborted === true);

    const waiting = make('wait=30');
    await eventually(() => toys.waiter.asked.length > before + 1);
    const start = performance.now();
    await Promise.all([waiting, toys.app.close()]);
    expect(performance.now() - start).toBeLessThan(5000);
    expect((await waiting).body.status).toBe('pending');
  });
});
