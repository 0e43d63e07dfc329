//! Renders pools as a state file.

use serde_json::{Map, Value as Json, json};

use super::{LivePool, StateFormat, Syntax};
use crate::yaml::{self, Timestamps};

/// Renders the pools.
pub(super) fn render(pools: &[LivePool], _format: StateFormat, syntax: Syntax) -> String {
    let entry = |pool: &LivePool| {
        let mut entry = Map::new();
        entry.insert("IdentityPoolId".to_string(), json!(pool.id));
        for (section, members) in &pool.configuration {
            entry.insert(section.name().to_string(), Json::Object(members.clone()));
        }
        Json::Object(entry)
    };
    let document = json!({"pools": pools.iter().map(entry).collect::<Json>()});
    match syntax {
        Syntax::Yaml => yaml::dump(&document, Timestamps::Text),
        Syntax::Json => format!("{document:#}\n"),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::configuration::section::Section;
    use crate::configuration::state_file::{LoadOptions, load};
    use crate::diagnostics::{Diagnostics, Stderr};
    use crate::environment::Environment;

    #[test]
    fn reads_what_it_writes() {
        let members = json!({"RoleArn": "arn:aws:iam::123456789012:role/r"});
        let members = members.as_object().cloned().unwrap_or_default();
        let pool = LivePool {
            id: "us-east-1:1".to_string(),
            region: None,
            configuration: [(Section::PushSync, members)].into(),
        };
        let (environment, stderr) = (Environment::default(), Stderr::new(std::io::sink()));
        let options = LoadOptions {
            expand: false,
            environment: &environment,
            diagnostics: &Diagnostics::new(stderr, false),
        };
        for syntax in [Syntax::Yaml, Syntax::Json] {
            let text = render(std::slice::from_ref(&pool), StateFormat::State, syntax);
            let found = load(&["-".to_string()], &options, &mut text.as_bytes());
            let found: Vec<Arc<_>> = found.expect("a state file");
            assert_eq!(found[0].id, pool.id);
            assert_eq!(found[0].configuration, pool.configuration);
        }
    }
}
