import { statement } from '../../../platform/database/statement.js';

export interface ChargeAnswerRow {
  /** Of the request that was answered first under the key. */
  fingerprint: string;
  answer: unknown;
  /** True when this very request is that first one. */
  is_first: boolean;
}

/**
 * Answers a charge request and takes the money, in one statement: the gateway's whole transaction.
 *
 * Each part waits for the row that the one before it returns: first the reference, on which charges and refunds
 * queue up, then the idempotency key, then the ledger. Both conflicts are resolved by an UPDATE that changes
 * nothing, because only an UPDATE sees the row that a concurrent request has just committed.
 *
 * $1 key, $2 fingerprint, $3 reference, $4 order, $5 amount, $6 currency, $7 token, $8 this request's id, $9 its
 * answer, $10 the answer when the reference is refused, $11 gateway's reference (null takes no money), $12 seconds
 * until the bank says yes, $13 webhook id (null: none), $14 its body, $15 seconds after which keys are forgotten.
 */
export const answerCharge = statement(
  'billing.sandbox.answer-charge',
  `WITH ours AS (
     INSERT INTO sandbox.reference AS known (dependency, reference)
     VALUES ('payments', $3::uuid)
     ON CONFLICT (dependency, reference) DO UPDATE SET reference = known.reference
     RETURNING refused_at
   ), key AS (
     INSERT INTO sandbox.idempotency_key AS known (dependency, key, fingerprint, answer, request)
     SELECT 'payments', $1, $2, CASE WHEN refused_at IS NULL THEN $9::jsonb ELSE $10::jsonb END, $8::uuid
       FROM ours
     ON CONFLICT (dependency, key) DO UPDATE
       SET (fingerprint, answer, request, created_at) = (
         SELECT fresh.fingerprint, fresh.answer, fresh.request, fresh.created_at
           FROM (VALUES
             (true, excluded.fingerprint, excluded.answer, excluded.request, excluded.created_at),
             (false, known.fingerprint, known.answer, known.request, known.created_at)
           ) AS fresh (forgotten, fingerprint, answer, request, created_at)
          WHERE forgotten = COALESCE(
            known.created_at <= clock_timestamp() - make_interval(secs => $15::float8), false)
       )
     RETURNING fingerprint, answer, request
   ), taken AS (
     INSERT INTO sandbox.charge (gateway_reference, reference, order_id, amount, currency, payment_method,
                                 idempotency_key, available_at, webhook_id)
     SELECT $11::text, $3::uuid, $4::uuid, $5::bigint, $6, $7, $1,
            date_trunc('milliseconds', clock_timestamp()) + make_interval(secs => $12::float8), $13::uuid
       FROM ours, key
      WHERE ours.refused_at IS NULL AND key.request = $8::uuid AND $11::text IS NOT NULL
     RETURNING available_at, webhook_id
   ), announced AS (
     INSERT INTO sandbox.webhook (id, dependency, path, body, due_at)
     SELECT webhook_id, 'payments', '/v1/webhooks/payments', $14, available_at
       FROM taken WHERE webhook_id IS NOT NULL
   )
   SELECT fingerprint, answer, request = $8::uuid AS is_first FROM key`,
);
