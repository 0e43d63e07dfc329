//! The shared config and credentials files: their profiles, `sso-session` and `services` sections,
//! after `build_profile_map` in `botocore/configloader.py` of 2.36.7. Other modules interpret the
//! values.

use std::collections::BTreeSet;

use super::config_file::read_config_file;
use crate::environment::Environment;
use crate::error::{Error, Result};
use crate::python::configparser::IniSections;
use crate::python::shlex;

/// The sections of both files.
#[derive(Default)]
pub(super) struct SharedFiles {
    config: ConfigFile,
    /// By profile name, which is the whole header.
    credentials: IniSections,
}

/// The profiles, SSO sessions and services sections of the config file, by name.
#[derive(Default)]
struct ConfigFile {
    profiles: IniSections,
    sso_sessions: IniSections,
    services: IniSections,
}

/// The values of a section by key; a nested block begins with a line end.
pub(super) use crate::python::configparser::IniSection;

/// A profile: its section of the credentials file takes precedence over that of the config file.
#[derive(Default)]
pub(super) struct Profile<'a> {
    layers: Vec<&'a IniSection>,
}

impl<'a> Profile<'a> {
    /// The value of a key; a nested block is not parsed.
    pub(super) fn get(&self, key: &str) -> Option<&'a str> {
        let mut layers = self.layers.iter();
        layers
            .find_map(|values| values.get(key))
            .map(String::as_str)
    }
}

impl From<IniSections> for ConfigFile {
    /// Splits headers as a shell does; of two sections of one name, the last one counts.
    fn from(sections: IniSections) -> Self {
        let mut file = ConfigFile::default();
        for (header, values) in sections {
            let (kind, name) = match header.as_str() {
                "default" => (&mut file.profiles, Some(header)),
                h if h.starts_with("profile") => (&mut file.profiles, section_name(h)),
                h if h.starts_with("sso-session") => (&mut file.sso_sessions, section_name(h)),
                h if h.starts_with("services") => (&mut file.services, section_name(h)),
                _ => continue,
            };
            if let Some(name) = name {
                kind.insert(name, values);
            }
        }
        file
    }
}

/// The second of two words of a header, or `None` if there are not exactly two.
fn section_name(header: &str) -> Option<String> {
    let words = shlex::split(header).ok()?;
    let [_, name] = <[String; 2]>::try_from(words).ok()?;
    Some(name)
}

impl SharedFiles {
    /// Reads both files; a missing file counts as empty.
    pub(super) fn load(environment: &Environment) -> Result<SharedFiles> {
        let read = |variable, name: &str| {
            let path = match (environment.get(variable), environment.get("HOME")) {
                (Some(path), _) => environment.expand_path(path),
                (None, Some(home)) => format!("{home}/.aws/{name}"),
                (None, None) => return Ok(IniSections::new()),
            };
            read_config_file(&path).map(Option::unwrap_or_default)
        };
        Ok(SharedFiles {
            config: read("AWS_CONFIG_FILE", "config")?.into(),
            credentials: read("AWS_SHARED_CREDENTIALS_FILE", "credentials")?,
        })
    }

    /// The profile of this name. `None` selects `default`, which may be missing.
    pub(super) fn profile(&self, name: Option<&str>) -> Result<Profile<'_>> {
        let section = Profile {
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
        let names = self.config.profiles.keys().chain(self.credentials.keys());
        names.map(String::as_str).collect()
    }

    /// The profile's section of the credentials file.
    pub(super) fn credentials(&self, profile: Option<&str>) -> Option<&IniSection> {
        self.credentials.get(profile.unwrap_or("default"))
    }

    /// The profile's section of the config file.
    pub(super) fn config(&self, profile: Option<&str>) -> Option<&IniSection> {
        self.config.profiles.get(profile.unwrap_or("default"))
    }

    /// The `sso-session` section of this name.
    pub(super) fn sso_session(&self, name: &str) -> Option<&IniSection> {
        self.config.sso_sessions.get(name)
    }

    /// The `services` section of this name.
    pub(super) fn services(&self, name: &str) -> Option<&IniSection> {
        self.config.services.get(name)
    }
}

/// The profile names of both files, sorted and without duplicates.
pub fn profile_names(environment: &Environment) -> Result<Vec<String>> {
    let files = SharedFiles::load(environment)?;
    let names = files.profile_names();
    Ok(names.into_iter().map(str::to_string).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python::configparser::parse;

    fn files(config: &str, credentials: &str) -> SharedFiles {
        SharedFiles {
            config: parse(config).expect("a config file").into(),
            credentials: parse(credentials).expect("a credentials file"),
        }
    }

    fn region_of(config: &str, profile: Option<&str>) -> Option<String> {
        let files = files(config, "");
        let section = files.profile(profile).ok()?;
        section.get("region").map(str::to_string)
    }

    #[test]
    fn finds_profiles_with_their_values() {
        let files = files(
            "# comment\n[default]\nRegion = eu-central-1 # part\n[profile dev]\nregion: sa-east-1\n\
             [plain]\nregion=no\n[sso-session \"s s\"]\na=1\n[services local]\nb=2\n",
            "[dev]\naws_access_key_id = A\nregion = from-credentials\n[only]\na=b\n",
        );
        let get = |name, key| {
            let section = files.profile(name).expect("a profile");
            section.get(key).map(str::to_string)
        };
        assert_eq!(get(None, "region").as_deref(), Some("eu-central-1 # part"));
        assert_eq!(
            get(Some("dev"), "region").as_deref(),
            Some("from-credentials")
        );
        assert_eq!(get(Some("dev"), "aws_access_key_id").as_deref(), Some("A"));
        assert_eq!(get(Some("only"), "a").as_deref(), Some("b"));
        assert!(files.profile(Some("plain")).is_err());
        assert!(files.sso_session("s s").is_some() && files.services("local").is_some());
        assert_eq!(files.sso_session("local"), None);
        let names: Vec<_> = files.profile_names().into_iter().collect();
        assert_eq!(names, ["default", "dev", "only"]);
    }

    /// Each row was verified with the AWS CLI.
    #[test]
    fn splits_headers_as_a_shell_does() {
        let table = [
            ("profile a", Some("a")),
            ("profile  'a b'", Some("a b")),
            ("profile \"a b\"", Some("a b")),
            (r"profile a\ b", Some("a b")),
            ("profile a'b'\"c\"", Some("abc")),
            ("profile \"\"", Some("")),
            ("profiles a", Some("a")),
            ("profile\ta ", Some("a")),
            ("'profile' a", None),
            ("profile a b", None),
            ("profile", None),
            ("profile 'a", None),
            ("a", None),
        ];
        for (header, name) in table {
            let config = format!("[{header}]\nregion = x\n");
            assert_eq!(
                region_of(&config, Some(name.unwrap_or("a"))).is_some(),
                name.is_some()
            );
            assert_eq!(
                files(&config, "").profile_names().into_iter().next(),
                name,
                "{header}"
            );
        }
    }

    #[test]
    fn uses_last_section_of_a_name() {
        let table = [
            ("[default]\nregion=1\n[profile default]\nregion=2\n", None),
            ("[profile default]\nregion=1\n[default]\nregion=2\n", None),
            (
                "[profile a]\nregion=1\n[profile 'a']\nregion=2\n",
                Some("a"),
            ),
        ];
        for (config, profile) in table {
            assert_eq!(region_of(config, profile).as_deref(), Some("2"), "{config}");
        }
    }

    #[test]
    fn inherits_default_section_per_file() {
        let files = files(
            "[DEFAULT]\nregion=1\noutput=text\n[profile a]\n",
            "[DEFAULT]\nregion=2\n[a]\nk=v\n[b]\n",
        );
        let get = |profile, key| {
            files
                .profile(Some(profile))
                .ok()?
                .get(key)
                .map(str::to_string)
        };
        assert_eq!(get("a", "region").as_deref(), Some("2"));
        assert_eq!(get("a", "output").as_deref(), Some("text"));
        assert_eq!(get("b", "region").as_deref(), Some("2"));
        assert_eq!(get("b", "output"), None);
        assert!(files.profile(Some("DEFAULT")).is_err());
    }
}
