import type { LoggerService } from '@nestjs/common';
import { ChargePayment } from '../../src/billing/contracts/billing-commands.js';
import { ReserveInventory } from '../../src/inventory/contracts/inventory-commands.js';
import type { Fault } from '../support/sabotage/sabotage.js';
import { eventually } from '../support/eventually.js';
import { startFulfillmentApp, type FulfillmentApp, type PlacedOrder } from './fulfillment-app.js';

/** From its occurrence, in milliseconds. */
const soon = 2_000;

interface Line {
  readonly at: number;
  readonly level: string;
  readonly fields: { correlationId?: string; sagaId?: string; unit?: string; err?: Error };
}

/** Keeps what was logged, with the time. */
class Listener implements LoggerService {
  readonly lines: Line[] = [];
  log = this.keep('log');
  error = this.keep('error');
  warn = this.keep('warn');

  private keep(level: string) {
    return (fields: unknown) => {
      if (typeof fields === 'object' && fields !== null) this.lines.push({ at: Date.now(), level, fields });
    };
  }
}

describe('A step that fails', () => {
  let app: FulfillmentApp;
  const listener = new Listener();

  beforeAll(async () => {
    app = await startFulfillmentApp({ logger: listener });
  });
  afterAll(() => app.close());

  /** Places an order that fails there; answers when that happened, by the journal, and when operators could see it. */
  async function fail(command: Fault['command']) {
    const order = await app.place({
      faults: [{ command, way: 'unclassified', instant: 'before its effect' }],
    });
    const { row } = await app.saga(order);
    const { cause, seenAt } = await eventually(
      async () => {
        const { body } = await app.operator.get<{ cause: { stack: string } | null }>(
          `/v1/admin/sagas/${row.id}`,
        );
        expect(body.cause).not.toBeNull();
        return { cause: body.cause!, seenAt: Date.now() };
      },
      { every: 5 },
    );
    const { journal } = await app.saga(order);
    const failed = journal.find(({ kind }) => kind === 'attempt-failed' || kind === 'outcome-unknown')!;
    return { order, sagaId: row.id, cause, happenedAt: Date.parse(failed.at), seenAt };
  }

  async function expectNoInternals({ id }: PlacedOrder): Promise<void> {
    for (const path of [`/v1/orders/${id}`, `/v1/orders/${id}/timeline`, `/v1/payments?orderId=${id}`]) {
      const { body } = await app.http.get(path);
      expect(JSON.stringify(body)).not.toMatch(/exploded|at .*\.ts|UNCLASSIFIED|stack/);
    }
  }

  it.each([
    ['in this database', ReserveInventory, 'reserve-inventory'],
    ['outside', ChargePayment, 'charge-payment'],
  ])(
    '%s is seen by operators within two seconds, with its stack, and by customers without',
    async (_, command, step) => {
      const { order, cause, happenedAt, seenAt } = await fail(command);
      expect(seenAt - happenedAt).toBeLessThan(soon);
      expect(cause).toMatchObject({ step, code: 'SAGA.UNCLASSIFIED', message: 'The test exploded.' });
      expect(cause.stack).toContain('sabotage.ts');
      await expectNoInternals(order);
    },
  );

  it('in this database is in the log within two seconds, with saga, order, step and stack', async () => {
    const { order, sagaId, happenedAt } = await fail(ReserveInventory);
    const line = listener.lines.find(
      ({ level, fields }) => level === 'error' && fields.correlationId === order.id,
    );
    expect(line).toMatchObject({
      fields: { sagaId, step: 'reserve-inventory', role: 'action' },
    });
    expect(line!.at - happenedAt).toBeLessThan(soon);
    expect(line!.fields.err?.stack).toContain('sabotage.ts');
  });
});
