import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { v7 } from 'uuid';
import { ChargePayment, RefundPayment } from '../../src/billing/contracts/billing-commands.js';
import { PaymentCharged, PaymentRefunded } from '../../src/billing/contracts/billing-events.js';
import {
  attempt,
  payment,
  refundOf,
  retryable,
  startBillingApp,
  unknownOutcome,
  type BillingApp,
} from './billing-app.js';

let billing: BillingApp;
beforeAll(async () => {
  billing = await startBillingApp({ bankSeconds: 3600, listens: false });
});
afterAll(() => billing.close());
afterEach(() => billing.world.setFaults({ payments: 'up', latencyMs: 0, forgetKeysAfterSeconds: null }));

const begin = (...commands: ChargePayment[]) =>
  billing.unitOfWork.run(() => billing.charging.begin(commands));
const call = (command: ChargePayment) => billing.charging.call(command, attempt());
const resolve = (command: ChargePayment) => billing.charging.resolve(command, attempt());
const row = ({ data }: ChargePayment) => billing.row(data.paymentId);

async function record(command: ChargePayment, answer: Awaited<ReturnType<typeof call>>) {
  const [outcome] = await billing.unitOfWork.run(() => billing.charging.record([{ command, answer }]));
  return outcome;
}

/** As the engine does it: each part in a transaction of its own. */
async function charge(command: ChargePayment) {
  await begin(command);
  return record(command, await call(command));
}

describe('charging a payment', () => {
  it.each([-1, 0, 1.5])('is no command when the amount is %p minor units', (amount) => {
    const { data } = payment();
    expect(ChargePayment.schema.safeParse({ ...data, amount: 1 }).success).toBe(true);
    expect(ChargePayment.schema.safeParse({ ...data, amount }).success).toBe(false);
  });

  it('shows it as pending while the gateway is asked, and as charged afterwards', async () => {
    const visa = payment();
    await begin(visa);
    expect(await row(visa)).toMatchObject({ status: 'pending', amount: 3780, refunded_amount: 0 });
    const answer = await call(visa);
    expect(await record(visa, answer)).toBeInstanceOf(PaymentCharged);
    expect(await row(visa)).toMatchObject({
      status: 'charged',
      gateway_reference: expect.any(String) as string,
    });
  });

  it('leaves the same rows when it begins or is recorded twice', async () => {
    const visa = payment();
    await begin(visa, visa);
    const answer = await call(visa);
    await record(visa, answer);
    const before = await row(visa);
    await begin(visa);
    await record(visa, answer);
    expect(await row(visa)).toEqual(before);
  });

  it('records many answers at once, each for its own payment', async () => {
    const commands = [
      payment(),
      payment('pm_card_declined'),
      payment(),
      payment('pm_card_insufficient_funds'),
    ];
    await begin(...commands);
    const answered = await Promise.all(
      commands.map(async (command) => ({ command, answer: await call(command) })),
    );
    const outcomes = await billing.unitOfWork.run(() => billing.charging.record(answered));
    expect(
      outcomes.map((outcome) => (outcome instanceof PaymentCharged ? outcome.data.paymentId : outcome.code)),
    ).toEqual([
      commands[0]!.data.paymentId,
      'BILLING.CARD_DECLINED',
      commands[2]!.data.paymentId,
      'BILLING.INSUFFICIENT_FUNDS',
    ]);
    const statuses = await Promise.all(commands.map(async (command) => (await row(command))?.status));
    expect(statuses).toEqual(['charged', 'declined', 'charged', 'declined']);
  });

  it('ends in a rejection with a sentence for the customer, outside a saga too', async () => {
    const declined = payment('pm_card_declined');
    const rejection = { name: 'Rejection', code: 'BILLING.CARD_DECLINED', message: 'The card was declined.' };
    await expect(billing.charging.execute(declined)).rejects.toMatchObject(rejection);
    expect(await charge(declined)).toMatchObject(rejection);
    expect(await row(declined)).toMatchObject({ status: 'declined', decline_code: 'BILLING.CARD_DECLINED' });
  });

  it('says unknown when the answer is lost, until it has asked', async () => {
    const lost = payment('pm_card_lost_answer');
    await begin(lost);
    await expect(call(lost)).rejects.toEqual(unknownOutcome);
    expect((await row(lost))?.status).toBe('unknown');
    expect(await record(lost, (await resolve(lost))!)).toBeInstanceOf(PaymentCharged);
    expect((await row(lost))?.status).toBe('charged');
  });

  it('stays pending while the bank has not answered, whoever asks', async () => {
    const bank = payment('pm_card_bank');
    await begin(bank);
    await expect(call(bank)).rejects.toMatchObject({ name: 'OutcomePendingError', code: 'BILLING.PENDING' });
    await expect(resolve(bank)).rejects.toMatchObject({
      name: 'OutcomePendingError',
      code: 'BILLING.PENDING',
    });
    expect((await row(bank))?.status).toBe('pending');
  });

  it('stays pending when the gateway is down', async () => {
    const visa = payment();
    await begin(visa);
    await billing.world.setFaults({ payments: 'down' });
    await expect(call(visa)).rejects.toEqual(retryable);
    expect((await row(visa))?.status).toBe('pending');
  });

  it('logs order, amount, currency and attempt, and nothing of the card', async () => {
    const lines: unknown[] = [];
    const log = jest
      .spyOn(Logger.prototype, 'log')
      .mockImplementation((line: unknown) => void lines.push(line));
    const visa = payment();
    await billing.charging.call(visa, attempt({ number: 3 }));
    log.mockRestore();
    expect(lines).toContainEqual(
      expect.objectContaining({ orderId: visa.data.orderId, amount: 3780, currency: 'EUR', attempt: 3 }),
    );
    expect(JSON.stringify(lines)).not.toContain('pm_card');
  });
});

describe('refunding a payment', () => {
  it('gives back what was captured, once', async () => {
    const visa = payment();
    await billing.charging.execute(visa);
    for (let i = 0; i < 2; i++) {
      const refunded = await billing.refunding.execute(refundOf(visa));
      expect(refunded).toEqual(
        new PaymentRefunded({ ...refundOf(visa).data, amount: 3780, currency: 'EUR' }),
      );
    }
    expect(await row(visa)).toMatchObject({ status: 'refunded', refunded_amount: 3780 });
    expect(await billing.ledger(visa.data.paymentId)).toEqual([{ amount: 3780, refunded_amount: 3780 }]);
  });

  it('gives back what was captured unknown to us', async () => {
    const lost = payment('pm_card_lost_answer');
    await begin(lost);
    await expect(call(lost)).rejects.toEqual(unknownOutcome);
    expect((await billing.refunding.execute(refundOf(lost))).data.amount).toBe(3780);
    expect(await row(lost)).toMatchObject({
      status: 'refunded',
      gateway_reference: expect.any(String) as string,
    });
  });

  it('does nothing and succeeds when nothing was captured, and lets no late charge through', async () => {
    const lost = payment('pm_card_lost_request');
    await begin(lost);
    await expect(call(lost)).rejects.toEqual(unknownOutcome);
    expect((await billing.refunding.execute(refundOf(lost))).data).toMatchObject({
      amount: 0,
      currency: null,
    });
    expect(await row(lost)).toMatchObject({ status: 'declined', decline_code: 'BILLING.VOIDED' });
    expect(await call(lost)).toMatchObject({ kind: 'declined', code: 'BILLING.VOIDED' });
    expect(await billing.ledger(lost.data.paymentId)).toEqual([]);
  });

  it('succeeds for a payment that never began, which then cannot be charged', async () => {
    const visa = payment();
    expect((await billing.refunding.execute(refundOf(visa))).data.amount).toBe(0);
    expect(await charge(visa)).toMatchObject({ code: 'BILLING.VOIDED' });
    expect((await row(visa))?.status).toBe('declined');
  });

  it('keeps a declined payment declined', async () => {
    const declined = payment('pm_card_declined');
    await charge(declined);
    await billing.refunding.execute(refundOf(declined));
    expect(await row(declined)).toMatchObject({ status: 'declined', decline_code: 'BILLING.CARD_DECLINED' });
  });

  it('stays refunded when the answer to the charge is recorded late, which then counts as a no', async () => {
    const visa = payment();
    await begin(visa);
    const late = await call(visa);
    await billing.refunding.execute(refundOf(visa));
    expect(await record(visa, late)).toMatchObject({ name: 'Rejection', code: 'BILLING.VOIDED' });
    expect(await row(visa)).toMatchObject({ status: 'refunded', refunded_amount: 3780 });
  });

  it('asks anew for each further occasion, under a key of its own', async () => {
    const visa = payment();
    await billing.charging.execute(visa);
    const again = new RefundPayment({ ...refundOf(visa).data, occasion: v7() });
    const keys: string[] = [];
    const refund = jest.spyOn(billing.gateway, 'refund').mockImplementation(async ({ idempotencyKey }) => {
      keys.push(idempotencyKey);
      return { kind: 'refunded', amount: 0, currency: null, gatewayReference: null };
    });
    await billing.refunding.call(refundOf(visa), attempt());
    for (let i = 0; i < 2; i++) await billing.refunding.call(again, attempt());
    refund.mockRestore();
    expect(keys[0]).toContain(visa.data.paymentId);
    expect(keys[1]).toBe(keys[2]);
    expect(keys[1]).not.toBe(keys[0]);
    await billing.refunding.call(refundOf(visa), attempt());
    expect(await billing.refunding.resolve(refundOf(visa), attempt())).not.toBeNull();
    expect(await billing.refunding.resolve(again, attempt())).toBeNull();
  });

  it('knows by asking whether a refund was made', async () => {
    const visa = payment();
    await billing.charging.execute(visa);
    expect(await billing.refunding.resolve(refundOf(visa), attempt())).toBeNull();
    await billing.refunding.call(refundOf(visa), attempt());
    expect(await billing.refunding.resolve(refundOf(visa), attempt())).toMatchObject({ amount: 3780 });
  });
});

describe('the database', () => {
  const insert = (columns: string, values: string) =>
    billing.dataSource.query(
      `INSERT INTO billing.payment (id, order_id, currency, payment_method, ${columns})
       VALUES (gen_random_uuid(), gen_random_uuid(), 'EUR', 'pm', ${values})`,
    );

  it.each([
    ['an amount of nothing', 'amount', '0'],
    ['an amount below nothing', 'amount', '-1'],
    [
      'a refund above the amount',
      'amount, status, gateway_reference, refunded_amount',
      `1, 'refunded', 'ch', 2`,
    ],
    ['a refunded payment that gave nothing back', 'amount, status, gateway_reference', `1, 'refunded', 'ch'`],
    ['a charge that the gateway does not know', 'amount, status', `1, 'charged'`],
    ['a no without a code', 'amount, status', `1, 'declined'`],
  ])('refuses %s', async (_, columns, values) => {
    await expect(insert(columns, values)).rejects.toThrow(/violates check constraint/);
  });

  it('has no column for a card number', async () => {
    const columns = await billing.dataSource.query<{ name: string }[]>(
      `SELECT column_name AS name FROM information_schema.columns
        WHERE table_schema IN ('billing', 'sandbox') AND table_name IN ('payment', 'card')`,
    );
    expect(columns.map(({ name }) => name)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/number|holder|expir|cvc|pan/)]),
    );
  });
});
