/** One order whose refund fails: the example of every answer, so that they tell one story. */
export const sagaId = '019f643a-0c58-7c1e-9d2f-6b7a8c9d0e1f';

export const auditExample = {
  id: '019f643f-6a10-7d21-8c3e-1f2a3b4c5d6e',
  at: '2026-07-15T09:35:52.000Z',
  actor: 'demo-operator',
  role: 'operator',
  action: 'saga.retry',
  sagaId,
  reason: 'The gateway is back.',
  before: { status: 'parked', currentStep: 'charge-payment', revision: 15 },
  after: { status: 'compensating', currentStep: 'charge-payment', revision: 16 },
  jobId: null,
  approvalId: null,
} as const;

const order = { orderId: '019f643a-0c50-7a3b-8c4d-5e6f7a8b9c0d' };
const charge = { paymentId: '019f643a-0c60-7b11-9a2b-3c4d5e6f7a8b', ...order };

const notReached = {
  attempts: 0,
  input: null,
  result: null,
  error: null,
  unresolvedInput: null,
  progress: null,
  startedAt: null,
  finishedAt: null,
  compensation: null,
} as const;

const refused = {
  code: 'SHIPPING.UNDELIVERABLE',
  type: 'Rejection',
  message: 'The carrier does not deliver to this address.',
  stack: 'Rejection: The carrier does not deliver to this address.\n    at …',
  chain: [],
} as const;

const unavailable = {
  code: 'BILLING.GATEWAY_UNAVAILABLE',
  type: 'RetryableError',
  message: 'The payment gateway cannot refund now.',
  stack: 'RetryableError: The payment gateway cannot refund now.\n    at …',
  chain: ['Error: 503 Service Unavailable'],
} as const;

export const sagaExample = {
  id: sagaId,
  definition: 'order-fulfillment',
  version: 2,
  correlationId: order.orderId,
  status: 'parked',
  currentStep: 'charge-payment',
  steps: [
    {
      ...notReached,
      index: 3,
      name: 'charge-payment',
      kind: 'external',
      status: 'succeeded',
      attempts: 1,
      input: { ...charge, amount: 3998, currency: 'EUR', paymentMethod: 'pm_card_refund_fails' },
      result: { ...charge, gatewayReference: 'ch_1' },
      startedAt: '2026-07-15T09:30:00.020Z',
      finishedAt: '2026-07-15T09:30:00.060Z',
      compensation: {
        status: 'parked',
        attempts: 10,
        input: charge,
        result: null,
        error: unavailable,
        startedAt: '2026-07-15T09:30:00.110Z',
        finishedAt: null,
      },
    },
    {
      ...notReached,
      index: 5,
      name: 'arrange-shipping',
      kind: 'external',
      status: 'rejected',
      attempts: 1,
      input: { shipmentId: '019f643a-0cf0-7e2c-8b3d-4c5d6e7f8a9b', ...order },
      error: refused,
      startedAt: '2026-07-15T09:30:00.070Z',
      finishedAt: '2026-07-15T09:30:00.100Z',
    },
    {
      ...notReached,
      index: 6,
      name: 'confirm-order',
      kind: 'local',
      status: 'pending',
      unresolvedInput: { orderId: '$.input.orderId' },
    },
  ],
  cause: { step: 'arrange-shipping', index: 5, ...refused },
  compensationErrors: [{ step: 'charge-payment', index: 3, ...unavailable }],
  reactions: [],
  failedStep: 'arrange-shipping',
  failedIndex: 5,
  abandoned: [],
  summary:
    'order-fulfillment v2 failed at arrange-shipping (step 6 of 7): SHIPPING.UNDELIVERABLE, The carrier does not ' +
    'deliver to this address; 1 compensation failed',
  standstill: {
    kind: 'parked',
    since: '2026-07-15T09:35:12.000Z',
    until: null,
    code: unavailable.code,
    reason:
      'Parked since 2026-07-15T09:35:12.000Z at charge-payment with BILLING.GATEWAY_UNAVAILABLE; a person goes on.',
  },
  waitingFor: [],
  nextAttemptAt: null,
  deadlineAt: null,
  segment: 1,
  parent: null,
  children: [],
  owner: null,
  createdAt: '2026-07-15T09:30:00.000Z',
  updatedAt: '2026-07-15T09:35:12.000Z',
  revision: 15,
} as const;

export const summaryExample = {
  id: sagaId,
  definition: 'order-fulfillment',
  version: 2,
  correlationId: order.orderId,
  status: 'parked',
  currentStep: 'charge-payment',
  failedStep: 'charge-payment',
  errorCode: unavailable.code,
  attentionSince: '2026-07-15T09:30:00.150Z',
  nextWakeAt: null,
  openEffects: 2,
  createdAt: '2026-07-15T09:30:00.000Z',
  updatedAt: '2026-07-15T09:35:12.000Z',
  finishedAt: null,
  revision: 15,
} as const;

export const journalExample = [
  {
    number: 1,
    epoch: 1,
    at: '2026-07-15T09:30:00.000Z',
    kind: 'started',
    id: sagaId,
    definition: 'order-fulfillment',
    version: 2,
    correlationId: order.orderId,
    input: order,
    deadlineAt: null,
  },
  {
    number: 2,
    epoch: 1,
    at: '2026-07-15T09:30:00.000Z',
    kind: 'intended',
    unit: { role: 'action', name: 'validate-order' },
    command: 'orders.validate-order.v1',
    input: order,
    reference: '019f643a-0c5a-7f10-8a1b-2c3d4e5f6a7b',
    undo: null,
  },
];
