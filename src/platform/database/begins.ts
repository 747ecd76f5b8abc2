/**
 * Begins a transaction whose prepared statements keep one plan. Left alone, PostgreSQL plans a statement on `unnest`ed
 * arrays anew at every execution, because it takes the short arrays of the moment for cheaper than an average; on the hot
 * path that planning cost more than the work. Statements outside a unit of work, the lists among them, are planned for
 * their values as usual.
 *
 * A plan that is kept must not be one for the size that its tables happened to have. Made while they were empty it would
 * read all of them, and go on with that until somebody analyzes them: so no sequential scans. The other half is with the
 * statements: what they look up they name by `= ANY` of a parameter, and not by a join alone, so that an index has a
 * condition whichever way the join goes. `jit`: before PostgreSQL 18 a scan without an alternative looks dear enough for
 * it.
 */
const beginWithKnownPlans =
  'BEGIN; SET LOCAL plan_cache_mode = force_generic_plan; SET LOCAL enable_seqscan = off; SET LOCAL jit = off';

/**
 * What the statements of a unit of work are mostly about. `rows`: a few rows, found by their keys. `sets`: hundreds of them at once, where
 * a plan made for a few compares each with each: joins go by hash or in order.
 */
export type WorkOn = 'rows' | 'sets';

/** The statements that begin a unit of work. */
export const begins: Record<WorkOn, string> = {
  rows: beginWithKnownPlans,
  sets: `${beginWithKnownPlans}; SET LOCAL enable_nestloop = off`,
};
