-- Figures and ranks in partitions, for those past some 50 million results. PostgreSQL 15 or newer; nothing is copied.
--
-- Editions are numbered in the order of time, so a range of their numbers is a span of years. What there is becomes the
-- first partition; each further one holds the next `span` editions (500 are about a year of 34 provinces). Stop the
-- server and the workers, take a backup, then
--
--     psql -v ON_ERROR_STOP=1 -1 -f docs/partition.sql "$DATABASE_URL"
--     manage.py migrate        # puts the guards of what is published back
--
-- and start again. One index a table is built, which takes most of the time. Queries, actions and
-- later migrations find the same tables, columns and names. Tried with PostgreSQL 15: see docs/sizing.md.

DO $$
DECLARE
    span CONSTANT bigint := 500;
    ahead CONSTANT int := 20;
    tab text;
    item record;
    kept text[];
    first bigint;
BEGIN
    SELECT coalesce(max(id), 0) + 1 INTO first FROM chiso_edition;
    FOREACH tab IN ARRAY ARRAY['chiso_result', 'chiso_standing'] LOOP
        -- a partition may have no trigger that asks for all rows of a statement
        FOR item IN SELECT tgname FROM pg_trigger WHERE tgrelid = tab::regclass AND tgname LIKE 'frozen\_%' LOOP
            EXECUTE format('DROP TRIGGER %I ON %I', item.tgname, tab);
        END LOOP;

        -- what stands on the table, by its own names
        kept := ARRAY(
            SELECT format('ALTER TABLE %I ADD CONSTRAINT %I %s', tab, conname, pg_get_constraintdef(oid))
            FROM pg_constraint WHERE conrelid = tab::regclass AND contype IN ('u', 'f', 'c')
        ) || ARRAY(
            SELECT pg_get_indexdef(indexrelid) FROM pg_index
            WHERE indrelid = tab::regclass AND indexrelid NOT IN (SELECT conindid FROM pg_constraint)
        );
        FOR item IN SELECT indexrelid::regclass::text AS name FROM pg_index WHERE indrelid = tab::regclass LOOP
            EXECUTE format('ALTER INDEX %I RENAME TO %I', item.name, item.name || '_past');
        END LOOP;

        EXECUTE format('ALTER TABLE %I RENAME TO %I', tab, tab || '_past');
        EXECUTE format('ALTER TABLE %I DROP CONSTRAINT %I', tab || '_past', tab || '_pkey_past');
        EXECUTE format('ALTER TABLE %I ADD PRIMARY KEY (id, edition_id)', tab || '_past');
        EXECUTE format('ALTER TABLE %I ALTER id DROP IDENTITY', tab || '_past');

        EXECUTE format('CREATE TABLE %I (LIKE %I) PARTITION BY RANGE (edition_id)', tab, tab || '_past');
        EXECUTE format('CREATE SEQUENCE %I OWNED BY %I.id', tab || '_id_seq', tab);
        EXECUTE format('SELECT setval(%L, coalesce(max(id), 0) + 1, false) FROM %I', tab || '_id_seq', tab || '_past');
        EXECUTE format('ALTER TABLE %I ALTER id SET DEFAULT nextval(%L)', tab, tab || '_id_seq');
        EXECUTE format('ALTER TABLE %I ADD CONSTRAINT %I PRIMARY KEY (id, edition_id)', tab, tab || '_pkey');
        FOR number IN 1 .. array_length(kept, 1) LOOP
            EXECUTE kept[number];
        END LOOP;

        EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (MINVALUE) TO (%s)', tab, tab || '_past', first);
        FOR number IN 0 .. ahead - 1 LOOP
            EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%s) TO (%s)',
                           tab || '_from_' || first + number * span, tab, first + number * span, first + (number + 1) * span);
        END LOOP;
        EXECUTE format('CREATE TABLE %I PARTITION OF %I DEFAULT', tab || '_later', tab);
    END LOOP;
END $$;
