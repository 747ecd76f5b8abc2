/** One forbidden (or, without `breaks`, one allowed) import. `from` is a path without its extension. */
export interface Seed {
  readonly breaks?: string;
  readonly from: string;
  /** `{self}` stands for the importing file's own name. */
  readonly imports: string;
  /** True where a type does no harm, because it is gone in the built product. */
  readonly typesAllowed?: true;
}

/** What the seeds import; each exports a `Thing`. */
export const targets = [
  'src/app.module.ts',
  'src/orders/contracts/order-placed.event.ts',
  'src/orders/application/place-order.handler.ts',
  'src/orders/persistence/order.entity.ts',
  'src/orders/domain/order.ts',
  'src/inventory/contracts/stock.command.ts',
  'src/platform/database/unit-of-work.ts',
  'src/platform/time/clock.ts',
  'src/composition/order-prices.ts',
  'src/saga/index.ts',
  'src/saga/definition/builder.ts',
  'src/saga/engine/runner.ts',
  'src/saga/order-fulfillment/v1.ts',
  'src/saga/testing/rehearsal.ts',
  'src/platform/failpoints/failpoint-hook.ts',
  'src/platform/time/clock.spec.ts',
  'test/support/eventually.ts',
  'migrations/0001-first.ts',
];

export const seeds: readonly Seed[] = [
  {
    breaks: 'modules-are-islands',
    from: 'src/billing/application/a',
    imports: '../../orders/contracts/order-placed.event.js',
  },
  { breaks: 'modules-are-islands', from: 'src/shipping/domain/a', imports: '../../saga/index.js' },
  { from: 'src/billing/application/b', imports: '../../platform/database/unit-of-work.js' },
  {
    breaks: 'platform-knows-no-business',
    from: 'src/platform/http/a',
    imports: '../../orders/domain/order.js',
  },
  { breaks: 'platform-knows-no-business', from: 'src/platform/http/b', imports: '../../app.module.js' },
  { from: 'src/saga/order-tracking/a', imports: '../../orders/contracts/order-placed.event.js' },
  { breaks: 'saga-core-stands-alone', from: 'src/saga/store/a', imports: '../order-fulfillment/v1.js' },
  {
    breaks: 'saga-core-stands-alone',
    from: 'src/saga/engine/a',
    imports: '../../composition/order-prices.js',
  },
  { breaks: 'saga-core-stands-alone', from: 'src/saga/report/a', imports: '../order-fulfillment/v1.js' },
  {
    breaks: 'saga-core-stands-alone',
    from: 'src/saga/released/a',
    imports: '../order-fulfillment/v1.js',
  },
  { from: 'src/saga/engine/b', imports: '../definition/builder.js' },
  { breaks: 'saga-definition-stands-alone', from: 'src/saga/definition/a', imports: '../engine/runner.js' },
  {
    breaks: 'saga-definition-stands-alone',
    from: 'src/saga/definition/b',
    imports: '../../platform/database/unit-of-work.js',
  },
  {
    breaks: 'only-saga-edge-sees-modules',
    from: 'src/saga/admin/a',
    imports: '../../inventory/contracts/stock.command.js',
  },
  {
    breaks: 'saga-sees-contracts-only',
    from: 'src/saga/streams/a',
    imports: '../../orders/application/place-order.handler.js',
  },
  { from: 'src/saga/streams/b', imports: '../../orders/contracts/order-placed.event.js' },
  {
    breaks: 'composition-sees-contracts-only',
    from: 'src/composition/a',
    imports: '../orders/persistence/order.entity.js',
  },
  { from: 'src/composition/b', imports: '../orders/contracts/order-placed.event.js' },
  { breaks: 'only-composition-sees-saga', from: 'src/orders/application/a', imports: '../../saga/index.js' },
  { from: 'src/composition/c', imports: '../saga/index.js' },
  { breaks: 'saga-through-its-surface', from: 'src/composition/d', imports: '../saga/engine/runner.js' },
  {
    breaks: 'only-the-root-sees-composition',
    from: 'src/saga/streams/c',
    imports: '../../composition/order-prices.js',
  },
  { breaks: 'pure-code-has-no-framework', from: 'src/orders/domain/a', imports: '@nestjs/common' },
  { breaks: 'pure-code-has-no-framework', from: 'src/saga/definition/c', imports: 'rxjs' },
  { breaks: 'pure-code-has-no-framework', from: 'src/saga/definition/d', imports: 'pg' },
  { breaks: 'pure-code-has-no-framework', from: 'src/billing/domain/a', imports: 'typeorm' },
  { from: 'src/saga/definition/e', imports: 'zod' },
  { breaks: 'pure-code-does-no-io', from: 'src/orders/domain/b', imports: 'node:fs' },
  { from: 'src/orders/domain/c', imports: 'node:crypto' },
  {
    breaks: 'domain-looks-inward',
    from: 'src/orders/domain/d',
    imports: '../persistence/order.entity.js',
  },
  { from: 'src/orders/domain/e', imports: '../../platform/time/clock.js' },
  {
    breaks: 'contracts-are-plain-data',
    from: 'src/orders/contracts/a',
    imports: '../application/place-order.handler.js',
  },
  { breaks: 'migrations-are-frozen', from: 'migrations/a', imports: '../src/platform/time/clock.js' },
  {
    breaks: 'no-test-code-in-the-product',
    from: 'src/platform/time/a',
    imports: '../../../test/support/eventually.js',
  },
  { breaks: 'no-test-code-in-the-product', from: 'src/platform/time/b', imports: './clock.spec.js' },
  { breaks: 'no-testing-in-the-product', from: 'src/saga/engine/c', imports: '../testing/rehearsal.js' },
  {
    breaks: 'only-tests-arm-failpoints',
    from: 'src/saga/engine/d',
    imports: '../../platform/failpoints/failpoint-hook.js',
  },
  { from: 'src/saga/testing/a', imports: '../../platform/failpoints/failpoint-hook.js' },
  {
    breaks: 'no-dev-dependency-in-the-product',
    from: 'src/platform/time/c',
    imports: 'fast-check',
    typesAllowed: true,
  },
  { breaks: 'no-cycles', from: 'src/platform/time/d', imports: './{self}.js' },
  { breaks: 'no-unresolvable', from: 'src/platform/time/e', imports: './nowhere.js' },
];
