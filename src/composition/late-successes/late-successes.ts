import { Injectable } from '@nestjs/common';
import { ChargePayment } from '../../billing/contracts/billing-commands.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { isOpen, Sagas, type SagaState } from '../../saga/index.js';
import { ArrangeShipping } from '../../shipping/contracts/shipping-commands.js';

/** Something of the outside that took effect after all. */
export interface LateSuccess {
  readonly orderId: string;
  /** Ours, under which the outside knows it: the payment's or the shipment's id. */
  readonly reference: string;
}

/** The definition that undoes a late success, by the command that it is a success of. */
const undoneBy: Readonly<Record<string, string>> = {
  [ChargePayment.wireName]: 'return-late-charge',
  [ArrangeShipping.wireName]: 'cancel-late-booking',
};

const terminal = ['completed', 'compensated', 'terminated'];

/**
 * What succeeds outside after its order had been undone, or after it had come to nothing, is undone again: by a small
 * saga of its own beside the order's, which has ended and stays as it ended (docs/adr: late successes).
 *
 * Whoever heard of a late success may say so, any number of times and wrongly: the order's journal decides, and the
 * undo asks the outside what there is and does nothing when there is nothing.
 */
@Injectable()
export class LateSuccesses {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly sagas: Sagas,
  ) {}

  /**
   * Begins to undo it, in the ambient unit of work or one of its own.
   * @returns false when it is none (any more): the order stands, goes on, or undoes it itself, or this is under way
   */
  async undo({ orderId, reference }: LateSuccess): Promise<boolean> {
    return this.unitOfWork.run(async () => {
      // Locked until the commit, so that of two who tell of it one finds the other's saga.
      const order = await this.sagas.look('order-fulfillment', orderId);
      const command = order && commandUndone(order.state, reference);
      const definition = command && undoneBy[command];
      if (!definition || (await this.isUnderWay(definition, orderId))) return false;
      await this.sagas.start(definition, null, [{ correlationId: orderId, input: { orderId, reference } }]);
      return true;
    });
  }

  private async isUnderWay(definition: string, orderId: string): Promise<boolean> {
    const saga = (await this.sagas.view(definition, [orderId])).get(orderId);
    return saga !== undefined && !terminal.includes(saga.status);
  }
}

/**
 * The command that was carried out under this reference, if it came to nothing or was undone. Null while the saga may
 * still do something about it, when it was meant to succeed, and when an operator left it as it is by name.
 */
function commandUndone({ cause, end, steps }: SagaState, reference: string): string | null {
  const step = steps.find(({ action }) => action?.reference === reference);
  if (!step?.action || !cause || end === 'terminated' || isOpen(step)) return null;
  return ['intended', 'unknown', 'accepted'].includes(step.action.status) ? null : step.action.command;
}
