-- What all migrations make of an empty database. Written by `npm run schema:write`; do not edit.

CREATE SCHEMA auditor;

CREATE SCHEMA billing;

CREATE SCHEMA inventory;

CREATE SCHEMA orders;

CREATE SCHEMA platform;

CREATE SCHEMA saga;

CREATE SCHEMA sandbox;

CREATE SCHEMA shipping;

CREATE OR REPLACE FUNCTION inventory.refuse_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
      BEGIN
        RAISE EXCEPTION 'inventory.stock_adjustment is append-only: write a correcting adjustment instead'
          USING ERRCODE = 'restrict_violation';
      END $function$;

CREATE OR REPLACE FUNCTION platform.claim_idempotency_key(p_scope text, p_key text, p_request_hash bytea)
 RETURNS TABLE(request_hash bytea, status smallint, location text, body text)
 LANGUAGE plpgsql
 SET lock_timeout TO '20ms'
AS $function$
      BEGIN
        LOOP
          INSERT INTO platform.idempotency_record AS r (scope, key, request_hash)
          VALUES (p_scope, p_key, p_request_hash)
          ON CONFLICT ON CONSTRAINT idempotency_record_pkey DO NOTHING;
          EXIT WHEN FOUND;
          RETURN QUERY
            SELECT r.request_hash, r.status, r.location, r.body
              FROM platform.idempotency_record AS r
             WHERE r.scope = p_scope AND r.key = p_key;
          EXIT WHEN FOUND;
          -- It was pruned between the two statements, so the key is free again.
        END LOOP;
      END
      $function$;

CREATE OR REPLACE FUNCTION platform.refuse(message text)
 RETURNS boolean
 LANGUAGE plpgsql
AS $function$ BEGIN
        RAISE EXCEPTION USING MESSAGE = message, ERRCODE = 'PF001';
      END $function$;

CREATE OR REPLACE FUNCTION saga.make_partitions(until timestamp with time zone)
 RETURNS integer
 LANGUAGE plpgsql
 SET "TimeZone" TO 'UTC'
 SET "DateStyle" TO 'ISO'
 SET lock_timeout TO '2s'
AS $function$ DECLARE
        edge timestamptz;
        name text;
        made integer := 0;
      BEGIN
        -- One at a time; the others have nothing left to do.
        IF NOT pg_try_advisory_xact_lock(hashtext('saga.make_partitions')) THEN
          RETURN 0;
        END IF;
        SELECT max(ends_at) INTO edge FROM saga.history_partition WHERE of = 'journal';
        WHILE edge < until LOOP
          name := to_char(edge, '"journal_"IYYY"w"IW');
          EXECUTE format('CREATE TABLE saga.%I (LIKE saga.journal INCLUDING ALL, PRIMARY KEY (saga_id, seq))', name);
          EXECUTE format('ALTER TABLE saga.journal ATTACH PARTITION saga.%I FOR VALUES FROM (%L) TO (%L)',
                         name, edge, edge + interval '1 week');
          edge := edge + interval '1 week';
          made := made + 1;
        END LOOP;
        SELECT max(ends_at) INTO edge FROM saga.history_partition WHERE of = 'ended_instance';
        WHILE edge < until LOOP
          name := to_char(edge, '"ended_instance_"YYYY"m"MM');
          EXECUTE format('CREATE TABLE saga.%I (LIKE saga.ended_instance INCLUDING ALL)', name);
          EXECUTE format('ALTER TABLE saga.ended_instance ATTACH PARTITION saga.%I FOR VALUES FROM (%L) TO (%L)',
                         name, edge, edge + interval '1 month');
          edge := edge + interval '1 month';
          made := made + 1;
        END LOOP;
        RETURN made;
      END $function$;

CREATE OR REPLACE FUNCTION saga.note_unsealed_entry()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$ BEGIN
        INSERT INTO saga.audit_unsealed (entry_id) VALUES (NEW.id);
        RETURN NULL;
      END $function$;

CREATE OR REPLACE FUNCTION saga.refuse_audit_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$ BEGIN RAISE EXCEPTION 'The audit is append-only.'; END $function$;

CREATE OR REPLACE FUNCTION saga.refuse_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$ BEGIN RAISE EXCEPTION 'A journal is append-only.'; END $function$;

CREATE OR REPLACE FUNCTION saga.refuse_stale_journals(sagas text[])
 RETURNS boolean
 LANGUAGE plpgsql
AS $function$ BEGIN
        RAISE EXCEPTION 'Decided on something else than the journal.'
          USING ERRCODE = 'SG001', DETAIL = array_to_string(sagas, ', ');
      END $function$;

CREATE OR REPLACE FUNCTION saga.take_back_second_sole()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$ BEGIN
        IF EXISTS (SELECT FROM saga.ended_instance e
                    WHERE e.correlation_id = NEW.correlation_id AND e.definition = NEW.definition AND e.sole
                      AND e.finished_at > now() - interval '1 day') THEN
          DELETE FROM saga.live_instance WHERE id = NEW.id;
          DELETE FROM saga.journal WHERE saga_id = NEW.id AND at = NEW.created_at;
        END IF;
        RETURN NULL;
      END $function$;

CREATE TABLE auditor.report (
  only_row boolean NOT NULL DEFAULT true,
  checked_at timestamp with time zone NOT NULL,
  duration_ms integer NOT NULL,
  violations jsonb NOT NULL,
  watermark timestamp with time zone NOT NULL,
  last_complete_at timestamp with time zone NOT NULL,
  CONSTRAINT report_pkey PRIMARY KEY (only_row),
  CONSTRAINT report_duration_ms_check CHECK ((duration_ms >= 0)),
  CONSTRAINT report_only_row_check CHECK (only_row),
  CONSTRAINT report_violations_check CHECK ((jsonb_typeof(violations) = 'array'::text))
);

CREATE TABLE auditor.turn (
  only_row boolean NOT NULL DEFAULT true,
  holder uuid,
  expires_at timestamp with time zone,
  CONSTRAINT turn_pkey PRIMARY KEY (only_row),
  CONSTRAINT turn_is_whole CHECK (((holder IS NULL) = (expires_at IS NULL))),
  CONSTRAINT turn_only_row_check CHECK (only_row)
);

CREATE TABLE billing.payment (
  id uuid NOT NULL,
  order_id uuid NOT NULL,
  status text NOT NULL DEFAULT 'pending'::text,
  amount bigint NOT NULL,
  refunded_amount bigint NOT NULL DEFAULT 0,
  currency character(3) NOT NULL,
  payment_method text NOT NULL,
  gateway_reference text,
  decline_code text,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  updated_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT payment_pkey PRIMARY KEY (id),
  CONSTRAINT payment_declined_has_cause CHECK (((status = 'declined'::text) = (decline_code IS NOT NULL))),
  CONSTRAINT payment_refunded_gave_back CHECK (((status = 'refunded'::text) = (refunded_amount > 0))),
  CONSTRAINT payment_refunds_at_most_itself CHECK (((refunded_amount >= 0) AND (refunded_amount <= amount))),
  CONSTRAINT payment_status_known CHECK ((status = ANY (ARRAY['pending'::text, 'charged'::text, 'declined'::text, 'refunded'::text, 'unknown'::text]))),
  CONSTRAINT payment_taken_is_known_there CHECK (((status <> ALL (ARRAY['charged'::text, 'refunded'::text])) OR (gateway_reference IS NOT NULL))),
  CONSTRAINT payment_takes_something CHECK ((amount > 0))
) WITH (fillfactor=80);

CREATE TABLE inventory.product (
  sku text COLLATE "C" NOT NULL,
  id uuid NOT NULL,
  name text NOT NULL,
  unit_amount bigint NOT NULL,
  currency character(3) NOT NULL,
  version integer NOT NULL DEFAULT 1,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  updated_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT product_id_key UNIQUE (id),
  CONSTRAINT product_pkey PRIMARY KEY (sku),
  CONSTRAINT product_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  CONSTRAINT product_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200))),
  CONSTRAINT product_sku_check CHECK (((length(sku) >= 1) AND (length(sku) <= 64))),
  CONSTRAINT product_unit_amount_check CHECK ((unit_amount >= 0))
);

CREATE TABLE inventory.reservation (
  order_id uuid NOT NULL,
  status text NOT NULL,
  lines jsonb NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  updated_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT reservation_pkey PRIMARY KEY (order_id),
  CONSTRAINT reservation_lines_check CHECK ((jsonb_typeof(lines) = 'array'::text)),
  CONSTRAINT reservation_status_check CHECK ((status = ANY (ARRAY['reserved'::text, 'committed'::text, 'released'::text, 'returned'::text])))
);

CREATE TABLE inventory.stock (
  sku text COLLATE "C" NOT NULL,
  on_hand bigint NOT NULL DEFAULT 0,
  reserved bigint NOT NULL DEFAULT 0,
  CONSTRAINT stock_pkey PRIMARY KEY (sku),
  CONSTRAINT stock_sku_fkey FOREIGN KEY (sku) REFERENCES inventory.product(sku),
  CONSTRAINT stock_never_oversold CHECK ((on_hand >= reserved)),
  CONSTRAINT stock_reserved_not_negative CHECK ((reserved >= 0))
) WITH (fillfactor=50, autovacuum_vacuum_scale_factor=0.0, autovacuum_vacuum_threshold=1000);

CREATE TABLE inventory.stock_adjustment (
  id uuid NOT NULL,
  sku text COLLATE "C" NOT NULL,
  quantity integer NOT NULL,
  reason text NOT NULL,
  actor text NOT NULL,
  on_hand_after bigint NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT stock_adjustment_pkey PRIMARY KEY (id),
  CONSTRAINT stock_adjustment_sku_fkey FOREIGN KEY (sku) REFERENCES inventory.product(sku),
  CONSTRAINT stock_adjustment_on_hand_after_check CHECK ((on_hand_after >= 0)),
  CONSTRAINT stock_adjustment_quantity_check CHECK ((quantity <> 0)),
  CONSTRAINT stock_adjustment_reason_check CHECK (((length(reason) >= 1) AND (length(reason) <= 500)))
);

CREATE TABLE orders."order" (
  id uuid NOT NULL,
  status text NOT NULL,
  customer_id text NOT NULL,
  currency character(3) NOT NULL,
  total_amount bigint NOT NULL,
  payment_method text NOT NULL,
  lines jsonb NOT NULL,
  ship_to_name text,
  ship_to_line1 text,
  ship_to_line2 text,
  ship_to_city text,
  ship_to_postal_code text,
  ship_to_country character(2),
  failure_code text,
  failure_message text,
  status_history jsonb NOT NULL,
  version integer NOT NULL,
  created_at timestamp with time zone NOT NULL,
  updated_at timestamp with time zone NOT NULL,
  erasure_wished_at timestamp with time zone,
  CONSTRAINT order_pkey PRIMARY KEY (id),
  CONSTRAINT order_address_is_kept_while_running CHECK (((status <> ALL (ARRAY['pending'::text, 'cancelling'::text])) OR (ship_to_name IS NOT NULL))),
  CONSTRAINT order_address_is_whole CHECK ((num_nonnulls(ship_to_name, ship_to_line1, ship_to_city, ship_to_postal_code, ship_to_country) = ANY (ARRAY[0, 5]))),
  CONSTRAINT order_failure_is_whole CHECK ((num_nonnulls(failure_code, failure_message) = ANY (ARRAY[0, 2]))),
  CONSTRAINT order_failure_says_why CHECK (((status <> ALL (ARRAY['rejected'::text, 'cancelling'::text, 'cancelled'::text])) OR (failure_code IS NOT NULL))),
  CONSTRAINT order_has_lines CHECK (((jsonb_array_length(lines) >= 1) AND (jsonb_array_length(lines) <= 100))),
  CONSTRAINT order_payment_method_is_a_token CHECK ((payment_method ~~ 'pm\_%'::text)),
  CONSTRAINT order_status_is_known CHECK ((status = ANY (ARRAY['pending'::text, 'confirmed'::text, 'shipped'::text, 'delivered'::text, 'rejected'::text, 'cancelling'::text, 'cancelled'::text]))),
  CONSTRAINT order_total_is_not_negative CHECK ((total_amount >= 0)),
  CONSTRAINT order_version_is_positive CHECK ((version >= 1))
) WITH (fillfactor=70);

CREATE TABLE orders.order_sku (
  sku text NOT NULL,
  order_id uuid NOT NULL,
  CONSTRAINT order_sku_pkey PRIMARY KEY (sku, order_id)
);

CREATE TABLE platform.delivery (
  id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  subscriber text NOT NULL,
  message_id uuid NOT NULL,
  type text NOT NULL,
  key text NOT NULL,
  payload jsonb NOT NULL,
  stored_at timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
  due_at timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
  attempts integer NOT NULL DEFAULT 0,
  last_error text,
  traceparent text,
  CONSTRAINT delivery_subscriber_message_id_key UNIQUE (subscriber, message_id),
  CONSTRAINT delivery_pkey PRIMARY KEY (id)
);

CREATE TABLE platform.idempotency_record (
  scope text NOT NULL,
  key text NOT NULL,
  request_hash bytea NOT NULL,
  status smallint,
  location text,
  body text,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT idempotency_record_pkey PRIMARY KEY (scope, key),
  CONSTRAINT idempotency_record_key_check CHECK (((char_length(key) >= 1) AND (char_length(key) <= 255))),
  CONSTRAINT idempotency_record_request_hash_check CHECK ((octet_length(request_hash) = 32)),
  CONSTRAINT idempotency_record_status_check CHECK (((status >= 200) AND (status <= 499)))
) WITH (fillfactor=70);

CREATE TABLE platform.webhook_event (
  source text NOT NULL,
  id text NOT NULL,
  type text NOT NULL,
  payload jsonb NOT NULL,
  received_at timestamp with time zone NOT NULL DEFAULT now(),
  applied_at timestamp with time zone,
  CONSTRAINT webhook_event_pkey PRIMARY KEY (source, id),
  CONSTRAINT webhook_event_id_check CHECK (((char_length(id) >= 1) AND (char_length(id) <= 255)))
);

CREATE TABLE saga.approval (
  id uuid NOT NULL,
  saga_id uuid,
  job_id uuid,
  action text NOT NULL,
  request jsonb NOT NULL,
  revision integer,
  money jsonb NOT NULL,
  asked_by text NOT NULL,
  role text NOT NULL,
  reason text NOT NULL,
  asked_at timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
  expires_at timestamp with time zone NOT NULL DEFAULT (clock_timestamp() + '1 day'::interval),
  approved_by text,
  approved_because text,
  approved_at timestamp with time zone,
  declined_by text,
  declined_because text,
  declined_at timestamp with time zone,
  CONSTRAINT approval_pkey PRIMARY KEY (id),
  CONSTRAINT approval_decline_is_whole CHECK ((num_nonnulls(declined_by, declined_because, declined_at) = ANY (ARRAY[0, 3]))),
  CONSTRAINT approval_is_decided_once CHECK (((approved_at IS NULL) OR (declined_at IS NULL))),
  CONSTRAINT approval_is_of_a_saga_or_a_job CHECK ((num_nonnulls(saga_id, job_id) = 1)),
  CONSTRAINT approval_is_whole CHECK ((num_nonnulls(approved_by, approved_because, approved_at) = ANY (ARRAY[0, 3]))),
  CONSTRAINT approval_needs_a_second_person CHECK ((approved_by <> asked_by)),
  CONSTRAINT approval_reason_check CHECK ((reason <> ''::text))
);

CREATE TABLE saga.audit (
  id uuid NOT NULL,
  at timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
  actor text NOT NULL,
  role text NOT NULL,
  action text NOT NULL,
  saga_id uuid,
  reason text NOT NULL,
  before jsonb,
  after jsonb,
  job_id uuid,
  approval_id uuid,
  CONSTRAINT audit_pkey PRIMARY KEY (id),
  CONSTRAINT audit_reason_check CHECK ((reason <> ''::text))
);

CREATE TABLE saga.audit_chain (
  only_row boolean NOT NULL DEFAULT true,
  sequence bigint NOT NULL DEFAULT 0,
  hash bytea NOT NULL DEFAULT decode(repeat('00'::text, 32), 'hex'::text),
  CONSTRAINT audit_chain_pkey PRIMARY KEY (only_row),
  CONSTRAINT audit_chain_only_row_check CHECK (only_row)
);

CREATE TABLE saga.audit_seal (
  sequence bigint NOT NULL,
  entry_id uuid NOT NULL,
  previous_hash bytea NOT NULL,
  hash bytea NOT NULL,
  sealed_at timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT audit_seal_entry_id_key UNIQUE (entry_id),
  CONSTRAINT audit_seal_pkey PRIMARY KEY (sequence),
  CONSTRAINT audit_seal_hash_check CHECK ((octet_length(hash) = 32)),
  CONSTRAINT audit_seal_previous_hash_check CHECK ((octet_length(previous_hash) = 32)),
  CONSTRAINT audit_seal_sequence_check CHECK ((sequence > 0))
);

CREATE TABLE saga.audit_unsealed (
  number bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  entry_id uuid NOT NULL,
  CONSTRAINT audit_unsealed_entry_id_key UNIQUE (entry_id),
  CONSTRAINT audit_unsealed_pkey PRIMARY KEY (number)
);

CREATE TABLE saga.dependency (
  name text NOT NULL,
  state text NOT NULL DEFAULT 'closed'::text,
  failures integer NOT NULL DEFAULT 0,
  failing uuid[] NOT NULL DEFAULT '{}'::uuid[],
  failing_since timestamp with time zone,
  failed_at timestamp with time zone,
  error jsonb,
  since timestamp with time zone,
  open_seconds double precision,
  probe_at timestamp with time zone,
  prober uuid,
  held_by text,
  reason text,
  release_rate integer NOT NULL DEFAULT 50,
  rung_at timestamp with time zone,
  revision integer NOT NULL DEFAULT 0,
  CONSTRAINT dependency_pkey PRIMARY KEY (name),
  CONSTRAINT dependency_failures_check CHECK ((failures >= 0)),
  CONSTRAINT dependency_is_held_by_somebody CHECK (((state = 'held'::text) = (held_by IS NOT NULL))),
  CONSTRAINT dependency_is_probed_by_one CHECK (((state = 'half-open'::text) = (prober IS NOT NULL))),
  CONSTRAINT dependency_is_probed_some_time CHECK (((state <> ALL (ARRAY['open'::text, 'half-open'::text])) OR (probe_at IS NOT NULL))),
  CONSTRAINT dependency_out_of_order_says_why CHECK (((state = 'closed'::text) OR ((error IS NOT NULL) AND (since IS NOT NULL)))),
  CONSTRAINT dependency_release_rate_check CHECK ((release_rate > 0)),
  CONSTRAINT dependency_state_check CHECK ((state = ANY (ARRAY['closed'::text, 'open'::text, 'half-open'::text, 'held'::text])))
);

CREATE TABLE saga.early_event (
  definition text NOT NULL,
  correlation_id text NOT NULL,
  id text NOT NULL,
  event text NOT NULL,
  data jsonb NOT NULL,
  received_at timestamp with time zone NOT NULL,
  CONSTRAINT early_event_pkey PRIMARY KEY (definition, correlation_id, id)
);

CREATE TABLE saga.ended_instance (
  id uuid NOT NULL,
  definition text NOT NULL,
  version integer NOT NULL,
  correlation_id text NOT NULL,
  status text NOT NULL,
  current_step text,
  revision integer NOT NULL DEFAULT 1,
  length integer NOT NULL,
  owner uuid,
  epoch integer NOT NULL DEFAULT 1,
  wake_at timestamp with time zone,
  open_effects integer NOT NULL DEFAULT 0,
  failed_step text,
  error_code text,
  attention_since timestamp with time zone,
  created_at timestamp with time zone NOT NULL,
  updated_at timestamp with time zone NOT NULL,
  finished_at timestamp with time zone NOT NULL,
  held_for text,
  sole boolean NOT NULL DEFAULT false,
  segment_seq integer NOT NULL DEFAULT 1,
  segment_at timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
  assigned_by text,
  CONSTRAINT ended_instance_pkey PRIMARY KEY (id, finished_at),
  CONSTRAINT instance_end_has_a_time CHECK (((status = ANY (ARRAY['completed'::text, 'compensated'::text, 'terminated'::text])) = (finished_at IS NOT NULL))),
  CONSTRAINT instance_ends_free CHECK (((finished_at IS NULL) OR ((owner IS NULL) AND (wake_at IS NULL)))),
  CONSTRAINT instance_ends_without_open_effects CHECK (((status <> ALL (ARRAY['completed'::text, 'compensated'::text, 'terminated'::text])) OR (open_effects = 0))),
  CONSTRAINT instance_is_never_forgotten CHECK (((status <> ALL (ARRAY['running'::text, 'compensating'::text])) OR (owner IS NOT NULL) OR (wake_at IS NOT NULL))),
  CONSTRAINT instance_open_effects_check CHECK ((open_effects >= 0)),
  CONSTRAINT instance_status_check CHECK ((status = ANY (ARRAY['running'::text, 'waiting'::text, 'compensating'::text, 'parked'::text, 'paused'::text, 'completed'::text, 'compensated'::text, 'terminated'::text]))),
  CONSTRAINT instance_version_check CHECK ((version > 0))
) PARTITION BY RANGE (finished_at);

CREATE TABLE saga.history (
  only_row boolean NOT NULL DEFAULT true,
  kept_since timestamp with time zone NOT NULL DEFAULT '-infinity'::timestamp with time zone,
  CONSTRAINT history_pkey PRIMARY KEY (only_row),
  CONSTRAINT history_only_row_check CHECK (only_row)
);

CREATE TABLE saga.instance (
  id uuid NOT NULL,
  definition text NOT NULL,
  version integer NOT NULL,
  correlation_id text NOT NULL,
  status text NOT NULL,
  current_step text,
  revision integer NOT NULL DEFAULT 1,
  length integer NOT NULL,
  owner uuid,
  epoch integer NOT NULL DEFAULT 1,
  wake_at timestamp with time zone,
  open_effects integer NOT NULL DEFAULT 0,
  failed_step text,
  error_code text,
  attention_since timestamp with time zone,
  created_at timestamp with time zone NOT NULL,
  updated_at timestamp with time zone NOT NULL,
  finished_at timestamp with time zone,
  held_for text,
  sole boolean NOT NULL DEFAULT false,
  segment_seq integer NOT NULL DEFAULT 1,
  segment_at timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
  assigned_by text,
  CONSTRAINT instance_end_has_a_time CHECK (((status = ANY (ARRAY['completed'::text, 'compensated'::text, 'terminated'::text])) = (finished_at IS NOT NULL))),
  CONSTRAINT instance_ends_free CHECK (((finished_at IS NULL) OR ((owner IS NULL) AND (wake_at IS NULL)))),
  CONSTRAINT instance_ends_without_open_effects CHECK (((status <> ALL (ARRAY['completed'::text, 'compensated'::text, 'terminated'::text])) OR (open_effects = 0))),
  CONSTRAINT instance_is_never_forgotten CHECK (((status <> ALL (ARRAY['running'::text, 'compensating'::text])) OR (owner IS NOT NULL) OR (wake_at IS NOT NULL))),
  CONSTRAINT instance_open_effects_check CHECK ((open_effects >= 0)),
  CONSTRAINT instance_status_check CHECK ((status = ANY (ARRAY['running'::text, 'waiting'::text, 'compensating'::text, 'parked'::text, 'paused'::text, 'completed'::text, 'compensated'::text, 'terminated'::text]))),
  CONSTRAINT instance_version_check CHECK ((version > 0))
) PARTITION BY LIST (((finished_at IS NULL)));

CREATE TABLE saga.job (
  id uuid NOT NULL,
  action text NOT NULL,
  filter jsonb NOT NULL,
  reason text NOT NULL,
  actor text NOT NULL,
  role text NOT NULL,
  dry_run boolean NOT NULL,
  probe boolean NOT NULL,
  rate_per_second integer NOT NULL,
  stop_on_repeat boolean NOT NULL,
  status text NOT NULL,
  ended_because text,
  total integer NOT NULL,
  owner uuid,
  owned_until timestamp with time zone,
  created_at timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
  finished_at timestamp with time zone,
  CONSTRAINT job_pkey PRIMARY KEY (id),
  CONSTRAINT job_end_has_a_time CHECK (((status = ANY (ARRAY['completed'::text, 'stopped'::text, 'cancelled'::text])) = (finished_at IS NOT NULL))),
  CONSTRAINT job_is_owned_for_a_time CHECK (((owner IS NULL) = (owned_until IS NULL))),
  CONSTRAINT job_rate_per_second_check CHECK ((rate_per_second > 0)),
  CONSTRAINT job_reason_check CHECK ((reason <> ''::text)),
  CONSTRAINT job_status_check CHECK ((status = ANY (ARRAY['awaiting-approval'::text, 'running'::text, 'completed'::text, 'stopped'::text, 'cancelled'::text])))
);

CREATE TABLE saga.job_item (
  job_id uuid NOT NULL,
  number integer NOT NULL,
  saga_id uuid NOT NULL,
  status text NOT NULL DEFAULT 'waiting'::text,
  failed_step text,
  error_code text,
  revision integer,
  code text,
  detail text,
  consequences jsonb,
  acted_at timestamp with time zone,
  settled_at timestamp with time zone,
  CONSTRAINT job_item_pkey PRIMARY KEY (job_id, number),
  CONSTRAINT job_item_job_id_fkey FOREIGN KEY (job_id) REFERENCES saga.job(id) ON DELETE CASCADE,
  CONSTRAINT job_item_number_check CHECK ((number > 0)),
  CONSTRAINT job_item_status_check CHECK ((status = ANY (ARRAY['waiting'::text, 'under-way'::text, 'moved-on'::text, 'failed-again'::text, 'refused'::text, 'previewed'::text])))
) WITH (fillfactor=70);

CREATE TABLE saga.journal (
  saga_id uuid NOT NULL,
  seq integer NOT NULL,
  at timestamp with time zone NOT NULL,
  epoch integer NOT NULL,
  format smallint NOT NULL DEFAULT 1,
  entries jsonb NOT NULL,
  CONSTRAINT journal_seq_check CHECK ((seq > 0))
) PARTITION BY RANGE (at);

CREATE TABLE saga.live_instance (
  id uuid NOT NULL,
  definition text NOT NULL,
  version integer NOT NULL,
  correlation_id text NOT NULL,
  status text NOT NULL,
  current_step text,
  revision integer NOT NULL DEFAULT 1,
  length integer NOT NULL,
  owner uuid,
  epoch integer NOT NULL DEFAULT 1,
  wake_at timestamp with time zone,
  open_effects integer NOT NULL DEFAULT 0,
  failed_step text,
  error_code text,
  attention_since timestamp with time zone,
  created_at timestamp with time zone NOT NULL,
  updated_at timestamp with time zone NOT NULL,
  finished_at timestamp with time zone,
  held_for text,
  sole boolean NOT NULL DEFAULT false,
  segment_seq integer NOT NULL DEFAULT 1,
  segment_at timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
  assigned_by text,
  CONSTRAINT instance_pkey PRIMARY KEY (id),
  CONSTRAINT instance_end_has_a_time CHECK (((status = ANY (ARRAY['completed'::text, 'compensated'::text, 'terminated'::text])) = (finished_at IS NOT NULL))),
  CONSTRAINT instance_ends_free CHECK (((finished_at IS NULL) OR ((owner IS NULL) AND (wake_at IS NULL)))),
  CONSTRAINT instance_ends_without_open_effects CHECK (((status <> ALL (ARRAY['completed'::text, 'compensated'::text, 'terminated'::text])) OR (open_effects = 0))),
  CONSTRAINT instance_is_never_forgotten CHECK (((status <> ALL (ARRAY['running'::text, 'compensating'::text])) OR (owner IS NOT NULL) OR (wake_at IS NOT NULL))),
  CONSTRAINT instance_open_effects_check CHECK ((open_effects >= 0)),
  CONSTRAINT instance_status_check CHECK ((status = ANY (ARRAY['running'::text, 'waiting'::text, 'compensating'::text, 'parked'::text, 'paused'::text, 'completed'::text, 'compensated'::text, 'terminated'::text]))),
  CONSTRAINT instance_version_check CHECK ((version > 0))
) WITH (fillfactor=60);

CREATE TABLE saga.progress (
  saga_id uuid NOT NULL,
  unit text NOT NULL,
  attempt integer NOT NULL,
  progress jsonb,
  reported_at timestamp with time zone NOT NULL,
  CONSTRAINT progress_pkey PRIMARY KEY (saga_id, unit)
) WITH (fillfactor=50);

CREATE TABLE saga.rollout (
  definition text NOT NULL,
  revision integer NOT NULL,
  shares jsonb NOT NULL,
  rules jsonb NOT NULL DEFAULT '[]'::jsonb,
  sticky_by text NOT NULL DEFAULT 'order'::text,
  states jsonb NOT NULL DEFAULT '{}'::jsonb,
  guard jsonb,
  breach jsonb,
  changed_at timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
  changed_by text NOT NULL,
  CONSTRAINT rollout_pkey PRIMARY KEY (definition),
  CONSTRAINT rollout_is_guarded_or_breached CHECK (((guard IS NULL) OR (breach IS NULL))),
  CONSTRAINT rollout_revision_check CHECK ((revision >= 0)),
  CONSTRAINT rollout_sticky_by_check CHECK ((sticky_by = ANY (ARRAY['order'::text, 'customer'::text])))
);

CREATE TABLE saga.worker (
  id uuid NOT NULL,
  name text NOT NULL,
  started_at timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
  expires_at timestamp with time zone NOT NULL,
  serves text[],
  CONSTRAINT worker_pkey PRIMARY KEY (id)
);

CREATE TABLE sandbox.booking (
  tracking_number text NOT NULL,
  reference uuid NOT NULL,
  order_id uuid NOT NULL,
  status text NOT NULL,
  idempotency_key text NOT NULL,
  created_at timestamp(3) with time zone NOT NULL DEFAULT date_trunc('milliseconds'::text, now()),
  collected_at timestamp with time zone,
  journey uuid[] NOT NULL DEFAULT '{}'::uuid[],
  CONSTRAINT booking_pkey PRIMARY KEY (tracking_number),
  CONSTRAINT booking_status_check CHECK ((status = ANY (ARRAY['booked'::text, 'cancelled'::text])))
) WITH (fillfactor=80);

CREATE TABLE sandbox.card (
  token text NOT NULL,
  brand text NOT NULL,
  last4 character varying(4) NOT NULL,
  refusal_code text,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT card_pkey PRIMARY KEY (token)
);

CREATE TABLE sandbox.charge (
  gateway_reference text NOT NULL,
  reference uuid NOT NULL,
  order_id uuid NOT NULL,
  amount bigint NOT NULL,
  refunded_amount bigint NOT NULL DEFAULT 0,
  currency character(3) NOT NULL,
  payment_method text NOT NULL,
  idempotency_key text NOT NULL,
  available_at timestamp(3) with time zone NOT NULL,
  voided_at timestamp with time zone,
  webhook_id uuid,
  CONSTRAINT charge_pkey PRIMARY KEY (gateway_reference),
  CONSTRAINT charge_amount_check CHECK ((amount > 0)),
  CONSTRAINT charge_refunds_at_most_itself CHECK (((refunded_amount >= 0) AND (refunded_amount <= amount))),
  CONSTRAINT charge_voided_took_nothing CHECK (((voided_at IS NULL) OR (refunded_amount = 0)))
) WITH (fillfactor=80);

CREATE TABLE sandbox.fault_switch (
  dependency text NOT NULL,
  mode text NOT NULL DEFAULT 'up'::text,
  CONSTRAINT fault_switch_pkey PRIMARY KEY (dependency),
  CONSTRAINT fault_switch_dependency_check CHECK ((dependency = ANY (ARRAY['payments'::text, 'carrier'::text]))),
  CONSTRAINT fault_switch_mode_check CHECK ((mode = ANY (ARRAY['up'::text, 'down'::text, 'healed'::text])))
);

CREATE TABLE sandbox.idempotency_key (
  dependency text NOT NULL,
  key text NOT NULL,
  fingerprint text NOT NULL,
  answer jsonb NOT NULL,
  request uuid NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT idempotency_key_pkey PRIMARY KEY (dependency, key),
  CONSTRAINT idempotency_key_dependency_fkey FOREIGN KEY (dependency) REFERENCES sandbox.fault_switch(dependency)
);

CREATE TABLE sandbox.reference (
  dependency text NOT NULL,
  reference uuid NOT NULL,
  refused_at timestamp with time zone,
  CONSTRAINT reference_pkey PRIMARY KEY (dependency, reference),
  CONSTRAINT reference_dependency_fkey FOREIGN KEY (dependency) REFERENCES sandbox.fault_switch(dependency)
) WITH (fillfactor=80);

CREATE TABLE sandbox.request_log (
  dependency text NOT NULL,
  key text NOT NULL,
  count integer NOT NULL DEFAULT 1,
  first_seen_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT request_log_pkey PRIMARY KEY (dependency, key),
  CONSTRAINT request_log_dependency_fkey FOREIGN KEY (dependency) REFERENCES sandbox.fault_switch(dependency)
) WITH (fillfactor=80);

CREATE TABLE sandbox.setting (
  only_row boolean NOT NULL DEFAULT true,
  latency_ms integer NOT NULL DEFAULT 0,
  forget_keys_after_seconds integer,
  CONSTRAINT setting_pkey PRIMARY KEY (only_row),
  CONSTRAINT setting_forget_keys_after_seconds_check CHECK ((forget_keys_after_seconds >= 0)),
  CONSTRAINT setting_latency_ms_check CHECK ((latency_ms >= 0)),
  CONSTRAINT setting_only_row_check CHECK (only_row)
);

CREATE TABLE sandbox.webhook (
  id uuid NOT NULL,
  dependency text NOT NULL,
  path text NOT NULL,
  body text NOT NULL,
  due_at timestamp with time zone NOT NULL,
  attempts integer NOT NULL DEFAULT 0,
  CONSTRAINT webhook_pkey PRIMARY KEY (id),
  CONSTRAINT webhook_dependency_fkey FOREIGN KEY (dependency) REFERENCES sandbox.fault_switch(dependency)
) WITH (fillfactor=80);

CREATE TABLE shipping.parcel (
  tracking_number text NOT NULL,
  shipment_id uuid,
  status text NOT NULL,
  updated_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT parcel_pkey PRIMARY KEY (tracking_number),
  CONSTRAINT parcel_status_known CHECK ((status = ANY (ARRAY['booked'::text, 'in_transit'::text, 'delivered'::text, 'failed'::text]))),
  CONSTRAINT parcel_unclaimed_was_told CHECK (((shipment_id IS NOT NULL) OR (status <> 'booked'::text)))
) WITH (fillfactor=80);

CREATE TABLE shipping.shipment (
  id uuid NOT NULL,
  order_id uuid NOT NULL,
  status text NOT NULL,
  carrier text,
  tracking_number text,
  refusal_code text,
  receiver_name text,
  receiver_line1 text,
  receiver_line2 text,
  receiver_city text,
  receiver_postal_code text,
  receiver_country text,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  updated_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT shipment_pkey PRIMARY KEY (id),
  CONSTRAINT shipment_booked_names_carrier CHECK (((carrier IS NULL) = (tracking_number IS NULL))),
  CONSTRAINT shipment_failed_has_cause CHECK (((status <> 'failed'::text) OR (refusal_code IS NOT NULL) OR (tracking_number IS NOT NULL))),
  CONSTRAINT shipment_moving_is_booked CHECK (((status <> ALL (ARRAY['booked'::text, 'in_transit'::text, 'delivered'::text])) OR (tracking_number IS NOT NULL))),
  CONSTRAINT shipment_requested_has_receiver CHECK (((status <> 'requested'::text) OR ((receiver_name IS NOT NULL) AND (receiver_line1 IS NOT NULL) AND (receiver_city IS NOT NULL) AND (receiver_postal_code IS NOT NULL) AND (receiver_country IS NOT NULL)))),
  CONSTRAINT shipment_status_known CHECK ((status = ANY (ARRAY['requested'::text, 'booked'::text, 'in_transit'::text, 'delivered'::text, 'cancelled'::text, 'failed'::text])))
) WITH (fillfactor=80);

ALTER TABLE saga.instance ATTACH PARTITION saga.ended_instance FOR VALUES IN (false);

ALTER TABLE saga.instance ATTACH PARTITION saga.live_instance FOR VALUES IN (true);

CREATE INDEX payment_by_order ON billing.payment USING btree (order_id, id DESC);

CREATE INDEX reservation_open ON inventory.reservation USING btree (order_id) WHERE (status = 'reserved'::text);

CREATE INDEX stock_adjustment_by_sku ON inventory.stock_adjustment USING btree (sku, id DESC);

CREATE INDEX order_by_customer ON orders."order" USING btree (customer_id, id);

CREATE INDEX order_by_status ON orders."order" USING btree (status, id);

CREATE INDEX delivery_due ON platform.delivery USING btree (due_at, id);

CREATE INDEX delivery_order ON platform.delivery USING btree (subscriber, key, id);

CREATE INDEX idempotency_record_created_at ON platform.idempotency_record USING btree (created_at);

CREATE INDEX webhook_event_received_at ON platform.webhook_event USING btree (received_at);

CREATE INDEX audit_by_actor ON saga.audit USING btree (actor, id);

CREATE INDEX audit_by_job ON saga.audit USING btree (job_id, id) WHERE (job_id IS NOT NULL);

CREATE INDEX audit_by_saga ON saga.audit USING btree (saga_id, id) WHERE (saga_id IS NOT NULL);

CREATE INDEX early_event_by_age ON saga.early_event USING btree (received_at);

CREATE INDEX ended_by_business_key ON ONLY saga.ended_instance USING btree (correlation_id);

CREATE INDEX ended_by_end ON ONLY saga.ended_instance USING btree (finished_at);

CREATE INDEX ended_by_segment ON ONLY saga.ended_instance USING brin (segment_at);

CREATE INDEX ended_by_status ON ONLY saga.ended_instance USING btree (status, id);

CREATE INDEX ended_by_version ON ONLY saga.ended_instance USING btree (definition, version, id);

CREATE INDEX job_finished ON saga.job USING btree (finished_at) WHERE (finished_at IS NOT NULL);

CREATE INDEX job_running ON saga.job USING btree (id) WHERE (status = 'running'::text);

CREATE INDEX job_item_under_way ON saga.job_item USING btree (job_id, number) WHERE (status = 'under-way'::text);

CREATE INDEX job_item_waiting ON saga.job_item USING btree (job_id, number) WHERE (status = 'waiting'::text);

CREATE INDEX instance_by_business_key ON saga.live_instance USING btree (correlation_id);

CREATE INDEX instance_by_status ON saga.live_instance USING btree (status, id);

CREATE INDEX instance_by_version ON saga.live_instance USING btree (definition, version, id);

CREATE INDEX instance_due ON saga.live_instance USING btree (wake_at) WHERE (wake_at IS NOT NULL);

CREATE INDEX instance_held ON saga.live_instance USING btree (held_for, wake_at) WHERE (held_for IS NOT NULL);

CREATE INDEX instance_needing_attention ON saga.live_instance USING btree (error_code, failed_step, id) WHERE (error_code IS NOT NULL);

CREATE INDEX instance_owned ON saga.live_instance USING btree (owner) WHERE (owner IS NOT NULL);

CREATE UNIQUE INDEX instance_sole ON saga.live_instance USING btree (correlation_id, definition) WHERE sole;

CREATE INDEX booking_by_age ON sandbox.booking USING btree (created_at DESC, tracking_number DESC);

CREATE INDEX booking_by_reference ON sandbox.booking USING btree (reference);

CREATE INDEX charge_by_age ON sandbox.charge USING btree (available_at DESC, gateway_reference DESC);

CREATE INDEX charge_by_reference ON sandbox.charge USING btree (reference);

CREATE INDEX webhook_by_due ON sandbox.webhook USING btree (due_at);

CREATE INDEX shipment_by_order ON shipping.shipment USING btree (order_id, id DESC);

CREATE VIEW billing.payment_books AS
 SELECT id AS payment_id,
    order_id,
    status,
    currency,
        CASE
            WHEN (status = ANY (ARRAY['charged'::text, 'refunded'::text])) THEN amount
            ELSE (0)::bigint
        END AS captured_amount,
    refunded_amount,
    gateway_reference,
    updated_at,
        CASE
            WHEN (status = ANY (ARRAY['pending'::text, 'unknown'::text])) THEN amount
            ELSE (0)::bigint
        END AS doubtful_amount
   FROM billing.payment;

CREATE VIEW inventory.reservation_books AS
 SELECT order_id,
    status,
    lines,
    updated_at
   FROM inventory.reservation;

CREATE VIEW inventory.stock_books AS
 SELECT sku,
    on_hand,
    reserved,
    ( SELECT COALESCE(sum(a.quantity), (0)::bigint) AS "coalesce"
           FROM inventory.stock_adjustment a
          WHERE (a.sku = s.sku)) AS adjusted
   FROM inventory.stock s;

CREATE VIEW orders.order_books AS
 SELECT id AS order_id,
    status,
    currency,
    total_amount,
    updated_at,
    created_at
   FROM orders."order";

CREATE VIEW saga.failure_books AS
 SELECT id AS saga_id,
    definition,
    version,
    failed_step AS step,
    error_code,
    correlation_id
   FROM saga.live_instance
  WHERE (error_code IS NOT NULL);

CREATE VIEW saga.history_books AS
 SELECT kept_since
   FROM saga.history;

CREATE VIEW saga.history_partition AS
 SELECT (parent.relname)::text AS of,
    (child.relname)::text AS name,
    ((regexp_match(pg_get_expr(child.relpartbound, child.oid), 'TO \(''([^'']+)''\)'::text))[1])::timestamp with time zone AS ends_at,
    i.inhdetachpending AS detaching
   FROM ((pg_inherits i
     JOIN pg_class parent ON ((parent.oid = i.inhparent)))
     JOIN pg_class child ON ((child.oid = i.inhrelid)))
  WHERE (i.inhparent = ANY (ARRAY[('saga.journal'::regclass)::oid, ('saga.ended_instance'::regclass)::oid]));

CREATE VIEW saga.instance_books AS
 SELECT i.id AS saga_id,
    i.definition,
    i.version,
    i.correlation_id,
    i.status,
    i.open_effects,
    i.wake_at,
    i.owner,
    w.expires_at AS owned_until,
    i.updated_at,
    i.finished_at AS ended_at,
    (( SELECT (count(*) FILTER (WHERE ((e.entry ->> 'kind'::text) = 'waiting'::text)) - count(*) FILTER (WHERE ((e.entry ->> 'kind'::text) = 'wait-ended'::text)))
           FROM (saga.journal j
             CROSS JOIN LATERAL jsonb_array_elements(j.entries) e(entry))
          WHERE (j.saga_id = i.id)))::integer AS open_waits,
    (EXISTS ( SELECT
           FROM (saga.journal j
             CROSS JOIN LATERAL jsonb_array_elements(j.entries) e(entry))
          WHERE ((j.saga_id = i.id) AND ((e.entry ->> 'kind'::text) = 'succeeded'::text) AND ((e.entry ->> 'by'::text) IS NOT NULL)))) AS settled_by_hand
   FROM (saga.instance i
     LEFT JOIN saga.worker w ON ((w.id = i.owner)));

CREATE VIEW shipping.shipment_books AS
 SELECT id AS shipment_id,
    order_id,
    status,
    tracking_number,
    updated_at
   FROM shipping.shipment;

CREATE TRIGGER stock_adjustment_append_only BEFORE DELETE OR UPDATE ON inventory.stock_adjustment FOR EACH STATEMENT EXECUTE FUNCTION inventory.refuse_change();

CREATE TRIGGER audit_is_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON saga.audit FOR EACH STATEMENT EXECUTE FUNCTION saga.refuse_audit_change();

CREATE TRIGGER audit_is_to_be_sealed AFTER INSERT ON saga.audit FOR EACH ROW EXECUTE FUNCTION saga.note_unsealed_entry();

CREATE TRIGGER audit_seal_is_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON saga.audit_seal FOR EACH STATEMENT EXECUTE FUNCTION saga.refuse_audit_change();

CREATE TRIGGER journal_is_append_only BEFORE UPDATE ON saga.journal FOR EACH ROW EXECUTE FUNCTION saga.refuse_change();

CREATE TRIGGER live_instance_is_sole AFTER INSERT ON saga.live_instance FOR EACH ROW WHEN (new.sole) EXECUTE FUNCTION saga.take_back_second_sole();
