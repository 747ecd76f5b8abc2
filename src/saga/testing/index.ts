/** Running saga definitions in memory, for tests. */
export * from './answers.js';
export { History, type Move } from './history.js';
export { checkState, checkUndoOrder } from './invariants.js';
export { Rehearsal } from './rehearsal.js';
export type { RehearsalOptions, RehearsedCall, RehearsedCompensation } from './rehearsed.js';
export { labelOf } from './script.js';
export {
  toyDefinition,
  toyMessage,
  wordReactedTo,
  type ToyAlternative,
  type ToyOptions,
  type ToyStep,
} from './toy-definition.js';
