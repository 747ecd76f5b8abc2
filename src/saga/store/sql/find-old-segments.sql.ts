import { statement } from '../../../platform/database/statement.js';

/**
 * Sagas under way whose segment is older than their definition says ($1 names, $2 versions, $3 seconds), the oldest
 * first, $4 at most, but for $5. Whoever owns them, and whatever they wait for. Reads the live rows through, which are
 * few: an index would cost an entry with every start.
 */
export const findOldSegments = statement(
  'saga.find-old-segments',
  `SELECT i.id
     FROM saga.live_instance i
     JOIN unnest($1::text[], $2::int[], $3::float8[]) AS known(name, version, seconds)
       ON known.name = i.definition AND known.version = i.version
    WHERE i.segment_at <= clock_timestamp() - make_interval(secs => known.seconds) AND i.id <> ALL ($5::uuid[])
    ORDER BY i.segment_at
    LIMIT $4`,
);
