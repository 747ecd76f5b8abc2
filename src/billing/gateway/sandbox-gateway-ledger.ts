import { Injectable } from '@nestjs/common';
import { v7 as uuid } from 'uuid';
import { webhookBody } from '../../platform/sandbox/sandbox-webhook.js';
import { SandboxWorld, type SandboxSession } from '../../platform/sandbox/sandbox-world.js';
import { billingCodes } from '../domain/billing-codes.js';
import { declineReason } from '../domain/decline-reasons.js';
import { IdempotencyKeyReusedError } from '../domain/idempotency-key-reused.error.js';
import type { Charged, ChargeRequest, Declined, Processing, Refunded } from './payment-gateway.js';
import { answerCharge, type ChargeAnswerRow } from './sql/answer-charge.sql.js';
import { findCard, type CardRow } from './sql/find-card.sql.js';
import { findCharge, type FoundChargeRow } from './sql/find-charge.sql.js';
import { findRefund, type FoundRefundRow } from './sql/find-refund.sql.js';
import { giveBack } from './sql/give-back.sql.js';
import { hasChargeWith } from './sql/has-charge-with.sql.js';
import { refuseReference } from './sql/refuse-reference.sql.js';

type ChargeAnswer = Charged | Declined | Processing;

/** A charge request and how the gateway means to answer it. */
interface Intended {
  readonly request: ChargeRequest;
  readonly answer: ChargeAnswer;
  /** Seconds until the bank says yes; null: it need not be asked. */
  readonly bankSeconds: number | null;
  /** Null: keys are kept for ever. */
  readonly forgetKeysAfterSeconds: number | null;
}

const voided: Declined = {
  kind: 'declined',
  code: billingCodes.voided,
  message: declineReason(billingCodes.voided),
};

/**
 * What the sandbox gateway remembers: charges, refunds, idempotency keys, cards.
 *
 * Guarantees: one key is answered once (until keys are forgotten); under one reference either a refund finds the
 * charge, or the charge finds the reference refused, however they race.
 */
@Injectable()
export class SandboxGatewayLedger {
  constructor(private readonly world: SandboxWorld) {}

  /**
   * Answers a charge request for good; unless the key was answered before, its effect commits with the answer.
   * @throws IdempotencyKeyReusedError
   */
  async answer(intended: Intended): Promise<{ answer: ChargeAnswer; isFirst: boolean }> {
    const { request, answer, bankSeconds } = intended;
    const webhookId = bankSeconds === null ? null : uuid();
    const fingerprint = fingerprintOf(request);
    const [row] = await this.world.query<ChargeAnswerRow>(answerCharge, [
      request.idempotencyKey,
      fingerprint,
      request.reference,
      request.orderId,
      request.amount,
      request.currency,
      request.paymentMethod,
      uuid(),
      JSON.stringify(answer),
      JSON.stringify(voided),
      answer.kind === 'declined' ? null : answer.gatewayReference,
      bankSeconds ?? 0,
      webhookId,
      webhookId && answer.kind === 'processing'
        ? confirmation(webhookId, request, answer, bankSeconds ?? 0)
        : null,
      intended.forgetKeysAfterSeconds,
    ]);
    if (row!.fingerprint !== fingerprint) throw new IdempotencyKeyReusedError(request.reference);
    return { answer: row!.answer as ChargeAnswer, isFirst: row!.is_first };
  }

  async findCharge(reference: string): Promise<ChargeAnswer | null> {
    const [row] = await this.world.query<FoundChargeRow>(findCharge, [reference]);
    if (!row) return null;
    if (row.gateway_reference === null) return row.refused ? voided : null;
    return { kind: row.captured ? 'charged' : 'processing', gatewayReference: row.gateway_reference };
  }

  async refund(reference: string): Promise<Refunded> {
    return this.world.transaction(async (session) => {
      await session.query(refuseReference, [reference]);
      await session.query(giveBack, [reference]);
      return (await findRefundIn(session, reference))!;
    });
  }

  findRefund(reference: string): Promise<Refunded | null> {
    return findRefundIn(this.world, reference);
  }

  async hasChargeWith(reference: string, paymentMethod: string): Promise<boolean> {
    return (await this.world.query(hasChargeWith, [reference, paymentMethod])).length > 0;
  }

  /** The code that charges of this card are declined with; null: it is good. */
  async refusalOfCard(token: string): Promise<string | null> {
    const [card] = await this.world.query<CardRow>(findCard, [token]);
    return card ? card.refusal_code : billingCodes.unknownPaymentMethod;
  }

  countRequest(idempotencyKey: string): Promise<number> {
    return this.world.countRequest('payments', idempotencyKey);
  }
}

async function findRefundIn(session: SandboxSession, reference: string): Promise<Refunded | null> {
  const [row] = await session.query<FoundRefundRow>(findRefund, [reference]);
  if (!row) return null;
  const { amount, currency, gateway_reference } = row;
  return { kind: 'refunded', amount, currency, gatewayReference: gateway_reference };
}

function fingerprintOf({ reference, orderId, amount, currency, paymentMethod }: ChargeRequest): string {
  return JSON.stringify([reference, orderId, amount, currency, paymentMethod]);
}

function confirmation(
  id: string,
  { reference }: ChargeRequest,
  { gatewayReference }: Processing,
  bankSeconds: number,
): string {
  return webhookBody({
    id,
    dependency: 'payments',
    path: '/v1/webhooks/payments',
    type: 'payment.succeeded',
    createdAt: new Date(Date.now() + bankSeconds * 1000),
    data: { reference, gatewayReference },
  });
}
