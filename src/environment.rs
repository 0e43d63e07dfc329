//! Environment variables of a run as a value, so that tests need not change the process
//! environment. Also expands `~` and `$NAME` in paths.

use std::collections::HashMap;
use std::ffi::OsString;
use std::fmt;

/// Environment variables with their values. `Debug` prints only the names, since some values are
/// secret.
#[derive(Clone, Default)]
pub struct Environment(HashMap<String, String>);

impl Environment {
    /// Returns the environment of this process. Invalid UTF-8 is replaced by U+FFFD; an unset HOME
    /// is taken from the user database.
    pub fn from_process() -> Self {
        let text = |s: OsString| s.to_string_lossy().into_owned();
        let mut variables: HashMap<_, _> = std::env::vars_os()
            .map(|(name, value)| (text(name), text(value)))
            .collect();
        if let (false, Some(home)) = (variables.contains_key("HOME"), std::env::home_dir()) {
            variables.insert("HOME".to_string(), text(home.into()));
        }
        Environment(variables)
    }

    /// Returns the variable's value, which may be empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Returns the variable's value if it is not empty.
    pub fn non_empty(&self, name: &str) -> Option<&str> {
        self.get(name).filter(|value| !value.is_empty())
    }

    /// Iterates over all variables, sorted by name.
    pub fn iter_sorted(&self) -> impl Iterator<Item = (&str, &str)> {
        let mut all: Vec<_> = self
            .0
            .iter()
            .map(|(n, v)| (n.as_str(), v.as_str()))
            .collect();
        all.sort_unstable();
        all.into_iter()
    }

    /// Expands a leading `~`, then `$NAME` and `${NAME}` of variables that are set.
    pub fn expand_path(&self, path: &str) -> String {
        expand_variables(&self.expand_home(path), self)
    }

    /// Expands a leading `~` to the home directory.
    pub fn expand_home(&self, path: &str) -> String {
        let home = self.get("HOME").map(|home| home.trim_end_matches('/'));
        match (path.strip_prefix('~'), home) {
            (Some(rest), Some(home)) if rest.is_empty() || rest.starts_with('/') => {
                let expanded = format!("{home}{rest}");
                if expanded.is_empty() {
                    "/".to_string()
                } else {
                    expanded
                }
            }
            _ => path.to_string(),
        }
    }
}

fn expand_variables(path: &str, environment: &Environment) -> String {
    let mut expanded = String::with_capacity(path.len());
    let mut rest = path;
    while let Some(dollar) = rest.find('$') {
        expanded.push_str(&rest[..dollar]);
        rest = &rest[dollar..];
        let (name, length) = parse_variable_name(&rest[1..]);
        match name.and_then(|name| environment.get(name)) {
            Some(value) => expanded.push_str(value),
            None => expanded.push_str(&rest[..1 + length]),
        }
        rest = &rest[1 + length..];
    }
    expanded + rest
}

/// Parses the variable name after a dollar sign; also returns the number of bytes including braces.
fn parse_variable_name(text: &str) -> (Option<&str>, usize) {
    if let Some(inner) = text.strip_prefix('{') {
        return match inner.find('}') {
            Some(end) => (Some(&inner[..end]), end + 2),
            None => (None, 0),
        };
    }
    let length = text
        .bytes()
        .take_while(|b| b.is_ascii_alphanumeric() || *b == b'_')
        .count();
    (
        Some(&text[..length]).filter(|name| !name.is_empty()),
        length,
    )
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl<const N: usize> From<[(&str, &str); N]> for Environment {
    fn from(variables: [(&str, &str); N]) -> Self {
        variables.into_iter().collect()
    }
}

/// The last of several variables with the same name counts.
impl<'a> FromIterator<(&'a str, &'a str)> for Environment {
    fn from_iter<I: IntoIterator<Item = (&'a str, &'a str)>>(variables: I) -> Self {
        let owned = |(name, value): (&str, &str)| (name.to_string(), value.to_string());
        Environment(variables.into_iter().map(owned).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expands_home_and_variables_in_paths() {
        let environment = Environment::from([("HOME", "/home/me/"), ("A", "x"), ("B_1", "$A")]);
        let table = [
            ("~/f", "/home/me/f"),
            ("~", "/home/me"),
            ("~you/f", "~you/f"),
            ("a~", "a~"),
            ("$A/${B_1}/$A.txt", "x/$A/x.txt"),
            ("$NONE/${NONE}/$", "$NONE/${NONE}/$"),
            ("${A", "${A"),
            ("$é", "$é"),
        ];
        for (path, want) in table {
            assert_eq!(environment.expand_path(path), want, "{path}");
        }
    }

    #[test]
    fn hides_values_in_debug_output() {
        let environment = Environment::from([("AWS_SECRET_ACCESS_KEY", "hush")]);
        assert_eq!(format!("{environment:?}"), "{\"AWS_SECRET_ACCESS_KEY\"}");
    }
}
