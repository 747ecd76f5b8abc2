import { Injectable } from '@nestjs/common';
import { v7 as uuid } from 'uuid';
import { OutcomeUnknownError } from '../../platform/messaging/external-errors.js';
import type { SandboxFaults } from '../../platform/sandbox/sandbox-faults.js';
import {
  SandboxNetwork,
  unavailable,
  type SandboxConditions,
  type SandboxParty,
} from '../../platform/sandbox/sandbox-network.js';
import { billingCodes } from '../domain/billing-codes.js';
import { declineReason } from '../domain/decline-reasons.js';
import {
  PaymentGateway,
  type Charged,
  type ChargeRequest,
  type Declined,
  type GatewayRequest,
  type Processing,
  type Refunded,
  type RefundRequest,
} from './payment-gateway.js';
import { SandboxGatewayLedger } from './sandbox-gateway-ledger.js';
import { SandboxGatewayPace } from './sandbox-pace.js';
import {
  behaviourOf,
  countsRequests,
  isWellKnown,
  STUBBORN_METHOD,
  type ChargeBehaviour,
} from './sandbox-payment-methods.js';

const party: SandboxParty = { dependency: 'payments', module: 'BILLING', name: 'The payment gateway' };

/**
 * Stands in for a payment gateway and misbehaves where the HTTP contract says so. What it remembers is the outside
 * world's: a kill of this process, or a rollback of ours, leaves it as it is. Special payment methods touch charges
 * only (one of them its refunds); asking fails with the whole gateway or not at all.
 */
@Injectable()
export class SandboxGateway extends PaymentGateway {
  constructor(
    private readonly network: SandboxNetwork,
    private readonly ledger: SandboxGatewayLedger,
    private readonly pace: SandboxGatewayPace,
  ) {
    super();
  }

  charge(request: ChargeRequest): Promise<Charged | Declined | Processing> {
    return this.network.request(party, request.signal, async (conditions) =>
      this.act(request, await this.behaviour(request, conditions), conditions.faults),
    );
  }

  findCharge({ reference, signal }: GatewayRequest): Promise<Charged | Declined | Processing | null> {
    return this.network.request(party, signal, () => this.ledger.findCharge(reference));
  }

  refund({ reference, signal }: RefundRequest): Promise<Refunded> {
    return this.network.request(party, signal, async ({ special }) => {
      if (special && (await this.ledger.hasChargeWith(reference, STUBBORN_METHOD))) throw unavailable(party);
      return this.ledger.refund(reference);
    });
  }

  findRefund({ reference, signal }: GatewayRequest): Promise<Refunded | null> {
    return this.network.request(party, signal, () => this.ledger.findRefund(reference));
  }

  private async behaviour(
    { paymentMethod, idempotencyKey }: ChargeRequest,
    { special }: SandboxConditions,
  ): Promise<ChargeBehaviour> {
    if (!isWellKnown(paymentMethod)) {
      const refusal = await this.ledger.refusalOfCard(paymentMethod);
      return refusal === null ? { act: 'charge' } : { act: 'decline', code: refusal };
    }
    if (!special) return { act: 'charge' };
    const seen = countsRequests(paymentMethod) ? await this.ledger.countRequest(idempotencyKey) : 1;
    return behaviourOf(paymentMethod, seen);
  }

  private async act(
    request: ChargeRequest,
    behaviour: ChargeBehaviour,
    { forgetKeysAfterSeconds }: SandboxFaults,
  ): Promise<Charged | Declined | Processing> {
    const gatewayReference = `ch_${uuid().replaceAll('-', '')}`;
    const answered = { request, forgetKeysAfterSeconds };
    switch (behaviour.act) {
      case 'unavailable':
        throw unavailable(party);
      case 'lose-request':
        throw lost();
      case 'decline': {
        const { code } = behaviour;
        const declined: Declined = { kind: 'declined', code, message: declineReason(code) };
        return (await this.ledger.answer({ ...answered, answer: declined, bankSeconds: null })).answer;
      }
      case 'wait-for-bank': {
        const answer: Processing = { kind: 'processing', gatewayReference };
        return (await this.ledger.answer({ ...answered, answer, bankSeconds: this.pace.bankSeconds })).answer;
      }
      case 'charge':
      case 'charge-and-lose-answer': {
        const charged: Charged = { kind: 'charged', gatewayReference };
        const { answer, isFirst } = await this.ledger.answer({
          ...answered,
          answer: charged,
          bankSeconds: null,
        });
        // A repeated request is answered: it was the first answer that got lost.
        if (behaviour.act === 'charge-and-lose-answer' && isFirst) throw lost();
        return answer;
      }
    }
  }
}

const lost = () => new OutcomeUnknownError(billingCodes.noAnswer, 'The payment gateway did not answer.');
