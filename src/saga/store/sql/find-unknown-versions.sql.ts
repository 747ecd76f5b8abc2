import { statement } from '../../../platform/database/statement.js';

/**
 * Versions that a build does not know ($1 names, $2 versions that it knows) and that sagas in flight need. Asked every
 * few seconds by whoever watches a process: it steps from version to version through their index, and reads sagas only
 * of such a version, so that it costs the same however many there are.
 */
export const findUnknownVersions = statement(
  'saga.find-unknown-versions',
  `WITH RECURSIVE used AS (
     (SELECT i.definition, i.version FROM saga.live_instance i ORDER BY i.definition, i.version LIMIT 1)
     UNION ALL
     SELECT n.definition, n.version
       FROM used u
      CROSS JOIN LATERAL (SELECT i.definition, i.version
                            FROM saga.live_instance i
                           WHERE (i.definition, i.version) > (u.definition, u.version)
                           ORDER BY i.definition, i.version
                           LIMIT 1) n
   ), unknown AS MATERIALIZED (
     SELECT u.definition, u.version
       FROM used u
      WHERE NOT EXISTS (SELECT FROM unnest($1::text[], $2::int[]) AS known(name, version)
                         WHERE known.name = u.definition AND known.version = u.version)
   )
   SELECT n.definition, n.version, c.count
     FROM unknown n
    CROSS JOIN LATERAL (SELECT count(*)::int AS count
                          FROM saga.live_instance i
                         WHERE i.definition = n.definition AND i.version = n.version) c`,
);
