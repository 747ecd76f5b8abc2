import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Journals lie in weeks and never move. An instance row leaves `live_instance`, which every step touches, in the commit
 * that ends its saga, for a month of `ended_instance`; `saga.instance` is both. Weeks and months are dropped as a whole.
 *
 * Partitions are made by `saga.make_partitions`: apart, and then attached, which locks nothing that sagas need.
 */
export class KeepSagasByAge1795219201000 implements MigrationInterface {
  readonly name = 'KeepSagasByAge1795219201000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP VIEW saga.instance_books`);
    await this.splitInstances(runner);
    await this.splitJournals(runner);
    await runner.query(`
      CREATE VIEW saga.history_partition AS
      SELECT parent.relname::text AS of, child.relname::text AS name,
             (regexp_match(pg_get_expr(child.relpartbound, child.oid), 'TO \\(''([^'']+)''\\)'))[1]::timestamptz
               AS ends_at,
             i.inhdetachpending AS detaching
        FROM pg_inherits i
        JOIN pg_class parent ON parent.oid = i.inhparent
        JOIN pg_class child ON child.oid = i.inhrelid
       WHERE i.inhparent IN ('saga.journal'::regclass, 'saga.ended_instance'::regclass)`);
    await this.createPartitionMaker(runner);
    await runner.query(`SELECT saga.make_partitions(clock_timestamp() + interval '8 weeks')`);
    await this.createBooks(runner);
    await runner.query(`
      CREATE TABLE saga.history (
        only_row   boolean PRIMARY KEY DEFAULT true CHECK (only_row),
        -- Sagas that have ended since are all there; of those before some were dropped.
        kept_since timestamptz NOT NULL DEFAULT '-infinity'
      )`);
    await runner.query(`INSERT INTO saga.history DEFAULT VALUES`);
    await runner.query(`CREATE VIEW saga.history_books AS SELECT kept_since FROM saga.history`);
  }

  private async splitInstances(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE saga.instance RENAME TO live_instance`);
    // Where the segment begins from which the saga is folded: the first entry of that commit, and its time.
    await runner.query(`
      ALTER TABLE saga.live_instance
        ADD COLUMN segment_seq integer NOT NULL DEFAULT 1,
        ADD COLUMN segment_at timestamptz`);
    await runner.query(`UPDATE saga.live_instance SET segment_at = created_at`);
    await runner.query(`
      ALTER TABLE saga.live_instance
        ALTER COLUMN segment_at SET DEFAULT clock_timestamp(), ALTER COLUMN segment_at SET NOT NULL`);
    await runner.query(`DROP INDEX saga.instance_by_end`);
    await runner.query(`
      CREATE TABLE saga.instance (LIKE saga.live_instance INCLUDING DEFAULTS INCLUDING CONSTRAINTS)
      PARTITION BY LIST ((finished_at IS NULL))`);
    await runner.query(`
      CREATE TABLE saga.ended_instance PARTITION OF saga.instance
        (PRIMARY KEY (id, finished_at)) FOR VALUES IN (false) PARTITION BY RANGE (finished_at)`);
    await runner.query(`CREATE INDEX ended_by_business_key ON saga.ended_instance (correlation_id)`);
    await runner.query(`CREATE INDEX ended_by_status ON saga.ended_instance (status, id)`);
    await runner.query(`CREATE INDEX ended_by_version ON saga.ended_instance (definition, version, id)`);
    await runner.query(`CREATE INDEX ended_by_end ON saga.ended_instance (finished_at)`);
    // Asked once a day, before a week of journals is dropped; rows come in nearly in this order.
    await runner.query(`CREATE INDEX ended_by_segment ON saga.ended_instance USING brin (segment_at)`);
    await runner.query(`
      DO $$ BEGIN
        EXECUTE format(
          'CREATE TABLE saga.ended_instance_before PARTITION OF saga.ended_instance FOR VALUES FROM (MINVALUE) TO (%L)',
          date_trunc('month', clock_timestamp(), 'UTC') + interval '1 month');
      END $$`);
    await runner.query(`
      WITH ended AS (DELETE FROM saga.live_instance WHERE finished_at IS NOT NULL RETURNING *)
      INSERT INTO saga.ended_instance SELECT * FROM ended`);
    await runner.query(`ALTER TABLE saga.instance ATTACH PARTITION saga.live_instance FOR VALUES IN (true)`);
    // An insert that had to wait for the end of the saga that has its key does not see that one among the ended: it is
    // looked for anew once the statement is through, and then nothing has begun.
    await runner.query(`
      CREATE FUNCTION saga.take_back_second_sole() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN
        IF EXISTS (SELECT FROM saga.ended_instance e
                    WHERE e.correlation_id = NEW.correlation_id AND e.definition = NEW.definition AND e.sole
                      AND e.finished_at > now() - interval '1 day') THEN
          DELETE FROM saga.live_instance WHERE id = NEW.id;
          DELETE FROM saga.journal WHERE saga_id = NEW.id AND at = NEW.created_at;
        END IF;
        RETURN NULL;
      END $$`);
    await runner.query(`
      CREATE TRIGGER live_instance_is_sole AFTER INSERT ON saga.live_instance
      FOR EACH ROW WHEN (NEW.sole) EXECUTE FUNCTION saga.take_back_second_sole()`);
  }

  private async splitJournals(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TRIGGER journal_is_append_only ON saga.journal`);
    await runner.query(`ALTER TABLE saga.journal RENAME TO journal_before`);
    await runner.query(`ALTER INDEX saga.journal_pkey RENAME TO journal_before_pkey`);
    // Each week has its own primary key (saga_id, seq); over all of them the instance row's length is the fence.
    await runner.query(`
      CREATE TABLE saga.journal (LIKE saga.journal_before INCLUDING DEFAULTS INCLUDING CONSTRAINTS)
      PARTITION BY RANGE (at)`);
    await runner.query(`
      CREATE TRIGGER journal_is_append_only BEFORE UPDATE ON saga.journal
      FOR EACH ROW EXECUTE FUNCTION saga.refuse_change()`);
    await runner.query(`
      DO $$ BEGIN
        EXECUTE format(
          'ALTER TABLE saga.journal ATTACH PARTITION saga.journal_before FOR VALUES FROM (MINVALUE) TO (%L)',
          date_trunc('week', clock_timestamp(), 'UTC') + interval '1 week');
      END $$`);
  }

  private async createPartitionMaker(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE FUNCTION saga.make_partitions(until timestamptz) RETURNS integer LANGUAGE plpgsql
      SET timezone = 'UTC' SET datestyle = 'ISO' SET lock_timeout = '2s' AS
      $$ DECLARE
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
      END $$`);
  }

  /** As it was, over both tables. */
  private async createBooks(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE VIEW saga.instance_books AS
      SELECT i.id AS saga_id, i.definition, i.version, i.correlation_id, i.status, i.open_effects, i.wake_at,
             i.owner, w.expires_at AS owned_until, i.updated_at, i.finished_at AS ended_at,
             (SELECT count(*) FILTER (WHERE e.entry ->> 'kind' = 'waiting')
                   - count(*) FILTER (WHERE e.entry ->> 'kind' = 'wait-ended')
                FROM saga.journal j CROSS JOIN LATERAL jsonb_array_elements(j.entries) AS e (entry)
               WHERE j.saga_id = i.id)::int AS open_waits,
             EXISTS (SELECT
                       FROM saga.journal j CROSS JOIN LATERAL jsonb_array_elements(j.entries) AS e (entry)
                      WHERE j.saga_id = i.id AND e.entry ->> 'kind' = 'succeeded'
                        AND e.entry ->> 'by' IS NOT NULL) AS settled_by_hand
        FROM saga.instance i
        LEFT JOIN saga.worker w ON w.id = i.owner`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP VIEW saga.instance_books, saga.history_books, saga.history_partition`);
    await runner.query(`DROP TABLE saga.history`);
    await runner.query(`DROP TRIGGER live_instance_is_sole ON saga.live_instance`);
    await runner.query(`ALTER TABLE saga.instance DETACH PARTITION saga.live_instance`);
    await runner.query(`INSERT INTO saga.live_instance SELECT * FROM saga.ended_instance`);
    await runner.query(`DROP TABLE saga.instance`);
    await runner.query(`ALTER TABLE saga.live_instance DROP COLUMN segment_seq, DROP COLUMN segment_at`);
    await runner.query(`ALTER TABLE saga.live_instance RENAME TO instance`);
    await runner.query(`
      CREATE INDEX instance_by_end ON saga.instance (finished_at) WHERE finished_at IS NOT NULL`);
    await runner.query(`CREATE TABLE saga.all_journals (LIKE saga.journal INCLUDING ALL)`);
    await runner.query(`INSERT INTO saga.all_journals SELECT * FROM saga.journal`);
    await runner.query(`DROP TABLE saga.journal`);
    await runner.query(`ALTER TABLE saga.all_journals RENAME TO journal`);
    await runner.query(`ALTER TABLE saga.journal ADD CONSTRAINT journal_pkey PRIMARY KEY (saga_id, seq)`);
    await runner.query(`
      CREATE TRIGGER journal_is_append_only BEFORE UPDATE ON saga.journal
      FOR EACH STATEMENT EXECUTE FUNCTION saga.refuse_change()`);
    await runner.query(`DROP FUNCTION saga.make_partitions(timestamptz), saga.take_back_second_sole()`);
    await this.createBooks(runner);
  }
}
