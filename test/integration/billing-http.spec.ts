import { v7 } from 'uuid';
import { eventually } from '../support/eventually.js';
import { attempt, payment, startBillingApp, type BillingApp } from './billing-app.js';

let billing: BillingApp;
beforeAll(async () => {
  billing = await startBillingApp({ bankSeconds: 0.3 });
});
afterAll(() => billing.close());
afterEach(() => billing.world.setFaults({ payments: 'up' }));

interface Answer {
  id: string;
  code: string;
  errors: { pointer: string; code: string }[];
  items: { id: string; status: string }[];
  nextCursor: string | null;
}

const card = (more: Record<string, unknown> = {}) => ({
  holder: 'Ada Lovelace',
  number: '4242424242424242',
  expiryMonth: 12,
  expiryYear: 2034,
  cvc: '123',
  ...more,
});
const keep = (more: Record<string, unknown> = {}) =>
  billing.http.post<Answer>('/v1/payment-methods', card(more));
const begin = (...commands: ReturnType<typeof payment>[]) =>
  billing.unitOfWork.run(() => billing.charging.begin(commands));
const heard = (paymentId: string) =>
  billing.events.filter(({ data }) => (data as { paymentId?: string }).paymentId === paymentId);

describe('POST /v1/payment-methods', () => {
  it('gives a token, the brand and the last four digits', async () => {
    const { status, body } = await keep();
    expect(status).toBe(201);
    expect(body).toEqual({ id: expect.stringMatching(/^pm_/) as string, brand: 'visa', last4: '4242' });
  });

  it('gives a token that can be charged', async () => {
    const { body } = await keep({ number: '5555 5555 5555 4444' });
    const charged = await billing.charging.execute(payment(body.id));
    expect(charged.data.gatewayReference).toMatch(/^ch_/);
  });

  it.each(['4242424242424241', '42424242424242', '1'])(
    'takes the mistyped number %s, which is declined when it is charged',
    async (number) => {
      const { status, body } = await keep({ number });
      expect(status).toBe(201);
      const mistyped = payment(body.id);
      await expect(billing.charging.execute(mistyped)).rejects.toMatchObject({
        code: 'BILLING.INCORRECT_NUMBER',
      });
      expect(await billing.ledger(mistyped.data.paymentId)).toEqual([]);
    },
  );

  it('reports all that is wrong at once', async () => {
    const { status, body } = await keep({
      holder: '',
      number: '42x',
      expiryMonth: 13,
      expiryYear: '2034',
      cvc: '1',
      pin: 1,
    });
    expect(status).toBe(400);
    expect(body.errors.map(({ pointer }) => pointer).sort()).toEqual([
      '/cvc',
      '/expiryMonth',
      '/expiryYear',
      '/holder',
      '/number',
      '/pin',
    ]);
  });

  it('gives the same token again under the same idempotency key', async () => {
    const headers = { 'idempotency-key': v7() };
    const first = await billing.http.post<Answer>('/v1/payment-methods', card(), { headers });
    const second = await billing.http.post<Answer>('/v1/payment-methods', card(), { headers });
    expect(second.body).toEqual(first.body);
    expect(second.headers.get('idempotency-replayed')).toBe('true');
  });

  it('leaves no card number anywhere in the database', async () => {
    const number = '4012888888881881';
    await keep({ number });
    const tables = await billing.dataSource.query<{ name: string }[]>(
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
        WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
    );
    for (const { name } of tables) {
      const found = await billing.dataSource.query<unknown[]>(
        `SELECT FROM ${name} AS row WHERE row::text LIKE '%' || $1 || '%'`,
        [number],
      );
      expect({ name, found: found.length }).toEqual({ name, found: 0 });
    }
  });
});

describe('GET /v1/payments', () => {
  it('shows the payments of an order', async () => {
    const visa = payment();
    await billing.charging.execute(visa);
    const { status, body } = await billing.http.get<Answer>(`/v1/payments?orderId=${visa.data.orderId}`);
    expect(status).toBe(200);
    expect(body).toEqual({
      items: [
        {
          id: visa.data.paymentId,
          orderId: visa.data.orderId,
          status: 'charged',
          amount: 3780,
          refundedAmount: 0,
          currency: 'EUR',
          gatewayReference: expect.stringMatching(/^ch_/) as string,
          createdAt: expect.stringMatching(/Z$/) as string,
        },
      ],
      nextCursor: null,
    });
  });

  it('lists newest first, page by page', async () => {
    const commands = [payment(), payment(), payment()];
    await begin(...commands);
    const first = await billing.http.get<Answer>('/v1/payments?limit=2');
    expect(first.body.items.map(({ id }) => id)).toEqual([
      commands[2]!.data.paymentId,
      commands[1]!.data.paymentId,
    ]);
    const next = await billing.http.get<Answer>(`/v1/payments?limit=2&cursor=${first.body.nextCursor}`);
    expect(next.body.items[0]!.id).toBe(commands[0]!.data.paymentId);
  });

  it.each(['orderId=1', 'order=1', 'limit=0', 'cursor=x'])('refuses ?%s', async (query) => {
    expect((await billing.http.get(`/v1/payments?${query}`)).status).toBe(400);
  });
});

describe('POST /v1/webhooks/payments', () => {
  const about = (paymentId: string, more = {}) => ({
    reference: paymentId,
    gatewayReference: 'ch_theirs',
    ...more,
  });

  it('marks a pending payment charged and passes the news on, once for the same event', async () => {
    const visa = payment();
    await begin(visa);
    const id = v7();
    for (let i = 0; i < 3; i++) {
      expect((await billing.tell('payment.succeeded', about(visa.data.paymentId), id)).status).toBe(200);
    }
    expect(await billing.row(visa.data.paymentId)).toMatchObject({
      status: 'charged',
      gateway_reference: 'ch_theirs',
    });
    await eventually(() => expect(heard(visa.data.paymentId)).toHaveLength(1));
  });

  it('marks it declined, with the bank’s code', async () => {
    const visa = payment();
    await begin(visa);
    await billing.tell('payment.failed', about(visa.data.paymentId, { code: 'BANK.SAYS_NO' }));
    expect(await billing.row(visa.data.paymentId)).toMatchObject({
      status: 'declined',
      decline_code: 'BANK.SAYS_NO',
    });
  });

  it('changes nothing that is known better', async () => {
    const visa = payment();
    await billing.charging.execute(visa);
    const before = await billing.row(visa.data.paymentId);
    await billing.tell('payment.failed', about(visa.data.paymentId));
    await billing.tell('payment.succeeded', about(visa.data.paymentId));
    expect(await billing.row(visa.data.paymentId)).toEqual(before);
  });

  it.each([
    ['an unknown type', 'payment.disputed', { anything: true }],
    ['an unknown payment', 'payment.succeeded', about(v7())],
    ['what cannot be a payment of ours', 'payment.failed', about('order 17')],
  ])('stores %s and answers 200', async (_, type, data) => {
    const id = v7();
    expect((await billing.tell(type, data, id)).status).toBe(200);
    const stored = await billing.dataSource.query<unknown[]>(
      'SELECT FROM platform.webhook_event WHERE id = $1 AND applied_at IS NULL',
      [id],
    );
    expect(stored).toHaveLength(1);
  });

  it('refuses an event without a reference, pointing at it', async () => {
    const { status, body } = await billing.tell('payment.succeeded', { gatewayReference: 'ch' });
    expect(status).toBe(400);
    expect(body.errors?.[0]?.pointer).toBe('/data/reference');
  });

  it('refuses an unsigned event', async () => {
    const event = { id: v7(), type: 'payment.succeeded', createdAt: new Date().toISOString(), data: {} };
    expect((await billing.http.post('/v1/webhooks/payments', event, { key: null })).status).toBe(401);
  });
});

describe('pm_card_bank', () => {
  const call = (command: ReturnType<typeof payment>) => billing.charging.call(command, attempt());

  it('is charged by the gateway’s own webhook', async () => {
    const bank = payment('pm_card_bank');
    await begin(bank);
    await expect(call(bank)).rejects.toMatchObject({ code: 'BILLING.PENDING' });
    await eventually(async () => expect((await billing.row(bank.data.paymentId))?.status).toBe('charged'));
    expect(await billing.ledger(bank.data.paymentId)).toHaveLength(1);
    expect(await billing.charging.resolve(bank, attempt())).toMatchObject({ kind: 'charged' });
    const left = () => billing.dataSource.query<unknown[]>('SELECT FROM sandbox.webhook');
    await eventually(async () => expect(await left()).toEqual([]));
  });

  it('is confirmed although the process that asked is gone', async () => {
    const bank = payment('pm_card_bank');
    await begin(bank);
    const worker = await startBillingApp({ sharedUrl: billing.url, bankSeconds: 0.3, listens: false });
    await expect(worker.charging.call(bank, attempt())).rejects.toMatchObject({ code: 'BILLING.PENDING' });
    await worker.close();
    await eventually(async () => expect((await billing.row(bank.data.paymentId))?.status).toBe('charged'));
  });
});
