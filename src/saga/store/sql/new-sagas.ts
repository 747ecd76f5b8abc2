/** New sagas, one a row: columns are parameters $1 to $8 and $12 to $15, the first entries of all are one document, $9. */
export const newSagas = `ROWS FROM (
         unnest($1::uuid[], $2::text[], $3::int[], $4::text[], $5::text[], $6::text[], $7::int[],
                $8::timestamptz[], $12::text[], $13::text[], $14::timestamptz[], $15::text[]),
         jsonb_array_elements($9::jsonb))
       AS n(id, definition, version, correlation_id, status, current_step, length, wake_at, failed_step,
            error_code, finished_at, assigned_by, entries)`;
