import { sign } from '../../../src/platform/http/webhook-signature.js';
import { WebhookPruner } from '../../../src/platform/messaging/webhooks/webhook.pruner.js';
import { startToyApp, type ToyApp } from './toy-app.js';

describe('a webhook', () => {
  let toys: ToyApp;
  beforeAll(async () => {
    toys = await startToyApp({ env: { WEBHOOK_SECRET: 'new-secret,old-secret' } });
  });
  afterAll(() => toys.close());

  const event = (id: string, type = 'toy.made') =>
    JSON.stringify({ id, type, createdAt: '2026-01-02T03:04:05Z', data: { reference: 'r-1' } }, null, 1);
  const send = (body: string, signature: string | null = sign('new-secret', body, new Date())) =>
    toys.http.post<{ code?: string }>('/v1/webhooks/toys', body, {
      key: null,
      headers: signature === null ? {} : { 'webhook-signature': signature },
    });
  const effects = (id: string) => toys.dataSource.query<unknown[]>('SELECT 1 FROM toy WHERE name = $1', [id]);
  const stored = (id: string) =>
    toys.dataSource.query<{ payload: unknown; applied: boolean }[]>(
      `SELECT payload, applied_at IS NOT NULL AS applied FROM platform.webhook_event WHERE source = 'toys' AND id = $1`,
      [id],
    );

  it('is stored and applied, once, however often it comes', async () => {
    for (let i = 0; i < 3; i++) expect((await send(event('e1'))).status).toBe(200);
    expect(await effects('e1')).toHaveLength(1);
    expect(await stored('e1')).toEqual([{ payload: JSON.parse(event('e1')) as unknown, applied: true }]);
  });

  it('is applied once when ten copies come at once', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => send(event('e2'))));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(await effects('e2')).toHaveLength(1);
  });

  it('is stored even when it means nothing to us', async () => {
    expect((await send(event('e3', 'toy.unknown'))).status).toBe(200);
    expect(await stored('e3')).toMatchObject([{ applied: false }]);
  });

  it('is neither stored nor answered 200 when it cannot be applied', async () => {
    expect((await send(event('e4', 'toy.failing'))).status).toBe(500);
    expect([await effects('e4'), await stored('e4')]).toEqual([[], []]);
  });

  it('may be signed with either secret while they are rotated', async () => {
    expect((await send(event('e5'), sign('old-secret', event('e5'), new Date()))).status).toBe(200);
  });

  it.each([
    ['no signature', null],
    ['a wrong secret', sign('wrong', event('e6'), new Date())],
    ['another body', sign('new-secret', event('e7'), new Date())],
    ['an old time', sign('new-secret', event('e6'), new Date(Date.now() - 400_000))],
    ['a future time', sign('new-secret', event('e6'), new Date(Date.now() + 400_000))],
  ])('is refused with 401 for %s', async (_why, signature) => {
    const answer = await send(event('e6'), signature);
    expect([answer.status, answer.body.code]).toEqual([401, 'HTTP.BAD_SIGNATURE']);
    expect(await stored('e6')).toEqual([]);
  });

  it('is refused with 400 when it is no event', async () => {
    expect(
      (await send('{"id": "e8", "type": "toy.made", "createdAt": "yesterday", "data": []}')).body,
    ).toMatchObject({
      errors: [{ pointer: '/createdAt' }, { pointer: '/data' }],
    });
  });

  it('is forgotten after three months', async () => {
    await toys.dataSource.query(
      `INSERT INTO platform.webhook_event (source, id, type, payload, received_at)
       SELECT 'old', i::text, 'toy.made', '{}', now() - make_interval(days => i) FROM generate_series(1, 700) AS i`,
    );
    await toys.app.get(WebhookPruner).prune();
    const [row] = await toys.dataSource.query<{ count: number }[]>(
      `SELECT count(*)::integer AS count FROM platform.webhook_event WHERE source = 'old'`,
    );
    expect(row?.count).toBe(89);
  });
});
