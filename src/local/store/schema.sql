-- The store of the local Cognito Sync. Timestamps are milliseconds since the Unix epoch. Lone surrogates
-- in texts are represented by characters of plane 13, U+D83D by U+DD83D.

CREATE TABLE secret (
    name TEXT PRIMARY KEY,
    value BLOB NOT NULL
);

CREATE TABLE identity_pool (
    identity_pool_id TEXT PRIMARY KEY,
    last_modified_date INTEGER NOT NULL,
    push_sync TEXT,               -- JSON, as it was set
    cognito_streams TEXT,         -- JSON, as it was set
    disabled_reason TEXT,         -- why a failed delivery disabled streaming
    sync_trigger TEXT,            -- ARN of the function for the event SyncTrigger
    bulk_publish_start INTEGER,
    bulk_publish_complete INTEGER,
    bulk_publish_failure TEXT
);

CREATE TABLE identity (
    identity_pool_id TEXT NOT NULL REFERENCES identity_pool,
    identity_id TEXT NOT NULL,
    last_modified_date INTEGER NOT NULL,
    PRIMARY KEY (identity_pool_id, identity_id)
);

CREATE TABLE dataset (
    dataset_number INTEGER PRIMARY KEY,
    identity_pool_id TEXT NOT NULL,
    identity_id TEXT NOT NULL,
    dataset_name TEXT NOT NULL,
    sync_count INTEGER NOT NULL,
    is_deleted INTEGER NOT NULL,  -- a deleted dataset keeps its sync count
    deletion_sync_count INTEGER,  -- sync count of the last deletion
    creation_date INTEGER NOT NULL,
    last_modified_date INTEGER NOT NULL,
    last_modified_by TEXT NOT NULL,
    data_storage INTEGER NOT NULL,
    num_records INTEGER NOT NULL,
    UNIQUE (identity_pool_id, identity_id, dataset_name),
    FOREIGN KEY (identity_pool_id, identity_id) REFERENCES identity
);

CREATE TABLE record (
    dataset_number INTEGER NOT NULL REFERENCES dataset,
    record_key TEXT NOT NULL,
    record_value TEXT,            -- null for a removed record
    sync_count INTEGER NOT NULL,
    last_modified_date INTEGER NOT NULL,
    last_modified_by TEXT NOT NULL,
    device_last_modified_date INTEGER NOT NULL,
    PRIMARY KEY (dataset_number, record_key)
);

CREATE TABLE device (
    device_id TEXT PRIMARY KEY,
    identity_pool_id TEXT NOT NULL,
    identity_id TEXT NOT NULL,
    platform TEXT NOT NULL,
    token TEXT NOT NULL,
    UNIQUE (identity_pool_id, identity_id, platform, token),
    FOREIGN KEY (identity_pool_id, identity_id) REFERENCES identity
);

CREATE TABLE subscription (
    dataset_number INTEGER NOT NULL REFERENCES dataset,
    device_id TEXT NOT NULL REFERENCES device,
    PRIMARY KEY (dataset_number, device_id)
);

CREATE TABLE used_session (
    session_id TEXT PRIMARY KEY,
    expiration INTEGER NOT NULL   -- by the machine's clock
);

CREATE INDEX used_session_by_expiration ON used_session (expiration);
