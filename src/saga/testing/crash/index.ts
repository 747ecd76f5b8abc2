/** The crash kit: see `docs/testing-a-saga.md`. */
export { CrashKit, type CrashReport } from './crash-kit.js';
export type { Passage } from './course.js';
export { killAt } from './kill-at.js';
export type { CrashKitOptions, CrashScenario } from './scenario.js';
export {
  formatSchedule,
  parseSchedule,
  type Accident,
  type AccidentKind,
  type Schedule,
} from './schedule.js';
export { randomSchedule, secondDeaths, singleDeaths, usualWeights, type Weights } from './schedules.js';
