#!/bin/bash
# Runs a standby: the first time it copies the primary, then it follows it. Arguments are passed on to postgres.
set -euo pipefail
# The control file is copied last; without it a copy broke off and begins anew.
if [ ! -s "$PGDATA/global/pg_control" ]; then
    find "$PGDATA" -mindepth 1 -delete
    chmod 700 "$PGDATA"
    PGPASSWORD=$REPLICATION_PASSWORD pg_basebackup --host "$PRIMARY" --port "${PRIMARY_PORT:-5432}" --username replicator \
        --pgdata "$PGDATA" --slot replica --wal-method stream --write-recovery-conf --checkpoint fast
fi
exec postgres "$@"
