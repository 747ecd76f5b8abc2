import { beginPayments } from '../../src/billing/persistence/sql/begin-payments.sql.js';
import { chargePayments } from '../../src/billing/persistence/sql/charge-payments.sql.js';
import { declinePayments } from '../../src/billing/persistence/sql/decline-payments.sql.js';
import { refundPayments } from '../../src/billing/persistence/sql/refund-payments.sql.js';
import { lockReservations } from '../../src/inventory/persistence/sql/lock-reservations.sql.js';
import { lockStock } from '../../src/inventory/persistence/sql/lock-stock.sql.js';
import { openReservations } from '../../src/inventory/persistence/sql/open-reservations.sql.js';
import { settleReservations } from '../../src/inventory/persistence/sql/settle-reservations.sql.js';
import { changeStatus } from '../../src/orders/persistence/sql/change-status.sql.js';
import { readRuleSubjects } from '../../src/orders/persistence/sql/read-rule-subjects.sql.js';
import { readShippingAddresses } from '../../src/orders/persistence/sql/read-shipping-addresses.sql.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { storeDeliveries } from '../../src/platform/messaging/sql/store-deliveries.sql.js';
import { advanceSagas, advanceSagasFurther } from '../../src/saga/store/sql/advance-sagas.sql.js';
import { insertSoleSagas } from '../../src/saga/store/sql/insert-sole-sagas.sql.js';
import { loadJournals } from '../../src/saga/store/sql/load-journals.sql.js';
import { lockOwnedSagas } from '../../src/saga/store/sql/lock-owned-sagas.sql.js';
import { bookShipments } from '../../src/shipping/persistence/sql/book-shipments.sql.js';
import { cancelShipments } from '../../src/shipping/persistence/sql/cancel-shipments.sql.js';
import { refuseShipments } from '../../src/shipping/persistence/sql/refuse-shipments.sql.js';
import { requestShipments } from '../../src/shipping/persistence/sql/request-shipments.sql.js';
import { startAdminApp, type AdminApp } from './saga-admin-app.js';

interface Plan {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Cond'?: string;
  readonly Plans?: readonly Plan[];
}

const flatten = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(flatten)];

let admin: AdminApp;
let unitOfWork: UnitOfWork;
beforeAll(async () => {
  admin = await startAdminApp();
  unitOfWork = admin.app.get(UnitOfWork, { strict: false });
});
afterAll(() => admin.close());

/** As a connection of a wave keeps it, whatever it is given afterwards. */
async function keptPlan(text: string): Promise<Plan[]> {
  const explained = await unitOfWork.run(
    () =>
      unitOfWork.manager.query<[{ 'QUERY PLAN': [{ Plan: Plan }] }]>(
        `EXPLAIN (GENERIC_PLAN, FORMAT JSON) ${text}`,
      ),
    'plan',
    'sets',
  );
  return flatten(explained[0]['QUERY PLAN'][0].Plan);
}

/** Reads all rows of a table, or compares each row with each. */
function growsWithItsTables(plan: Plan): boolean {
  const type = plan['Node Type'];
  const readsAll = /^(Index|Index Only|Bitmap Index) Scan$/.test(type) && !plan['Index Cond'];
  return type === 'Seq Scan' || type === 'Nested Loop' || readsAll;
}

const statements = [
  lockOwnedSagas,
  advanceSagas,
  advanceSagasFurther,
  insertSoleSagas,
  loadJournals,
  storeDeliveries,
  readRuleSubjects,
  readShippingAddresses,
  changeStatus,
  openReservations,
  lockReservations,
  lockStock,
  settleReservations,
  beginPayments,
  chargePayments,
  declinePayments,
  refundPayments,
  requestShipments,
  bookShipments,
  refuseShipments,
  cancelShipments,
];

describe.each([
  // The first plan of a new database is kept until somebody analyzes its tables.
  ['made for empty tables', 'VACUUM (ANALYZE)'],
  // That an owner has thousands of sagas, these do not know.
  [
    'made when every saga waited to be taken',
    `INSERT INTO saga.live_instance (id, definition, version, correlation_id, status, length, wake_at, created_at, updated_at)
     SELECT gen_random_uuid(), 'old', 1, 'order-' || n, 'running', 1, now() + interval '1 day', now(), now()
       FROM generate_series(1, 5000) AS n;
     ANALYZE saga.live_instance`,
  ],
])('A plan of a wave %s', (_, prepare) => {
  beforeAll(() => admin.dataSource.query(prepare));

  it.each(statements)('asks only for rows that it names: $name', async ({ text }) => {
    expect((await keptPlan(text)).filter(growsWithItsTables)).toEqual([]);
  });
});

it('locks by id, and not by owner', async () => {
  const conditions = (await keptPlan(lockOwnedSagas.text)).flatMap((plan) => plan['Index Cond'] ?? []);
  expect(conditions).toEqual(['(id = ANY ($1))']);
});
