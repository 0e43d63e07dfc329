//! What an inventory could not read, and why.

use serde_json::{Map, Value as Json};

use crate::clients::RegionalClient;
use crate::error::ErrorKind;
use crate::model::is_denial;
use crate::output::error_report;
use crate::python;
use crate::service::CallError;
use crate::source_excerpt::escape_unprintable;

/// What could not be read.
#[derive(Debug)]
pub(super) struct ReadFailure {
    region: String,
    /// The identity pool; `None` if the pools of the region could not be listed.
    pool: Option<String>,
    operation: &'static str,
    code: String,
    message: String,
    /// The permission that the call needs, if it was denied.
    permission: Option<String>,
}

impl ReadFailure {
    /// Returns the failure of a call.
    pub fn new(
        region: &str,
        pool: Option<&str>,
        error: CallError,
        client: &RegionalClient,
    ) -> ReadFailure {
        let error = error.into_error();
        let operation = error.context.operation.unwrap_or_default();
        let code = error_report::error_code(&error);
        let message = match &error.kind {
            // The AWS CLI's message repeats the code and the operation.
            ErrorKind::Service { details } => details
                .get("Message")
                .map(python::to_str)
                .unwrap_or_default(),
            _ => match &client.region_hint {
                Some(hint) => format!("{}; {hint}", error.message),
                None => error.message.clone(),
            },
        };
        ReadFailure {
            region: region.to_string(),
            pool: pool.map(str::to_string),
            operation,
            permission: is_denial(&code).then(|| format!("cognito-sync:{operation}")),
            code,
            message,
        }
    }

    /// What failures are sorted by.
    pub fn key(&self) -> (&str, Option<&str>, &str) {
        (&self.region, self.pool.as_deref(), self.operation)
    }

    /// The failure as a line of text.
    pub fn line(&self) -> String {
        let subject = self.pool.as_ref().unwrap_or(&self.region);
        let needed = match &self.permission {
            Some(permission) => format!("; it needs the permission {permission}"),
            None => String::new(),
        };
        escape_unprintable(&format!(
            "{subject}: {} failed: {}{}{needed}",
            self.operation,
            error_report::code_prefix(&self.code),
            self.message
        ))
    }

    /// The failure as a part of the output.
    pub fn document(&self) -> Json {
        let members = [
            ("Region", Some(self.region.as_str())),
            ("IdentityPoolId", self.pool.as_deref()),
            ("Operation", Some(self.operation)),
            ("Code", Some(self.code.as_str())),
            ("Message", Some(self.message.as_str())),
            ("Permission", self.permission.as_deref()),
        ];
        let members = members.into_iter();
        let known = members.filter_map(|(name, value)| Some((name.to_string(), value?.into())));
        Json::Object(Map::from_iter(known))
    }
}
