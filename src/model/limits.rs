//! The service's limits of data, unless AWS has raised them for an account.

/// The maximum number of datasets of an identity.
pub const MAX_DATASETS: i64 = 20;

/// The maximum number of records of a dataset.
pub const MAX_RECORDS: i64 = 1024;

/// The maximum size of a dataset's keys and values, in bytes.
pub const MAX_DATASET_BYTES: i64 = 1 << 20;
