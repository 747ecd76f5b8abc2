/**
 * By what a saga's standstill is told: its journal (the last segment), its row `i`, its owner's row `w` if there is one,
 * the workers that live, and the breaker that it is held for. A handful of workers and one row of each other table.
 */
export const standingColumns = `
  i.status, i.failed_step AS "failedStep", i.error_code AS "errorCode", i.attention_since AS "attentionSince",
  i.wake_at AS "wakeAt", i.updated_at AS "updatedAt",
  COALESCE(w.name, i.owner::text) AS owner, w.expires_at AS "ownedUntil",
  (SELECT count(*)::int FROM saga.worker x WHERE x.expires_at > clock_timestamp()) AS workers,
  (SELECT count(*)::int FROM saga.worker x
    WHERE x.expires_at > clock_timestamp()
      AND (x.serves IS NULL OR i.definition || ' v' || i.version = ANY (x.serves))) AS serving,
  (SELECT jsonb_build_object('name', d.name, 'state', d.state, 'since', d.since, 'code', d.error ->> 'code',
                             'probeAt', d.probe_at, 'heldBy', d.held_by, 'reason', d.reason)
     FROM saga.dependency d WHERE d.name = i.held_for) AS breaker,
  (SELECT jsonb_agg(j.entries ORDER BY j.seq)
     FROM saga.journal j
    WHERE j.saga_id = i.id AND j.seq >= i.segment_seq AND j.at >= i.segment_at - interval '1 day') AS journal,
  clock_timestamp() AS now`;
