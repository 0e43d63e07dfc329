//! The JSON Schema of state files, for editors. Tests hold it together with the model and with what
//! `load` accepts.

/// The schema, of draft 7: the newest that editors' YAML servers support.
pub const SCHEMA: &str = include_str!("schema.json");

/// The file that state files name as their schema, beside them. `cognito-sync schema` prints what
/// belongs into it. The schema has no public address.
pub const SCHEMA_FILE: &str = "cognito-sync.schema.json";

#[cfg(test)]
mod tests;
