import { backlog } from './backlog.js';
import type { Case } from './case.js';
import { failing } from './failing.js';
import { growth } from './growth.js';
import { history } from './history.js';
import { http } from './http.js';
import { idle } from './idle.js';
import { inFlight } from './in-flight.js';
import { latency } from './latency.js';
import { unbounded } from './unbounded.js';
import { workers } from './workers.js';

/** In the order in which they run. */
export const cases: readonly Case[] = [
  unbounded,
  inFlight,
  failing,
  latency,
  http,
  workers,
  backlog,
  history,
  idle,
  growth,
];
