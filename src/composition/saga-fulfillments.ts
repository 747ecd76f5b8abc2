import { Injectable } from '@nestjs/common';
import { OrderApproved, OrderDeclined } from '../orders/contracts/order-events.js';
import {
  Fulfillments,
  type FulfillmentRequest,
  type FulfillmentView,
  type TimelineItem,
} from '../orders/contracts/ports.js';
import { Settings } from '../platform/config/settings.js';
import { requestHeadersIn } from '../platform/http/current-request.js';
import { Rejection } from '../platform/messaging/rejection.js';
import { Sagas, StimulusRefused, type SagaView, type SeenSaga } from '../saga/index.js';
import { fulfillmentTimeline } from './fulfillment-timeline.js';

/** The saga definition that fulfills orders. */
const definition = 'order-fulfillment';

/** Names, separated by commas, of what whoever places an order has switched on for it. */
const flagsHeader = 'x-feature-flags';

/** Orders are fulfilled by sagas; the orders module does not know that. */
@Injectable()
export class SagaFulfillments extends Fulfillments {
  constructor(
    private readonly sagas: Sagas,
    private readonly settings: Settings,
  ) {
    super();
  }

  expect(): void {
    this.sagas.expect(definition);
  }

  async start(requests: readonly FulfillmentRequest[]): Promise<Map<string, FulfillmentView>> {
    const { reviewAbove } = this.settings;
    const started = await this.sagas.start(
      definition,
      null,
      requests.map(({ trace, ...request }) => {
        const headers = requestHeadersIn(trace);
        return {
          correlationId: request.orderId,
          input: { ...request, reviewAbove },
          traceparent: trace?.traceparent ?? null,
          subject: { customer: request.customerId, headers, flags: flagsIn(headers[flagsHeader]) },
        };
      }),
    );
    return viewsOf(started.flatMap(({ startedAs }) => startedAs ?? []));
  }

  async view(orderIds: readonly string[]): Promise<Map<string, FulfillmentView>> {
    return viewsOf([...(await this.sagas.view(definition, orderIds)).values()]);
  }

  async cancel(orderId: string, { reason, actor }: { reason: string; actor: string }): Promise<void> {
    const code = 'ORDERS.CANCELLED_BY_CUSTOMER';
    try {
      const saga = await this.sagas.apply(definition, orderId, {
        kind: 'cancel',
        by: actor,
        reason,
        code,
        type: 'cancelled',
      });
      if (!saga) throw new StimulusRefused('SAGA.TOO_LATE', 'Its history was dropped long ago.');
    } catch (error) {
      throw refusal(error, 'ORDERS.TOO_LATE', 'The order cannot be cancelled any more.');
    }
  }

  async assertAddressMayChange(orderId: string): Promise<void> {
    const saga = await this.sagas.look(definition, orderId);
    // An order whose history was dropped has long been shipped, or was undone.
    if (!saga || mayShip(saga)) {
      throw new Rejection(
        'ORDERS.TOO_LATE',
        'The carrier has been asked to ship the order to its old address.',
      );
    }
  }

  async review(
    orderId: string,
    { approve, reason, actor }: { approve: boolean; reason: string; actor: string },
  ): Promise<void> {
    const decision = approve
      ? new OrderApproved({ orderId, by: actor })
      : new OrderDeclined({ subject: orderId, code: 'ORDERS.DECLINED', message: reason, details: null });
    const { as } = await this.sagas.receive(definition, orderId, decision);
    // Thrown also for one that was stored for later: a person's word is for what he saw, so it is taken back.
    if (as !== 'applied') {
      throw new Rejection('ORDERS.NOT_WAITING_FOR_REVIEW', 'The order does not wait for a review.');
    }
  }

  async timeline(orderId: string): Promise<TimelineItem[]> {
    return fulfillmentTimeline(await this.sagas.journal(definition, orderId));
  }
}

function flagsIn(header: string | readonly string[] | undefined): string[] {
  const names = [header ?? []].flat().flatMap((value) => value.split(','));
  return names.map((name) => name.trim()).filter((name) => name !== '');
}

function viewsOf(sagas: readonly SagaView[]): Map<string, FulfillmentView> {
  return new Map(
    sagas.map(({ correlationId: orderId, definition: name, version, status, currentStep }) => [
      orderId,
      { definition: name, version, status, currentStep },
    ]),
  );
}

/** From the intent on the carrier may have been asked: "sent" itself is not written down. */
function mayShip({ state, definition: { steps } }: SeenSaga): boolean {
  const pivots = steps.filter((step) => step.phase === 'pivot').map((step) => step.name);
  return state.end !== null || state.cause !== null || state.steps.some(({ name }) => pivots.includes(name));
}

function refusal(error: unknown, code: string, message: string): unknown {
  return error instanceof StimulusRefused ? new Rejection(code, message) : error;
}
