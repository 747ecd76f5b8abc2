/** Defining sagas: pure, no framework, no I/O. */
export { alternativeFor, alternativeOf, nameOf, namesCode, stepsBefore } from './alternatives.js';
export { defineSaga } from './builder.js';
export { areSideBySide, hasGroups, stagesOf } from './groups.js';
export * from './child-messages.js';
export { verifyChildren } from './verify-children.js';
export { construct, type MessageClass, type DataOf } from './message-class.js';
export * from './overdue.js';
export * from './policy.js';
export { defaultRollover } from './rollover.js';
export * from './types.js';
export { verifyDefinition, DefinitionError, type Finding, type KnownHandlers } from './verifier.js';
export { react } from './reaction.js';
export { DefinitionRegistry } from './registry.js';
export { answerTo, hears, ignore, keep, placeEnded, placeTurnedBack, reactionsOf } from './event-answers.js';
export { fingerprint, fingerprintOf, describeDefinition, type Description } from './fingerprint.js';
export type { DefinitionDiff } from './definition-diff.js';
export { diffDefinitions } from './diff.js';
