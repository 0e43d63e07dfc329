//! The environment variables of a run, as a value: so that a run depends on what it is given and
//! tests need not change the process. Of their meaning it knows but that of paths: `~` and `$NAME`.

use std::collections::HashMap;
use std::ffi::OsString;
use std::fmt;

/// Environment variables with their values. `Debug` shows the names alone: some values are secret.
#[derive(Clone, Default)]
pub struct Environment(HashMap<String, String>);

impl Environment {
    /// Those of this process; bytes that are no UTF-8 are replaced. Where HOME is not set, it is
    /// what the system knows of the user.
    pub fn of_process() -> Self {
        let text = |s: OsString| s.to_string_lossy().into_owned();
        let mut variables: HashMap<_, _> = std::env::vars_os()
            .map(|(name, value)| (text(name), text(value)))
            .collect();
        if let (false, Some(home)) = (variables.contains_key("HOME"), std::env::home_dir()) {
            variables.insert("HOME".to_string(), text(home.into()));
        }
        Environment(variables)
    }

    /// The variable's value, even if it is empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// The variable's value, unless it is empty.
    pub fn non_empty(&self, name: &str) -> Option<&str> {
        self.get(name).filter(|value| !value.is_empty())
    }

    /// All variables, by name.
    pub fn sorted(&self) -> impl Iterator<Item = (&str, &str)> {
        let mut all: Vec<_> = self
            .0
            .iter()
            .map(|(n, v)| (n.as_str(), v.as_str()))
            .collect();
        all.sort_unstable();
        all.into_iter()
    }

    /// A leading `~` becomes the home folder; then `$NAME` and `${NAME}` become the variable's value,
    /// or stay where there is none.
    pub fn expand(&self, path: &str) -> String {
        expand_variables(&self.expand_home(path), self)
    }

    /// A leading `~` becomes the home folder.
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
        let (name, length) = variable_name(&rest[1..]);
        match name.and_then(|name| environment.get(name)) {
            Some(value) => expanded.push_str(value),
            None => expanded.push_str(&rest[..1 + length]),
        }
        rest = &rest[1 + length..];
    }
    expanded + rest
}

/// The variable's name behind a dollar sign, and how many bytes it and its braces take.
fn variable_name(text: &str) -> (Option<&str>, usize) {
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

/// Of variables of the same name, the last one counts.
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
    fn paths_are_expanded() {
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
            assert_eq!(environment.expand(path), want, "{path}");
        }
    }

    #[test]
    fn values_do_not_show() {
        let environment = Environment::from([("AWS_SECRET_ACCESS_KEY", "hush")]);
        assert_eq!(format!("{environment:?}"), "{\"AWS_SECRET_ACCESS_KEY\"}");
    }
}
