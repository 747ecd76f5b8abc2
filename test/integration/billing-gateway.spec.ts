import { v7 } from 'uuid';
import { QueryBus } from '@nestjs/cqrs';
import { ListSandboxCharges } from '../../src/billing/contracts/sandbox-queries.js';
import type { ChargePayment } from '../../src/billing/contracts/billing-commands.js';
import { eventually } from '../support/eventually.js';
import { payment, retryable, startBillingApp, unknownOutcome, type BillingApp } from './billing-app.js';

let billing: BillingApp;
beforeAll(async () => {
  billing = await startBillingApp({ bankSeconds: 3600, listens: false });
});
afterAll(() => billing.close());
afterEach(() => billing.world.setFaults({ payments: 'up', latencyMs: 0, forgetKeysAfterSeconds: null }));

const request = ({ data }: ChargePayment, more: { signal?: AbortSignal; idempotencyKey?: string } = {}) => ({
  reference: data.paymentId,
  orderId: data.orderId,
  amount: data.amount,
  currency: data.currency,
  paymentMethod: data.paymentMethod,
  idempotencyKey: data.paymentId,
  signal: AbortSignal.timeout(20_000),
  ...more,
});
const charge = (command: ChargePayment, more = {}) => billing.gateway.charge(request(command, more));
const find = (command: ChargePayment) => billing.gateway.findCharge(request(command));
const refund = (command: ChargePayment) => billing.gateway.refund(request(command));
const taken = ({ data }: ChargePayment) => billing.ledger(data.paymentId);

/** The bank says yes now. */
const bankSaysYes = ({ data }: ChargePayment) =>
  billing.dataSource.query('UPDATE sandbox.charge SET available_at = now() WHERE reference = $1', [
    data.paymentId,
  ]);

describe('the sandbox gateway', () => {
  it('charges once however often it is asked under one key, also at the same time', async () => {
    const visa = payment();
    const answers = await Promise.all(Array.from({ length: 12 }, () => charge(visa)));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]).toEqual({
      kind: 'charged',
      gatewayReference: expect.stringMatching(/^ch_/) as string,
    });
    expect(await taken(visa)).toEqual([{ amount: 3780, refunded_amount: 0 }]);
  });

  it('refuses another request under a key that it knows', async () => {
    const visa = payment();
    await charge(visa);
    const other = { ...request(visa), amount: 1 };
    await expect(billing.gateway.charge(other)).rejects.toMatchObject({
      name: 'IdempotencyKeyReusedError',
      code: 'BILLING.IDEMPOTENCY_KEY_REUSED',
    });
    expect(await taken(visa)).toHaveLength(1);
  });

  it('charges again once it has forgotten the key, and then gives back both', async () => {
    const visa = payment();
    await charge(visa);
    await billing.world.setFaults({ forgetKeysAfterSeconds: 0 });
    await charge(visa);
    expect(await taken(visa)).toHaveLength(2);
    expect(await refund(visa)).toMatchObject({ amount: 7560 });
  });

  it('remembers the key for as long as it is set to', async () => {
    const visa = payment();
    await billing.world.setFaults({ forgetKeysAfterSeconds: 3600 });
    expect(await charge(visa)).toEqual(await charge(visa));
    expect(await taken(visa)).toHaveLength(1);
  });

  it.each([
    ['pm_card_declined', 'BILLING.CARD_DECLINED'],
    ['pm_card_insufficient_funds', 'BILLING.INSUFFICIENT_FUNDS'],
    ['pm_nobody_knows_this', 'BILLING.UNKNOWN_PAYMENT_METHOD'],
  ])('declines %s as %s, and takes nothing', async (paymentMethod, code) => {
    const declined = payment(paymentMethod);
    expect(await charge(declined)).toMatchObject({ kind: 'declined', code });
    expect(await taken(declined)).toEqual([]);
    expect(await find(declined)).toBeNull();
  });

  it('fails twice a key with pm_card_flaky without an effect, and then charges', async () => {
    const flaky = payment('pm_card_flaky');
    await expect(charge(flaky)).rejects.toEqual(retryable);
    await expect(charge(flaky)).rejects.toEqual(retryable);
    expect(await find(flaky)).toBeNull();
    expect(await charge(flaky)).toMatchObject({ kind: 'charged' });
    await expect(charge(payment('pm_card_flaky'))).rejects.toEqual(retryable);
  });

  it('charges pm_card_lost_answer and loses the answer, which asking brings back', async () => {
    const lost = payment('pm_card_lost_answer');
    await expect(charge(lost)).rejects.toEqual(unknownOutcome);
    expect(await taken(lost)).toHaveLength(1);
    expect(await find(lost)).toMatchObject({ kind: 'charged' });
  });

  it('loses the first request of pm_card_lost_request, and charges the second', async () => {
    const lost = payment('pm_card_lost_request');
    await expect(charge(lost)).rejects.toEqual(unknownOutcome);
    expect(await find(lost)).toBeNull();
    expect(await charge(lost)).toMatchObject({ kind: 'charged' });
    expect(await taken(lost)).toHaveLength(1);
  });

  it('takes no money of pm_card_bank before the bank says yes', async () => {
    const bank = payment('pm_card_bank');
    const processing = { kind: 'processing', gatewayReference: expect.any(String) as string };
    expect(await charge(bank)).toEqual(processing);
    expect(await find(bank)).toEqual(processing);
    expect(await taken(bank)).toEqual([]);
    await bankSaysYes(bank);
    expect(await find(bank)).toMatchObject({ kind: 'charged' });
    expect(await taken(bank)).toHaveLength(1);
  });

  it('never takes what is refunded before the bank says yes, and sends no confirmation', async () => {
    const bank = payment('pm_card_bank');
    await charge(bank);
    expect(await refund(bank)).toMatchObject({ amount: 0 });
    await bankSaysYes(bank);
    expect(await taken(bank)).toEqual([]);
    expect(await find(bank)).toMatchObject({ kind: 'declined', code: 'BILLING.VOIDED' });
    const webhooks = await billing.dataSource.query<{ body: string }[]>('SELECT body FROM sandbox.webhook');
    expect(webhooks.map(({ body }) => body).join()).not.toContain(bank.data.paymentId);
  });

  it('cannot refund pm_card_refund_fails until it is healed', async () => {
    const stubborn = payment('pm_card_refund_fails');
    await charge(stubborn);
    await expect(refund(stubborn)).rejects.toEqual(retryable);
    expect(await taken(stubborn)).toEqual([{ amount: 3780, refunded_amount: 0 }]);
    await billing.world.setFaults({ payments: 'healed' });
    expect(await refund(stubborn)).toMatchObject({ amount: 3780, currency: 'EUR' });
  });

  it.each([
    'pm_card_declined',
    'pm_card_flaky',
    'pm_card_lost_answer',
    'pm_card_lost_request',
    'pm_card_bank',
  ])('charges %s like any other once it is healed', async (paymentMethod) => {
    await billing.world.setFaults({ payments: 'healed' });
    expect(await charge(payment(paymentMethod))).toMatchObject({ kind: 'charged' });
  });

  it('answers nothing at all while it is down, and nothing happens', async () => {
    const visa = payment();
    await billing.world.setFaults({ payments: 'down' });
    for (const call of [charge, find, refund]) await expect(call(visa)).rejects.toEqual(retryable);
    await billing.world.setFaults({ payments: 'up' });
    expect(await find(visa)).toBeNull();
    expect(await charge(visa)).toMatchObject({ kind: 'charged' });
  });

  it('refunds once, however often it is asked', async () => {
    const visa = payment();
    await charge(visa);
    const answers = await Promise.all([refund(visa), refund(visa), refund(visa)]);
    answers.forEach((answer) => expect(answer).toMatchObject({ amount: 3780, currency: 'EUR' }));
    expect(await taken(visa)).toEqual([{ amount: 3780, refunded_amount: 3780 }]);
  });

  it('has nothing to refund when nothing was captured, and no longer charges then', async () => {
    const visa = payment();
    expect(await refund(visa)).toEqual({
      kind: 'refunded',
      amount: 0,
      currency: null,
      gatewayReference: null,
    });
    expect(await charge(visa)).toMatchObject({ kind: 'declined', code: 'BILLING.VOIDED' });
    expect(await charge(visa, { idempotencyKey: v7() })).toMatchObject({ code: 'BILLING.VOIDED' });
    expect(await taken(visa)).toEqual([]);
  });

  it('leaves nothing taken when charge and refund race', async () => {
    const payments = Array.from({ length: 40 }, () => payment());
    await Promise.all(payments.flatMap((each) => [charge(each), refund(each)]));
    for (const each of payments) {
      for (const { amount, refunded_amount } of await taken(each)) expect(refunded_amount).toBe(amount);
    }
  });

  it('goes on serving a request that nobody waits for any longer', async () => {
    const visa = payment();
    await billing.world.setFaults({ latencyMs: 300 });
    await expect(charge(visa, { signal: AbortSignal.timeout(20) })).rejects.toEqual(unknownOutcome);
    await eventually(async () => expect(await taken(visa)).toHaveLength(1));
  });

  it('refuses a charge that arrives after its refund', async () => {
    const visa = payment();
    await billing.world.setFaults({ latencyMs: 400 });
    await expect(charge(visa, { signal: AbortSignal.timeout(20) })).rejects.toEqual(unknownOutcome);
    await billing.world.setFaults({ latencyMs: 0 });
    expect(await refund(visa)).toMatchObject({ amount: 0 });
    const keys = () =>
      billing.dataSource.query<unknown[]>('SELECT FROM sandbox.idempotency_key WHERE key = $1', [
        visa.data.paymentId,
      ]);
    await eventually(async () => expect(await keys()).toHaveLength(1));
    expect(await taken(visa)).toEqual([]);
  });

  it('does not send a request whose time is up', async () => {
    const visa = payment();
    await expect(charge(visa, { signal: AbortSignal.abort() })).rejects.toEqual(retryable);
    expect(await find(visa)).toBeNull();
  });

  it.each([
    ['a charge', charge],
    ['a refund', refund],
  ])('leaves the outcome of %s unknown when the connection is cut in the middle of it', async (_, ask) => {
    const visa = payment();
    await charge(visa);
    const cut = () =>
      billing.dataSource.query<unknown[]>(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE datname = current_database() AND application_name = 'sandbox' AND wait_event_type = 'Lock'`,
      );
    await billing.dataSource.transaction(async (blocker) => {
      await blocker.query('SELECT FROM sandbox.reference WHERE reference = $1 FOR UPDATE', [
        visa.data.paymentId,
      ]);
      const asked = expect(ask(visa)).rejects.toEqual(unknownOutcome);
      await eventually(async () => expect(await cut()).toHaveLength(1));
      await asked;
    });
    expect(await find(visa)).toMatchObject({ kind: 'charged' });
  });

  it('keeps what it has taken when our own transaction is rolled back', async () => {
    const visa = payment();
    const rolledBack = billing.unitOfWork.run(async () => {
      await charge(visa);
      throw new Error('rolled back');
    });
    await expect(rolledBack).rejects.toThrow('rolled back');
    expect(await taken(visa)).toHaveLength(1);
  });

  it('lists what took money, newest first, page by page', async () => {
    const payments = [payment(), payment('pm_card_bank'), payment('pm_card_declined'), payment()];
    for (const each of payments) await charge(each);
    const queries = billing.get(QueryBus);
    const all = await queries.execute(new ListSandboxCharges(200, null));
    expect(all.slice(0, 2).map(({ reference }) => reference)).toEqual([
      payments[3]!.data.paymentId,
      payments[0]!.data.paymentId,
    ]);
    const paged = [];
    for (let next = await queries.execute(new ListSandboxCharges(3, null)); next.length > 0;) {
      paged.push(...next);
      next = await queries.execute(new ListSandboxCharges(3, next.at(-1)!));
    }
    expect(paged).toEqual(all);
    expect(all[0]).toEqual({
      reference: payments[3]!.data.paymentId,
      orderId: payments[3]!.data.orderId,
      amount: 3780,
      refundedAmount: 0,
      currency: 'EUR',
      idempotencyKey: payments[3]!.data.paymentId,
      gatewayReference: expect.any(String) as string,
      createdAt: expect.any(Date) as Date,
    });
  });
});
