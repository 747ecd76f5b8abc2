import type { Overdue } from './types.js';

/** Its time was up: the saga turns back, with this code and sentence as the cause. */
export const turnsBack = (code: string, message: string): Overdue => ({ then: 'turn-back', code, message });

/** Its time was up: the step is parked with this code and sentence, for a person to decide. */
export const parks = (code: string, message: string): Overdue => ({ then: 'park', code, message });
