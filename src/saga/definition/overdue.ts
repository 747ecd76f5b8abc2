import type { GoOn, Park, TurnBack } from './types.js';

/** Its time was up: the saga turns back, with this code and sentence as the cause. */
export const turnsBack = (code: string, message: string): TurnBack => ({ then: 'turn-back', code, message });

/** Its time was up: the step is parked with this code and sentence, for a person to decide. */
export const parks = (code: string, message: string): Park => ({ then: 'park', code, message });

/** Its time was up, and that is how the step ends: the saga goes on. */
export const goesOn = (): GoOn => ({ then: 'go-on' });

/** The case of a wait that went on because its time was up. */
export const overdueCase = 'overdue';
