import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { BeginCancellationHandler } from '../../src/orders/application/begin-cancellation.handler.js';
import { CloseOrderHandler } from '../../src/orders/application/close-order.handler.js';
import { ConfirmOrderHandler } from '../../src/orders/application/confirm-order.handler.js';
import { OrderReader } from '../../src/orders/application/order-reader.js';
import { PlaceOrders } from '../../src/orders/application/place-orders.js';
import { ValidateOrderHandler } from '../../src/orders/application/validate-order.handler.js';
import {
  BeginCancellation,
  CloseOrder,
  ConfirmOrder,
  ValidateOrder,
} from '../../src/orders/contracts/order-commands.js';
import {
  OrderCancelled,
  OrderCancelling,
  OrderConfirmed,
  OrderRejected,
  OrderValidated,
} from '../../src/orders/contracts/order-events.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { type OrdersApp, startOrdersApp, wish } from './orders-app.js';

let orders: OrdersApp;
beforeAll(async () => {
  orders = await startOrdersApp();
  orders.catalogue.add('SKU-1', 1999);
  orders.catalogue.add('SKU-FREE', 0);
  orders.catalogue.add('SKU-USD', 500, 'USD');
});
afterAll(() => orders.close());

const NOWHERE = '01980b5e-2c4a-7c3e-9f6d-3a1b2c4d5e6f';
const declined = { code: 'BILLING.CARD_DECLINED', message: 'The card was declined.' };

async function place(more: Record<string, unknown> = {}): Promise<string> {
  const [placement] = await orders.get(CommandBus).execute(new PlaceOrders([wish(more)]));
  if (!placement || !('order' in placement)) throw new Error('It was refused.');
  return placement.order.id;
}

const inWork = <T>(work: () => Promise<T>) => orders.get(UnitOfWork).run(work);
const confirm = (...ids: string[]) =>
  inWork(() =>
    orders.get(ConfirmOrderHandler).handleBatch(ids.map((orderId) => new ConfirmOrder({ orderId }))),
  );
const begin = (...ids: string[]) =>
  inWork(() =>
    orders
      .get(BeginCancellationHandler)
      .handleBatch(ids.map((orderId) => new BeginCancellation({ orderId, ...declined }))),
  );
const close = (as: 'rejected' | 'cancelled', failure: typeof declined, ...ids: string[]) =>
  inWork(() =>
    orders
      .get(CloseOrderHandler)
      .handleBatch(ids.map((orderId) => new CloseOrder({ orderId, as, ...failure }))),
  );
const validate = (...ids: string[]) =>
  inWork(() =>
    orders.get(ValidateOrderHandler).handleBatch(ids.map((orderId) => new ValidateOrder({ orderId }))),
  );
const read = (id: string) => orders.get(OrderReader).one(id);
const history = async (id: string) => {
  const [row] = await orders.dataSource.query<
    { h: { version: number; status: string; code: string | null }[] }[]
  >('SELECT status_history AS h FROM orders."order" WHERE id = $1', [id]);
  return row?.h.map(({ version, status, code }) => [version, status, code]);
};

describe('validating orders', () => {
  it('judges each order of a batch for itself', async () => {
    const [good, free, foreign] = [
      await place(),
      await place({ lines: [{ sku: 'SKU-FREE', quantity: 1 }] }),
      await place({ lines: [{ sku: 'SKU-USD', quantity: 1 }] }),
    ];
    expect(await validate(good, free, foreign, NOWHERE)).toMatchObject([
      new OrderValidated({ orderId: good }),
      { code: 'ORDERS.TOTAL_NOT_POSITIVE' },
      { code: 'ORDERS.CURRENCY_MISMATCH' },
      { code: 'ORDERS.NOT_FOUND' },
    ]);
  });

  it('reports all violations together', async () => {
    orders.catalogue.add('SKU-FREE-USD', 0, 'USD');
    const id = await place({ lines: [{ sku: 'SKU-FREE-USD', quantity: 1 }] });
    const [outcome] = await validate(id);
    expect(outcome).toMatchObject({
      code: 'ORDERS.INVALID',
      details: { violations: [{ code: 'ORDERS.TOTAL_NOT_POSITIVE' }, { code: 'ORDERS.CURRENCY_MISMATCH' }] },
    });
  });
});

describe('the end of an order', () => {
  it('is confirmed, once, however often it is asked for', async () => {
    const id = await place();
    expect(await confirm(id)).toEqual([new OrderConfirmed({ orderId: id })]);
    expect(await confirm(id, id)).toEqual([
      new OrderConfirmed({ orderId: id }),
      new OrderConfirmed({ orderId: id }),
    ]);
    expect(await read(id)).toMatchObject({ status: 'confirmed', version: 2, failure: null });
    expect(await history(id)).toEqual([
      [1, 'pending', null],
      [2, 'confirmed', null],
    ]);
  });

  it('is rejected with the reason that the customer sees', async () => {
    const id = await place();
    const failure = { code: 'ORDERS.INVALID', message: 'No.' };
    expect(await close('rejected', failure, id)).toEqual([
      new OrderRejected({ orderId: id, code: failure.code }),
    ]);
    expect(await close('rejected', declined, id)).toEqual([
      new OrderRejected({ orderId: id, code: failure.code }),
    ]);
    expect(await read(id)).toMatchObject({ status: 'rejected', version: 2, failure });
  });

  it('is cancelled by way of cancelling', async () => {
    const id = await place();
    expect(await begin(id)).toEqual([new OrderCancelling({ orderId: id, code: declined.code })]);
    expect(await begin(id)).toEqual([new OrderCancelling({ orderId: id, code: declined.code })]);
    expect(await read(id)).toMatchObject({ status: 'cancelling', failure: declined });
    expect(await close('cancelled', declined, id)).toEqual([
      new OrderCancelled({ orderId: id, code: declined.code }),
    ]);
    expect(await close('cancelled', declined, id)).toEqual([
      new OrderCancelled({ orderId: id, code: declined.code }),
    ]);
    expect(await history(id)).toEqual([
      [1, 'pending', null],
      [2, 'cancelling', declined.code],
      [3, 'cancelled', declined.code],
    ]);
  });

  it('goes through cancelling also when it is closed at once, and takes the last reason', async () => {
    const terminated = { code: 'SAGA.TERMINATED', message: 'An operator ended it.' };
    const [pending, cancelling] = [await place(), await place()];
    await begin(cancelling);
    expect(await close('cancelled', terminated, pending, cancelling)).toEqual([
      new OrderCancelled({ orderId: pending, code: terminated.code }),
      new OrderCancelled({ orderId: cancelling, code: terminated.code }),
    ]);
    expect((await history(pending))?.map(([, status]) => status)).toEqual([
      'pending',
      'cancelling',
      'cancelled',
    ]);
    expect((await read(cancelling)).failure).toEqual(terminated);
  });

  it('is cancelled, not rejected, once the customer was told that it is being cancelled', async () => {
    const id = await place();
    await begin(id);
    expect(await close('rejected', declined, id)).toEqual([
      new OrderCancelled({ orderId: id, code: declined.code }),
    ]);
  });

  it('cannot be changed into another', async () => {
    const [confirmed, cancelled] = [await place(), await place()];
    await confirm(confirmed);
    await close('cancelled', declined, cancelled);
    expect(await begin(confirmed, NOWHERE)).toMatchObject([
      { code: 'ORDERS.TOO_LATE' },
      { code: 'ORDERS.NOT_FOUND' },
    ]);
    expect(await close('cancelled', declined, confirmed)).toMatchObject([{ code: 'ORDERS.TOO_LATE' }]);
    expect(await confirm(cancelled)).toMatchObject([{ code: 'ORDERS.WRONG_STATUS' }]);
    expect(await read(confirmed)).toMatchObject({ status: 'confirmed', version: 2 });
  });

  it('is one only, when confirming and cancelling race each other', async () => {
    const ids = await Promise.all(Array.from({ length: 20 }, () => place()));
    const outcomes = await Promise.all([confirm(...ids), begin(...[...ids].reverse())]);
    const views = await Promise.all(ids.map(read));
    for (const view of views) {
      expect(['confirmed', 'cancelling']).toContain(view.status);
      expect(view.version).toBe(2);
    }
    const wins = outcomes
      .flat()
      .filter((one) => one instanceof OrderConfirmed || one instanceof OrderCancelling);
    expect(wins).toHaveLength(20);
  });

  it('leaves a line in the log, with how it ended and how long it took', async () => {
    const [confirmed, cancelled] = [await place(), await place()];
    const lines: { msg?: string; orderId?: string }[] = [];
    const log = jest
      .spyOn(Logger.prototype, 'log')
      .mockImplementation((line: unknown) => void lines.push(line as (typeof lines)[number]));
    try {
      await begin(cancelled);
      expect(lines).toEqual([]);
      await confirm(confirmed);
      await confirm(confirmed);
      await close('cancelled', declined, cancelled);
    } finally {
      log.mockRestore();
    }
    const durationOf = async (id: string) => {
      const { createdAt, updatedAt } = await read(id);
      return Date.parse(updatedAt) - Date.parse(createdAt);
    };
    expect(lines).toEqual([
      {
        ...{ msg: 'Order ended', orderId: confirmed, outcome: 'confirmed', code: null },
        durationMs: await durationOf(confirmed),
      },
      {
        ...{ msg: 'Order ended', orderId: cancelled, outcome: 'cancelled', code: declined.code },
        durationMs: await durationOf(cancelled),
      },
    ]);
  });

  it('takes one statement for a thousand orders', async () => {
    const wishes = Array.from({ length: 1000 }, () => wish());
    const placements = await orders.get(CommandBus).execute(new PlaceOrders(wishes));
    const ids = placements.flatMap((placement) => ('order' in placement ? [placement.order.id] : []));
    const query = jest.spyOn(orders.get(UnitOfWork), 'query');
    await confirm(...ids);
    expect(query).toHaveBeenCalledTimes(1);
    query.mockRestore();
  });

  it('can be asked for outside a saga, and publishes its event then', async () => {
    const id = await place();
    await orders.get(CommandBus).execute(new ConfirmOrder({ orderId: id }));
    expect(orders.events.at(-1)).toEqual(new OrderConfirmed({ orderId: id }));
  });

  it('needs a reason when it is bad: the table itself says so', async () => {
    const id = await place();
    const bare = orders.dataSource.query(`UPDATE orders."order" SET status = 'rejected' WHERE id = $1`, [id]);
    await expect(bare).rejects.toThrow('order_failure_says_why');
  });
});
