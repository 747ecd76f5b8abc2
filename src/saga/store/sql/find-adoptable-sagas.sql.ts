import { statement } from '../../../platform/database/statement.js';

/** Sagas that have come to be since events for them were stored, those of the oldest events first; of one key the newest. */
export const findAdoptableSagas = statement(
  'saga.find-adoptable-sagas',
  `SELECT i.id
     FROM saga.early_event e
     JOIN saga.instance i ON i.correlation_id = e.correlation_id AND i.definition = e.definition
    WHERE EXISTS (SELECT FROM unnest($2::text[], $3::int[]) AS known(name, version)
                   WHERE known.name = i.definition AND known.version = i.version)
    GROUP BY i.id
    ORDER BY min(e.received_at), i.id DESC
    LIMIT $1`,
);
