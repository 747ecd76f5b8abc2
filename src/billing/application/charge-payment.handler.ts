import { Logger } from '@nestjs/common';
import { CommandHandler, EventBus } from '@nestjs/cqrs';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import {
  ExternalCommandHandler,
  type Answered,
  type Attempt,
  type Outcome,
} from '../../platform/messaging/command-handlers.js';
import { OutcomePendingError, OutcomeUnknownError } from '../../platform/messaging/external-errors.js';
import { Rejection } from '../../platform/messaging/rejection.js';
import { ChargePayment } from '../contracts/billing-commands.js';
import { PaymentCharged } from '../contracts/billing-events.js';
import { billingCodes } from '../domain/billing-codes.js';
import { declineReason } from '../domain/decline-reasons.js';
import { PaymentGateway, type Charged, type Declined, type Processing } from '../gateway/payment-gateway.js';
import { PaymentBook, type FoundPayments } from './payment-book.js';

type ChargeAnswer = Charged | Declined;

/**
 * Takes the money, once for each payment: see `ChargePayment`.
 *
 * While the bank has yet to confirm, both `call` and `resolve` end in `OutcomePendingError` `BILLING.PENDING`: the
 * way on is to ask again, or to wait for `PaymentConfirmedByGateway` and then to ask.
 */
@CommandHandler(ChargePayment)
export class ChargePaymentHandler extends ExternalCommandHandler<
  ChargePayment,
  ChargeAnswer,
  PaymentCharged
> {
  private readonly logger = new Logger(ChargePaymentHandler.name);

  constructor(
    unitOfWork: UnitOfWork,
    eventBus: EventBus,
    private readonly gateway: PaymentGateway,
    private readonly book: PaymentBook,
  ) {
    super(unitOfWork, eventBus);
  }

  async begin(commands: readonly ChargePayment[]): Promise<void> {
    this.book.begin(commands.map(({ data }) => data));
  }

  async call({ data }: ChargePayment, attempt: Attempt): Promise<ChargeAnswer> {
    const { paymentId, orderId, amount, currency, paymentMethod } = data;
    // Not even the token is logged: whoever has it can pay with it.
    this.logger.log({ msg: 'Payment starts', orderId, paymentId, amount, currency, attempt: attempt.number });
    try {
      const answer = await this.gateway.charge({
        reference: paymentId,
        orderId,
        amount,
        currency,
        paymentMethod,
        idempotencyKey: paymentId,
        signal: attempt.signal,
      });
      return settled(answer);
    } catch (error) {
      if (isLost(error)) await this.loseSight(data);
      throw error;
    }
  }

  async resolve({ data }: ChargePayment, attempt: Attempt): Promise<ChargeAnswer | null> {
    const found = await this.gateway.findCharge({ reference: data.paymentId, signal: attempt.signal });
    return found && settled(found);
  }

  async record(
    answered: readonly Answered<ChargePayment, ChargeAnswer>[],
  ): Promise<readonly Outcome<PaymentCharged>[]> {
    // Nothing is nearly ever given back before its charge is entered.
    const givenBack = await this.unitOfWork.presume(new Set<string>(), this.enter(answered));
    return answered.map(({ command: { data }, answer }) => {
      if (answer.kind === 'declined') return new Rejection(answer.code, answer.message);
      if (givenBack.has(data.paymentId)) return alreadyGivenBack();
      const { paymentId, orderId, amount, currency } = data;
      return new PaymentCharged({
        paymentId,
        orderId,
        amount,
        currency,
        gatewayReference: answer.gatewayReference,
      });
    });
  }

  /** @returns those whose answer is an old one: since then the money has been given back, and nothing is left to build on */
  private async enter(answered: readonly Answered<ChargePayment, ChargeAnswer>[]): Promise<Set<string>> {
    const charged = answered.flatMap(({ command: { data }, answer }) =>
      answer.kind === 'charged' ? [{ ...data, ...answer }] : [],
    );
    const declined = answered.flatMap(({ command: { data }, answer }) =>
      answer.kind === 'declined' ? [{ ...data, ...answer }] : [],
    );
    const found: FoundPayments = charged.length > 0 ? await this.book.charge(charged) : new Map();
    if (declined.length > 0) await this.book.decline(declined);
    return new Set([...found].flatMap(([id, { statusBefore }]) => (statusBefore === 'refunded' ? [id] : [])));
  }

  /** Only shows what is the matter, so its own failure must not hide the loss of the answer from the caller. */
  private async loseSight({ paymentId, orderId }: ChargePayment['data']): Promise<void> {
    try {
      await this.book.loseSight(paymentId);
    } catch (error) {
      this.logger.warn({ msg: 'A payment could not be marked unknown', orderId, paymentId, err: error });
    }
  }
}

function settled(answer: Charged | Declined | Processing): ChargeAnswer {
  if (answer.kind !== 'processing') return answer;
  throw new OutcomePendingError(billingCodes.pending, 'The bank has not confirmed the payment yet.');
}

/** A payment that waits for its bank is in plain sight. */
function isLost(error: unknown): boolean {
  return error instanceof OutcomeUnknownError && error.code !== billingCodes.pending;
}

const alreadyGivenBack = () => new Rejection(billingCodes.voided, declineReason(billingCodes.voided));
