#!/bin/bash
# Run once by the image of PostgreSQL when the primary is made: an account and a slot for the replica.
set -euo pipefail
psql -v ON_ERROR_STOP=1 -v secret="$REPLICATION_PASSWORD" --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
CREATE ROLE replicator LOGIN REPLICATION PASSWORD :'secret';
SELECT pg_create_physical_replication_slot('replica');
SQL
echo "host replication replicator samenet scram-sha-256" >>"$PGDATA/pg_hba.conf"
