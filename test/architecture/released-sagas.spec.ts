import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { transformSync } from '@swc/core';

const root = join(import.meta.dirname, '../..');
const v2 = 'src/saga/order-fulfillment/order-fulfillment.v2.ts';

const shared = 'src/saga/order-fulfillment/shared-steps.ts';

/** A build of a copy of the project, in which one line of one file may be another. */
describe('editing a released definition', () => {
  let tree: string;

  const compile = (file: string, edit: (text: string) => string = (text) => text) => {
    const text = edit(readFileSync(join(root, file), 'utf8'));
    const { code } = transformSync(text, {
      jsc: {
        target: 'es2023',
        parser: { syntax: 'typescript', decorators: true },
        transform: { legacyDecorator: true, decoratorMetadata: true },
      },
      module: { type: 'es6' },
    });
    const to = join(tree, 'dist', file.replace(/\.ts$/, '.js'));
    mkdirSync(dirname(to), { recursive: true });
    writeFileSync(to, code);
  };

  const check = () => {
    const { status, stderr } = spawnSync(process.execPath, ['dist/scripts/sagas-check.js'], {
      cwd: tree,
      encoding: 'utf8',
    });
    return { status, said: stderr };
  };

  beforeAll(() => {
    tree = mkdtempSync(join(tmpdir(), 'released-'));
    symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'));
    cpSync(join(root, 'package.json'), join(tree, 'package.json'));
    for (const folder of ['src', 'scripts']) {
      const files = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
      const sources = files.filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'));
      for (const file of sources) compile(join(folder, file));
    }
    for (const folder of ['docs/sagas', 'test/recorded-journals']) {
      cpSync(join(root, folder), join(tree, folder), { recursive: true });
    }
    for (const place of ['.', 'dist']) {
      cpSync(join(root, 'sagas.released.json'), join(tree, place, 'sagas.released.json'));
    }
  }, 60_000);

  afterAll(() => rmSync(tree, { recursive: true, force: true }));
  afterEach(() => [v2, shared].forEach((file) => compile(file)));

  it('is what this project has not done', () => {
    expect(check()).toEqual({ status: 0, said: '' });
  });

  it.each([
    [
      'a policy',
      'attemptTimeoutMs: 60_000',
      'attemptTimeoutMs: 90_000',
      '~ arrange-shipping: attemptTimeoutMs 60000 → 90000',
    ],
    [
      'a step’s name',
      `.step('commit-inventory'`,
      `.step('take-inventory'`,
      '+ take-inventory, after charge-payment',
    ],
    [
      'a mapping',
      '.action(ReserveInventory, orderAndLines)',
      '.action(ReserveInventory, onlyOrder)',
      '~ reserve-inventory: action.input.lines $.input.lines → none',
    ],
    [
      'the command of a compensation',
      '.compensation(RefundPayment, refund, PaymentRefunded,',
      '.compensation(ReturnInventory, refund, PaymentRefunded,',
      '~ charge-payment: compensation.command billing.refund-payment.v1 → inventory.return-inventory.v1',
    ],
  ])('in %s fails the build, which says what differs and what to do', (_, before, after, difference) => {
    compile(v2, (text) => {
      expect(text.split(before)).toHaveLength(2);
      return text.replace(before, after);
    });
    const { status, said } = check();
    expect(status).toBe(1);
    expect(said).toContain(
      'order-fulfillment v2 is released and has been changed: put it back, and give the',
    );
    expect(said).toContain(difference);
  });

  it('inside a function fails the build where a recorded journal goes through it', () => {
    compile(shared, (text) =>
      text.replace('input.totalAmount <= input.reviewAbove', 'input.totalAmount < input.reviewAbove'),
    );
    const { status, said } = check();
    expect(status).toBe(1);
    expect(said).toContain('order-fulfillment v1 is released, and a function of it has been changed');
    expect(said).toContain('review-order was passed over, and is entered now');
  });

  it('leaves a page that says something else, which fails the build too', () => {
    const page = join(tree, 'docs/sagas/order-tracking.v1.md');
    const written = readFileSync(page, 'utf8');
    writeFileSync(page, written.replace('await-collection', 'await-parcel'));
    expect(check()).toEqual({
      status: 1,
      said: 'docs/sagas/order-tracking.v1.md is out of date: run `npm run sagas:docs` and commit it.\n',
    });
    writeFileSync(page, written);
  });

  it('in the order of its steps fails the build', () => {
    compile(v2, (text) => {
      // What a person does who cuts a step and pastes it one higher up.
      const step = / {2}\.step\('charge-payment'[\s\S]*?\n {2}\)\n/.exec(text)![0];
      return text
        .replace(step, '')
        .replace(`  .step('reserve-inventory'`, `${step}  .step('reserve-inventory'`);
    });
    const { status, said } = check();
    expect(status).toBe(1);
    expect(said).toContain('> reserve-inventory: was after review-order, is after charge-payment');
  });
});
