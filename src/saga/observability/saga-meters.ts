import type { Metrics } from '../../platform/observability/metrics/metrics.js';

/** From a local step in a shared commit to a saga that waits for days, in seconds. */
const durations = [
  ...[0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60],
  ...[300, 1_800, 7_200, 86_400, 604_800],
];

const unitLabels = ['definition', 'version', 'step', 'role'] as const;

export type SagaMeters = ReturnType<typeof sagaMeters>;

/** What is counted of sagas, at zero. @throws Error when it was made before of these metrics */
export function sagaMeters(metrics: Metrics) {
  return {
    started: metrics.counter({
      name: 'saga_started_total',
      help: 'Sagas that were started.',
      labels: ['definition', 'version'],
    }),
    duration: metrics.busyHistogram(
      {
        name: 'saga_duration_seconds',
        help: 'From the start of a saga to its end: the processing time of what it is about.',
        labels: ['definition', 'version', 'outcome'],
      },
      durations,
    ),
    stepDuration: metrics.busyHistogram(
      {
        name: 'saga_step_duration_seconds',
        help: 'From the intent of a unit, or the beginning of a wait, to the commit of its outcome, all attempts included.',
        labels: [...unitLabels, 'outcome'],
      },
      durations,
    ),
    retries: metrics.counter({
      name: 'saga_retries_total',
      help: 'Attempts after which another one, or a question to the other side, was scheduled.',
      labels: [...unitLabels, 'reason'],
    }),
    rejections: metrics.counter({
      name: 'saga_rejections_total',
      help: 'Units to which the business said no.',
      labels: ['definition', 'version', 'step', 'code'],
    }),
    compensations: metrics.counter({
      name: 'saga_compensations_total',
      help: 'Compensations that were begun.',
      labels: ['definition', 'version', 'step'],
    }),
    turnedBack: metrics.counter({
      name: 'saga_turned_back_total',
      help: 'Sagas that began undoing.',
      labels: ['definition', 'version', 'cause'],
    }),
    parked: metrics.counter({
      name: 'saga_parked_total',
      help: 'Units, waits and sagas whose automatic tries have ended; a person has to go on.',
      labels: unitLabels,
    }),
    crashLoops: metrics.counter({
      name: 'saga_crash_loops_total',
      help: 'Units that were parked because workers were lost over them.',
      labels: ['definition', 'version'],
    }),
    takeOvers: metrics.counter({
      name: 'saga_take_overs_total',
      help: 'Sagas that this process took over from a worker whose lease had run out.',
      labels: ['definition', 'version'],
    }),
  };
}
