//! The environment variables of a run, as a value: so that a run depends on what it is given and
//! tests need not change the process. It knows no variable by name.

use std::collections::HashMap;

/// Environment variables with their values.
#[derive(Debug, Clone, Default)]
pub struct Environment(HashMap<String, String>);

impl Environment {
    /// Those of this process; bytes that are no UTF-8 are replaced.
    pub fn of_process() -> Self {
        let text = |s: std::ffi::OsString| s.to_string_lossy().into_owned();
        Environment(
            std::env::vars_os()
                .map(|(name, value)| (text(name), text(value)))
                .collect(),
        )
    }

    /// The variable's value, even if it is empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// The variable's value, unless it is empty.
    pub fn non_empty(&self, name: &str) -> Option<&str> {
        self.get(name).filter(|value| !value.is_empty())
    }
}

impl<const N: usize> From<[(&str, &str); N]> for Environment {
    fn from(variables: [(&str, &str); N]) -> Self {
        Environment(
            variables
                .map(|(n, v)| (n.to_string(), v.to_string()))
                .into(),
        )
    }
}
