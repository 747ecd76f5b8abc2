import type { At, Find } from './finding.js';
import type { SagaDefinition } from './types.js';

/** What the other side may take its time over can be given up, or it is for a person to decide. */
export function checkConfirmations(definition: SagaDefinition, at: At, find: Find): void {
  for (const { name, phase, kind, confirmed } of definition.steps) {
    if (!confirmed) continue;
    const path = at(name, 'confirmed');
    if (kind !== 'external')
      find('SAGA.BAD_POLICY', path, 'only what is called outside can be confirmed later');
    const { withinMs, askEveryMs, overdue } = confirmed;
    if (!(withinMs > 0 && askEveryMs > 0)) {
      find('SAGA.BAD_POLICY', path, `withinMs is ${withinMs} and askEveryMs ${askEveryMs}; both are above 0`);
    }
    if (overdue.then !== 'turn-back') continue;
    if (phase === 'retriable') {
      find('SAGA.MAY_GIVE_UP', path, 'after the pivot there is no way back; say parks(…)');
    } else if (!definition.compensations.some(({ step }) => step === name)) {
      find(
        'SAGA.CANNOT_WITHDRAW',
        path,
        'what was accepted may still come about when the saga turns back; bind a compensation or a withdrawal',
      );
    }
  }
}
