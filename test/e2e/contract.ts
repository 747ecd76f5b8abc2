/** The answers of the HTTP contract, as far as the tests look at them. Written by hand: a client has no other. */

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

export interface Address {
  readonly name: string;
  readonly line1: string;
  readonly line2: string | null;
  readonly city: string;
  readonly postalCode: string;
  readonly country: string;
}

export interface NewOrder {
  readonly customerId: string;
  readonly currency: string;
  readonly lines: readonly { readonly sku: string; readonly quantity: number }[];
  readonly paymentMethod: string;
  readonly shippingAddress: Address;
}

export type OrderStatus =
  'pending' | 'confirmed' | 'shipped' | 'delivered' | 'rejected' | 'cancelling' | 'cancelled';

export interface Order {
  readonly id: string;
  readonly status: OrderStatus;
  readonly customerId: string;
  readonly currency: string;
  readonly totalAmount: number;
  readonly lines: readonly { sku: string; name: string; quantity: number; unitAmount: number }[];
  readonly paymentMethod: string;
  readonly shippingAddress: Address;
  readonly failure: { readonly code: string; readonly message: string } | null;
  readonly fulfillment: { definition: string; version: number; status: string; currentStep: string | null };
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly version: number;
}

export interface TimelineItem {
  readonly at: string;
  readonly kind: string;
  readonly step?: string;
  readonly text: string;
  readonly code?: string;
}

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string;
  readonly code: string;
  readonly errors?: readonly { pointer: string; code: string; detail: string }[];
  readonly details?: Readonly<Record<string, unknown>>;
  readonly traceId: string;
}

export interface BatchAnswer {
  readonly items: readonly { index: number; status: number; order?: Order; problem?: Problem }[];
}

export interface Stock {
  readonly onHand: number;
  readonly reserved: number;
  readonly available: number;
}

export interface Product {
  readonly sku: string;
  readonly name: string;
  readonly unitAmount: number;
  readonly currency: string;
}

export interface Payment {
  readonly id: string;
  readonly orderId: string;
  readonly status: 'pending' | 'charged' | 'declined' | 'refunded' | 'unknown';
  readonly amount: number;
  readonly refundedAmount: number;
  readonly currency: string;
  readonly gatewayReference: string | null;
  readonly createdAt: string;
}

export interface Shipment {
  readonly id: string;
  readonly orderId: string;
  readonly status: 'requested' | 'booked' | 'in_transit' | 'delivered' | 'cancelled' | 'failed';
  readonly carrier: string | null;
  readonly trackingNumber: string | null;
  readonly createdAt: string;
}

export interface Charge {
  readonly reference: string;
  readonly orderId: string;
  readonly amount: number;
  readonly refundedAmount: number;
  readonly currency: string;
  readonly idempotencyKey: string;
  readonly createdAt: string;
}

export interface Booking {
  readonly reference: string;
  readonly orderId: string;
  readonly status: 'booked' | 'cancelled';
  readonly trackingNumber: string;
  readonly createdAt: string;
}

export interface PaymentMethod {
  readonly id: string;
  readonly brand: string;
  readonly last4: string;
}

interface SagaError {
  readonly code: string;
  readonly type: string;
  readonly message: string;
  readonly stack: string | null;
  readonly chain: readonly string[];
}

interface SagaUnit {
  readonly status: string;
  readonly attempts: number;
  readonly input: Readonly<Record<string, unknown>> | null;
  readonly result: Readonly<Record<string, unknown>> | null;
  readonly error: SagaError | null;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
}

export interface SagaStep extends SagaUnit {
  readonly index: number;
  readonly name: string;
  readonly kind: string;
  readonly progress: unknown;
  readonly compensation: SagaUnit | null;
}

/** Why a saga does not go on. */
export interface Standstill {
  readonly kind: string;
  readonly since: string;
  readonly until: string | null;
  readonly code: string | null;
  readonly reason: string;
}

export interface Saga {
  readonly id: string;
  readonly definition: string;
  readonly version: number;
  readonly correlationId: string;
  readonly status: string;
  readonly currentStep: string | null;
  readonly steps: readonly SagaStep[];
  readonly cause: (SagaError & { readonly step: string; readonly index: number | null }) | null;
  readonly compensationErrors: readonly (SagaError & { readonly step: string })[];
  readonly failedStep: string | null;
  readonly failedIndex: number | null;
  readonly abandoned: readonly { readonly step: string; readonly by: string; readonly reason: string }[];
  readonly summary: string | null;
  readonly standstill: Standstill | null;
  readonly waitingFor: readonly {
    readonly step: string;
    readonly for: readonly string[];
    readonly until: string;
  }[];
  readonly nextAttemptAt: string | null;
  readonly deadlineAt: string | null;
  readonly owner: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly revision: number;
}

/** The saga after an action. */
export interface SagaAction extends Saga {
  readonly dryRun: boolean;
  readonly consequences: readonly string[];
}

/** Whom sagas call. */
export interface Dependency {
  readonly name: string;
  readonly state: string;
  readonly errorCode: string | null;
  readonly heldSagas: number;
}

/** What fails alike. */
export interface FailureGroup {
  readonly definition: string;
  readonly version: number;
  readonly step: string;
  readonly errorCode: string;
  readonly count: number;
  readonly moneyAtRisk: readonly { readonly currency: string; readonly amount: number }[];
  readonly stockAtRisk: readonly { readonly sku: string; readonly quantity: number }[];
}

/** An action on many sagas. */
export interface Job {
  readonly id: string;
  readonly status: string;
  readonly endedBecause: string | null;
  readonly progress: Readonly<
    Record<'total' | 'waiting' | 'underWay' | 'movedOn' | 'failedAgain' | 'refused' | 'previewed', number>
  >;
}

export interface JobItem {
  readonly number: number;
  readonly sagaId: string;
  readonly status: string;
  readonly code: string | null;
  readonly consequences: readonly string[] | null;
  readonly actedAt: string | null;
}

export interface JournalEntry {
  readonly number: number;
  readonly at: string;
  readonly kind: string;
  readonly unit?: { readonly role: string; readonly name: string } | null;
  readonly retryAt?: string | null;
}
