import { Problem } from '../../platform/http/problem.js';
import { parseBatch } from './order-batch.request.dto.js';
import { placeOrderExample } from './place-order.request.dto.js';

const problemsOf = (...orders: unknown[]) =>
  parseBatch({ orders }).map((item) => ('problem' in item ? item.problem.errors : null));

describe('a batch of orders', () => {
  it('is checked order by order, and one bad order leaves the others good', () => {
    const [good, bad, alsoGood] = problemsOf(
      placeOrderExample,
      { ...placeOrderExample, lines: [] },
      placeOrderExample,
    );
    expect([good, alsoGood]).toEqual([null, null]);
    expect(bad).toMatchObject([{ pointer: '/orders/1/lines', code: 'TOO_SMALL' }]);
  });

  it('reports everything that is wrong with an order at once', () => {
    const line = { sku: 'SKU-1', quantity: 1 };
    const [errors] = problemsOf({
      ...placeOrderExample,
      currency: 'euro',
      lines: [line, { sku: 'SKU-2', quantity: 0 }],
      note: 'x',
    });
    expect(errors?.map((error) => error.pointer).sort()).toEqual([
      '/orders/0/currency',
      '/orders/0/lines/1/quantity',
      '/orders/0/note',
    ]);
  });

  it('knows a SKU that appears twice', () => {
    const line = { sku: 'SKU-1', quantity: 1 };
    expect(problemsOf({ ...placeOrderExample, lines: [line, line] })).toMatchObject([
      [{ pointer: '/orders/0/lines/1/sku', code: 'ORDERS.DUPLICATE_SKU' }],
    ]);
  });

  it('keeps what PostgreSQL cannot store to the order that has it', () => {
    const [good, bad] = problemsOf(placeOrderExample, { ...placeOrderExample, customerId: 'c\u0000' });
    expect(good).toBeNull();
    expect(bad).toMatchObject([{ pointer: '/orders/1/customerId' }]);
  });

  it.each([[null], [{}], [{ orders: [] }], [{ orders: Array(1001).fill({}) }], [{ orders: [{}], more: 1 }]])(
    'is refused as a whole when it is no batch: %j',
    (body) => {
      expect(() => parseBatch(body)).toThrow(Problem);
    },
  );

  it('refuses a card number without repeating it', () => {
    const errors = problemsOf({ ...placeOrderExample, paymentMethod: '4242 4242 4242 4242' });
    expect(errors).toMatchObject([[{ pointer: '/orders/0/paymentMethod', code: 'BAD_FORMAT' }]]);
    expect(JSON.stringify(errors)).not.toContain('4242');
  });
});
