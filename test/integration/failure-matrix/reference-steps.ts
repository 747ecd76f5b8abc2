import { ChargePayment, RefundPayment } from '../../../src/billing/contracts/billing-commands.js';
import {
  CommitInventory,
  ReleaseReservation,
  ReserveAndCommitInventory,
  ReserveInventory,
  ReturnInventory,
} from '../../../src/inventory/contracts/inventory-commands.js';
import { ConfirmOrder, ValidateOrder } from '../../../src/orders/contracts/order-commands.js';
import { ArrangeShipping, CancelShipment } from '../../../src/shipping/contracts/shipping-commands.js';
import type { Fault } from '../../support/sabotage/sabotage.js';
import { onHand, ordered, unitAmount } from '../fulfillment-app.js';

/** On the shelf, at the gateway, at the carrier. */
export interface World {
  readonly onHand: number;
  readonly reserved: number;
  readonly paid: number;
  readonly parcels: number;
}

/** How a saga and its order stand. */
export interface Standing {
  readonly saga: string;
  readonly order: string;
  /** What the customer is told; null: nothing is wrong for him. */
  readonly failure: string | null;
  /** Of what went wrong. */
  readonly attempts: number;
  /** Steps whose compensations have succeeded, in their order. */
  readonly undone: readonly string[];
  readonly world: World;
}

export type Version = 1 | 2;
type Command = Fault['command'];

/** A step of the reference definitions, as this matrix expects it: written down here, and not read from there. */
export interface Step {
  readonly name: string;
  readonly command: Command;
  readonly kind: 'local' | 'external';
  readonly phase: 'compensatable' | 'pivot' | 'retriable';
  /** What undoes it, the pivot's withdrawal included; null: nothing does. */
  readonly undo: Command | null;
  /** What its effect changes in the world. */
  readonly effect: Partial<World>;
}

const only = { kind: 'local', phase: 'compensatable', undo: null, effect: {} } as const;

const validate: Step = { ...only, name: 'validate-order', command: ValidateOrder };
const charge: Step = {
  name: 'charge-payment',
  command: ChargePayment,
  kind: 'external',
  phase: 'compensatable',
  undo: RefundPayment,
  effect: { paid: ordered * unitAmount },
};
const reserveAndCommit: Step = {
  ...only,
  name: 'reserve-and-commit-inventory',
  command: ReserveAndCommitInventory,
  undo: ReturnInventory,
  effect: { onHand: -ordered },
};
const reserve: Step = {
  ...only,
  name: 'reserve-inventory',
  command: ReserveInventory,
  undo: ReleaseReservation,
  effect: { reserved: ordered },
};
const commit: Step = {
  ...only,
  name: 'commit-inventory',
  command: CommitInventory,
  undo: ReturnInventory,
  effect: { onHand: -ordered, reserved: -ordered },
};
const ship: Step = {
  name: 'arrange-shipping',
  command: ArrangeShipping,
  kind: 'external',
  phase: 'pivot',
  undo: CancelShipment,
  effect: { parcels: 1 },
};
const confirm: Step = { ...only, name: 'confirm-order', command: ConfirmOrder, phase: 'retriable' };

/** The steps that do something, in their order. `review-order` only waits, and has a test of its own. */
export const stepsOf: Readonly<Record<Version, readonly Step[]>> = {
  1: [validate, charge, reserveAndCommit, ship, confirm],
  2: [validate, reserve, charge, commit, ship, confirm],
};

/** The world with the effects of these steps, and no others. */
export function worldAfter(steps: readonly Step[]): World {
  const sum = (start: number, change: (step: Step) => number | undefined) =>
    steps.reduce((total, step) => total + (change(step) ?? 0), start);
  return {
    onHand: sum(onHand, ({ effect }) => effect.onHand),
    reserved: sum(0, ({ effect }) => effect.reserved),
    paid: sum(0, ({ effect }) => effect.paid),
    parcels: sum(0, ({ effect }) => effect.parcels),
  };
}

/** Names of those of these steps whose effect is undone before the pivot, the last one first. */
export function backwards(steps: readonly Step[]): string[] {
  return steps
    .filter(({ undo, phase }) => undo !== null && phase === 'compensatable')
    .map(({ name }) => name)
    .reverse();
}

/** What becomes of a unit that goes wrong: how many attempts it makes by itself, and where that leads. */
export interface Course {
  readonly leads: 'on' | 'back' | 'to a person';
  readonly attempts: number;
}

/** `attempts` in words. */
export const times = (attempts: number) => `${attempts} attempt${attempts === 1 ? '' : 's'}`;
export const listed = (names: readonly string[]) => names.join(', ') || 'nothing';
