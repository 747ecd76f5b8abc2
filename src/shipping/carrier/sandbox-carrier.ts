import { Injectable } from '@nestjs/common';
import { OutcomeUnknownError } from '../../platform/messaging/external-errors.js';
import {
  SandboxNetwork,
  unavailable,
  type SandboxConditions,
  type SandboxParty,
} from '../../platform/sandbox/sandbox-network.js';
import { SandboxWorld } from '../../platform/sandbox/sandbox-world.js';
import {
  Carrier,
  type Accepted,
  type Booked,
  type BookingAnswer,
  type BookingRequest,
  type CancellationAnswer,
  type Cancelled,
  type CarrierRequest,
} from './carrier.js';
import { cancelledBefore, collectedAlready, undeliverable } from './refusals.js';
import { behaviourAt } from './sandbox-behaviour.js';
import { SandboxLedger } from './sandbox-ledger.js';
import { SandboxPace } from './sandbox-pace.js';

const party: SandboxParty = { dependency: 'carrier', module: 'SHIPPING', name: 'The carrier' };

/** How often `FLAKY` fails before it goes well, for each key. */
const FLAKY_FAILURES = 2;

/**
 * Stands in for a carrier and misbehaves where the HTTP contract says so. Special postal codes touch bookings
 * only; asking and cancelling fail with the whole carrier or not at all.
 */
@Injectable()
export class SandboxCarrier extends Carrier {
  constructor(
    private readonly world: SandboxWorld,
    private readonly network: SandboxNetwork,
    private readonly ledger: SandboxLedger,
    private readonly pace: SandboxPace,
  ) {
    super();
  }

  async book(request: BookingRequest): Promise<BookingAnswer | Accepted> {
    return this.network.request(party, request.signal, (conditions) => this.serve(request, conditions));
  }

  async find({ reference, signal }: CarrierRequest): Promise<Booked | Accepted | Cancelled | null> {
    return this.network.request(party, signal, async () => {
      const found = await this.ledger.find(reference);
      if (!found) return null;
      const { cancelled, trackingNumber, isBooked } = found;
      if (cancelled) return { kind: 'cancelled', wasBooked: trackingNumber !== null };
      if (trackingNumber === null) return null;
      return isBooked ? booked(trackingNumber) : accepted;
    });
  }

  async cancel({ reference, signal }: CarrierRequest): Promise<CancellationAnswer> {
    return this.network.request(party, signal, async () => {
      const outcome = await this.ledger.cancel(reference);
      if (outcome === 'collected') return collectedAlready();
      return { kind: 'cancelled', wasBooked: outcome === 'cancelled' };
    });
  }

  private async serve(
    request: BookingRequest,
    conditions: SandboxConditions,
  ): Promise<BookingAnswer | Accepted> {
    const behaviour = behaviourAt(request.address.postalCode, conditions.special);
    switch (behaviour) {
      case 'refuse':
        return undeliverable();
      case 'fail':
        throw unavailable(party);
      case 'fail-twice':
        await this.failTwice(request.idempotencyKey);
        break;
      case 'take-long':
        await this.takeLong(request);
        break;
      case 'answer':
      case 'lose-answer':
      case 'book-later':
        break;
    }
    const entry = await this.ledger.book(
      request,
      conditions.faults.forgetKeysAfterSeconds,
      behaviour === 'book-later' ? this.pace.laterMs : 0,
    );
    if (entry.outcome === 'cancelled') return cancelledBefore();
    if (entry.outcome === 'accepted') return accepted;
    // A repeated request is answered: it was the first answer that got lost.
    if (behaviour === 'lose-answer' && entry.outcome === 'booked') throw answerLost();
    return booked(entry.trackingNumber);
  }

  private async failTwice(key: string): Promise<void> {
    const seen = await this.world.countRequest('carrier', key);
    if (seen <= FLAKY_FAILURES) throw unavailable(party);
  }

  /** Unlike a lost connection, one that is closed while the carrier works stops it: it books at the very end. */
  private async takeLong({ signal, progress, resumeFrom }: BookingRequest): Promise<void> {
    const { slowMs, heartbeatMs } = this.pace;
    let done = ((resumeFrom?.percent ?? 0) / 100) * slowMs;
    while (done < slowMs) {
      const step = Math.min(heartbeatMs, slowMs - done);
      await this.world.wait(step);
      if (signal.aborted) throw answerLost(signal.reason);
      done += step;
      progress({ percent: Math.floor((100 * done) / slowMs) });
    }
  }
}

const accepted: Accepted = { kind: 'accepted' };

const booked = (trackingNumber: string): Booked => ({ kind: 'booked', carrier: 'sandbox', trackingNumber });

const answerLost = (cause?: unknown) =>
  new OutcomeUnknownError('SHIPPING.ANSWER_LOST', 'The carrier did not answer.', { cause });
