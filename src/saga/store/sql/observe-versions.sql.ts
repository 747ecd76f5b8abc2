import { statement } from '../../../platform/database/statement.js';

/** Sagas of both versions together, the first ones, that are looked at: so much it costs at most to look. */
export const observedAtMost = 5_000;

/**
 * What became of the sagas of a definition ($1) that began in one of two versions ($2) by their shares, since a time ($4;
 * $3: the lowest id that may be of then). Those that began first: the two are compared over the same time, however large
 * their shares are. `slow`: took, or takes so far, longer than $5 seconds; null: that is not asked.
 *
 * Asked every second while a guard stands. It walks the index of versions from that id on, in the few in flight and in the
 * months of the ended, and no further than it has to: what ended before costs nothing.
 */
export const observeVersions = statement(
  'saga.observe-versions',
  `WITH first AS MATERIALIZED (
     SELECT s.*
       FROM unnest($2::int[]) AS w(version)
      CROSS JOIN LATERAL (SELECT i.id, i.version, i.status, i.assigned_by, i.created_at, i.finished_at
                            FROM saga.instance i
                           WHERE i.definition = $1 AND i.version = w.version AND i.id >= $3
                           ORDER BY i.id
                           LIMIT ${observedAtMost}) s
      ORDER BY s.id
      LIMIT ${observedAtMost}
   )
   SELECT version, count(*)::int AS started,
          count(*) FILTER (WHERE status IN ('parked', 'terminated'))::int AS failure,
          count(*) FILTER (WHERE status IN ('compensating', 'compensated'))::int AS compensation,
          count(*) FILTER (WHERE COALESCE(finished_at, clock_timestamp()) - created_at
                                 > make_interval(secs => $5::double precision))::int AS slow
     FROM first
    WHERE assigned_by = 'share' AND created_at >= $4
    GROUP BY version`,
);
