import type { Invariant } from '../invariant.js';
import { childHearsVerdict } from './child-hears-verdict.invariant.js';
import { endsWithoutOpenEffects } from './ends-without-open-effects.invariant.js';
import { goodsAsEnded } from './goods-as-ended.invariant.js';
import { moneyAsOwed } from './money-as-owed.invariant.js';
import { orderHasSaga } from './order-has-saga.invariant.js';
import { sagaGoesOn } from './saga-goes-on.invariant.js';
import { shipmentsAsEnded } from './shipments-as-ended.invariant.js';
import { statusAgrees } from './status-agrees.invariant.js';
import { stockOnHand } from './stock-on-hand.invariant.js';
import { stockReserved } from './stock-reserved.invariant.js';

/** A lost worker's sagas are taken over within two leases; the rest is for a busy machine. */
const patienceSeconds = (leaseSeconds: number) => 3 * leaseSeconds + 10;

/** All rules that our own tables can tell about, in the order in which they are reported. */
export const invariants = (leaseSeconds: number): readonly Invariant[] => [
  moneyAsOwed,
  stockReserved,
  stockOnHand,
  goodsAsEnded,
  shipmentsAsEnded,
  statusAgrees,
  orderHasSaga,
  sagaGoesOn(patienceSeconds(leaseSeconds)),
  endsWithoutOpenEffects,
  childHearsVerdict,
];
