import { statement } from '../../../platform/database/statement.js';

/** The breakers, and whether sagas rest because of each. A handful of rows; `holding` looks at one index entry. */
export const readDependencies = statement(
  'saga.read-dependencies',
  `SELECT d.name, d.state, d.failures, d.error, d.probe_at AS "probeAt", d.prober, clock_timestamp() AS now,
          EXISTS (SELECT FROM saga.live_instance i WHERE i.held_for = d.name) AS holding
     FROM saga.dependency d`,
);
