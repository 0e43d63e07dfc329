//! The shared config and credentials files, read as the AWS CLI reads them: by the rules of
//! Python's `configparser`, with one level of nested values, `profile`, `services` and
//! `sso-session` sections. What the values mean is not known here.

use indexmap::IndexMap;
use std::collections::BTreeSet;

use crate::environment::Environment;
use crate::error::{Error, Result};

/// The sections of both files.
#[derive(Default)]
pub(super) struct SharedFiles {
    config: IndexMap<String, Values>,
    credentials: IndexMap<String, Values>,
}

/// The values of a section; a nested block begins with a line end.
pub(super) type Values = IndexMap<String, String>;

/// The values of a profile: those of the credentials file, then those of the config file.
#[derive(Default)]
pub(super) struct Section<'a> {
    layers: Vec<&'a Values>,
}

impl Section<'_> {
    /// A value, unless it is a nested block.
    pub(super) fn get(&self, key: &str) -> Option<&str> {
        self.layers
            .iter()
            .find_map(|values| values.get(key))
            .map(String::as_str)
    }

    /// A value within a nested block.
    pub(super) fn nested(&self, key: &str, inner: &str) -> Option<String> {
        let lines = self
            .get(key)?
            .lines()
            .filter_map(|line| line.split_once('='));
        let found = lines.rev().find(|(name, _)| name.trim() == inner);
        found.map(|(_, value)| value.trim().to_string())
    }
}

impl SharedFiles {
    /// Reads both files; one that is not there is empty.
    pub(super) fn load(environment: &Environment) -> Result<SharedFiles> {
        let read = |variable, name: &str| {
            let path = match (environment.get(variable), environment.get("HOME")) {
                (Some(path), _) => environment.expand(path),
                (None, Some(home)) => format!("{home}/.aws/{name}"),
                (None, None) => return Ok(IndexMap::new()),
            };
            load_file(&path)
        };
        Ok(SharedFiles {
            config: read("AWS_CONFIG_FILE", "config")?,
            credentials: read("AWS_SHARED_CREDENTIALS_FILE", "credentials")?,
        })
    }

    /// The values of a profile; where none is asked for, those of `default`, if it is there.
    pub(super) fn profile(&self, name: Option<&str>) -> Result<Section<'_>> {
        let section = Section {
            layers: [self.credentials(name), self.config(name)]
                .into_iter()
                .flatten()
                .collect(),
        };
        match name {
            Some(name) if section.layers.is_empty() => {
                let message = format!("The config profile ({name}) could not be found");
                let known: Vec<_> = self.profile_names().into_iter().collect();
                let hint = match known.is_empty() {
                    true => "there are no profiles in the shared files".to_string(),
                    false => format!("the profiles are: {}", known.join(", ")),
                };
                Err(Error::general(message).hint(hint))
            }
            _ => Ok(section),
        }
    }

    fn profile_names(&self) -> BTreeSet<&str> {
        let of_config = self.config.keys().filter_map(|section| match &**section {
            "default" => Some("default"),
            section => titled(section, "profile"),
        });
        let of_credentials = self.credentials.keys().map(String::as_str);
        of_config.chain(of_credentials).collect()
    }

    /// A profile's values of the credentials file alone.
    pub(super) fn credentials(&self, profile: Option<&str>) -> Option<&Values> {
        self.credentials.get(profile.unwrap_or("default"))
    }

    /// A profile's values of the config file alone.
    pub(super) fn config(&self, profile: Option<&str>) -> Option<&Values> {
        let name = profile.unwrap_or("default");
        let named = || {
            self.config
                .iter()
                .find(|(key, _)| titled(key, "profile") == Some(name))
                .map(|(_, v)| v)
        };
        named().or_else(|| self.config.get("default").filter(|_| name == "default"))
    }

    /// The values of an `sso-session` section.
    pub(super) fn sso_session(&self, name: &str) -> Option<&Values> {
        let mut sections = self.config.iter();
        let found = sections.find(|(key, _)| titled(key, "sso-session") == Some(name));
        found.map(|(_, values)| values)
    }

    /// The `services` section that the profile names.
    pub(super) fn services_of(&self, profile: &Section<'_>) -> Option<Section<'_>> {
        let name = profile.get("services")?;
        let found = self
            .config
            .iter()
            .find(|(key, _)| titled(key, "services") == Some(name));
        found.map(|(_, values)| Section {
            layers: vec![values],
        })
    }
}

/// The profiles of both files in alphabetical order, each once.
pub fn profile_names(environment: &Environment) -> Result<Vec<String>> {
    let files = SharedFiles::load(environment)?;
    let names = files.profile_names();
    Ok(names.into_iter().map(str::to_string).collect())
}

/// The name in `kind name`, which may be quoted.
fn titled<'a>(section: &'a str, kind: &str) -> Option<&'a str> {
    let rest = section.strip_prefix(kind)?;
    let name = rest.trim_start();
    if name.len() == rest.len() || name.is_empty() {
        return None;
    }
    let name = name.trim_end();
    let quoted = |quote| name.strip_prefix(quote).and_then(|n| n.strip_suffix(quote));
    match quoted('"').or_else(|| quoted('\'')) {
        Some(inner) => Some(inner),
        None => Some(name).filter(|name| !name.contains(char::is_whitespace)),
    }
}

/// Reads a file. What is no file, or out of reach, counts as empty; what is there, but cannot be
/// read, does not.
pub(super) fn load_file(path: &str) -> Result<IndexMap<String, Values>> {
    if !std::fs::metadata(path).is_ok_and(|found| found.is_file()) {
        return Ok(IndexMap::new());
    }
    let unreadable = || Error::general(format!("Unable to parse config file: {path}"));
    let bytes = std::fs::read(path).map_err(|why| {
        let hint = why.to_string();
        unreadable().hint(hint).caused_by(why)
    })?;
    let text = String::from_utf8(bytes).map_err(|why| unreadable().caused_by(why))?;
    parse(&text).map_err(|line| unreadable().hint(format!("line {line} is not understood")))
}

/// Parses a file, or tells the number of the line that makes no sense. Sections and keys may not
/// be repeated; an indented line goes on with the value above it.
fn parse(text: &str) -> std::result::Result<IndexMap<String, Values>, usize> {
    let mut sections: IndexMap<String, Values> = IndexMap::new();
    let mut key: Option<String> = None;
    let mut value_indent = 0;
    for (index, line) in text.lines().enumerate() {
        let number = index + 1;
        let trimmed = line.trim();
        let indent = line.len() - line.trim_start().len();
        if trimmed.starts_with(['#', ';']) || trimmed.is_empty() {
            continue;
        }
        let current = sections.last_mut().map(|(_, values)| values);
        if let (Some(values), Some(key)) = (current, &key)
            && indent > value_indent
        {
            let value = values.entry(key.clone()).or_default();
            let nested = value.is_empty() || value.starts_with('\n');
            if nested && !trimmed.contains('=') {
                return Err(number);
            }
            value.push('\n');
            value.push_str(trimmed);
            continue;
        }
        value_indent = indent;
        if let Some(rest) = trimmed.strip_prefix('[') {
            let name = rest.rsplit_once(']').map(|(name, _)| name).ok_or(number)?;
            if name.is_empty() || sections.insert(name.to_string(), Values::new()).is_some() {
                return Err(number);
            }
            key = None;
            continue;
        }
        let values = sections
            .last_mut()
            .map(|(_, values)| values)
            .ok_or(number)?;
        let (name, value) = trimmed.split_once(['=', ':']).ok_or(number)?;
        let name = name.trim_end().to_lowercase();
        if name.is_empty()
            || values
                .insert(name.clone(), value.trim().to_string())
                .is_some()
        {
            return Err(number);
        }
        key = Some(name);
    }
    Ok(sections)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(config: &str, credentials: &str) -> SharedFiles {
        SharedFiles {
            config: parse(config).expect("a config file"),
            credentials: parse(credentials).expect("a credentials file"),
        }
    }

    #[test]
    fn profiles_are_found_with_their_values() {
        let files = files(
            "# comment\n[default]\nRegion = eu-central-1 # part\n[profile dev]\nregion: sa-east-1\n\
             services = local\n[profile \"two words\"]\nregion=x\n[plain]\nregion=no\n\
             [services local]\ncognito_sync =\n  endpoint_url = http://x/y=z\n  other = 1\n",
            "[dev]\naws_access_key_id = A\nregion = from-credentials\n[only]\na=b\n",
        );
        let get = |name, key| {
            files
                .profile(name)
                .expect("a profile")
                .get(key)
                .map(str::to_string)
        };
        assert_eq!(get(None, "region").as_deref(), Some("eu-central-1 # part"));
        assert_eq!(
            get(Some("dev"), "region").as_deref(),
            Some("from-credentials")
        );
        assert_eq!(get(Some("dev"), "aws_access_key_id").as_deref(), Some("A"));
        assert_eq!(get(Some("two words"), "region").as_deref(), Some("x"));
        assert_eq!(get(Some("only"), "a").as_deref(), Some("b"));
        assert!(files.profile(Some("plain")).is_err());
        let dev = files.profile(Some("dev")).expect("a profile");
        let services = files.services_of(&dev).expect("a services section");
        assert_eq!(
            services.nested("cognito_sync", "endpoint_url").as_deref(),
            Some("http://x/y=z")
        );
    }

    #[test]
    fn what_makes_no_sense_is_refused_with_its_line() {
        let table = [
            ("key = value", 1),
            ("[a]\nnonsense", 2),
            ("[a]\n[a]", 2),
            ("[a]\nk=1\nk=2", 3),
            ("[a", 1),
            ("[a]\n= 1", 2),
            ("[a]\nk =\n  nonsense", 3),
        ];
        for (text, line) in table {
            assert_eq!(parse(text).err(), Some(line), "{text}");
        }
    }
}
