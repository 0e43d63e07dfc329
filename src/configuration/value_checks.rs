//! Checks of configuration values that are likely mistakes, though the request may be valid. They
//! never reject a value; the service decides.

use std::borrow::Cow;

use serde_json::{Map, Value as Json};

use super::arn::{Arn, partition_of_region};
use super::report::printable_text;
use super::section::{PoolConfiguration, Section};
use super::section_group::SectionGroup;
use crate::model::{Shape, ShapeKind};

/// How many characters of a value a warning shows.
const SHOWN_CHARACTERS: usize = 120;

/// Returns a warning if this does not look like the ID of an identity pool.
pub fn check_pool_id(id: &str) -> Option<String> {
    let looks_right = id.split_once(':').is_some_and(|(region, uuid)| {
        let is_region = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        region.contains('-') && region.chars().all(is_region) && is_uuid(uuid)
    });
    let example = "such as us-east-1:2f1c6e5e-0d3b-4a6f-9c52-1d2e3f4a5b6c";
    (!looks_right).then(|| {
        format!(
            "the identity pool ID is {}, but one is a region and a UUID in lower case, {example}",
            shown(id)
        )
    })
}

/// A value that does not look right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueWarning {
    /// The member, such as `PushSync.RoleArn`.
    pub path: String,
    /// The member with what is wrong with it.
    pub text: String,
}

/// Returns a warning for every event that the service does not know. It keeps them, but never calls
/// their functions.
pub fn check_event_names(configuration: &PoolConfiguration) -> Vec<ValueWarning> {
    let mut checks = SectionChecks::new(Section::Events, None);
    if let Some(events) = configuration.get(&Section::Events) {
        checks.check_event_names(events);
    }
    checks.warnings
}

/// Returns a warning for every value that does not look right in an identity pool of this region.
pub fn check_values(configuration: &PoolConfiguration, region: Option<&str>) -> Vec<ValueWarning> {
    let sections = configuration.iter();
    let warnings = sections.flat_map(|(section, members)| check_section(*section, members, region));
    warnings.collect()
}

fn check_section(
    section: Section,
    members: &Map<String, Json>,
    region: Option<&str>,
) -> Vec<ValueWarning> {
    let mut checks = SectionChecks::new(section, region);
    match section {
        Section::PushSync => checks.check_push_sync(members),
        Section::CognitoStreams => checks.check_streams(members),
        Section::Events => checks.check_functions(members),
    }
    checks.warnings
}

/// What the ARN of a resource looks like.
struct ArnForm {
    service: &'static str,
    /// The beginning of the resource.
    resource: &'static str,
    has_region: bool,
    /// What has such an ARN.
    noun: &'static str,
    example: &'static str,
}

const ROLE: ArnForm = ArnForm {
    service: "iam",
    resource: "role/",
    has_region: false,
    noun: "a role",
    example: "arn:aws:iam::123456789012:role/NAME",
};
const APPLICATION: ArnForm = ArnForm {
    service: "sns",
    resource: "app/",
    has_region: true,
    noun: "a platform application",
    example: "arn:aws:sns:us-east-1:123456789012:app/GCM/NAME",
};
const FUNCTION: ArnForm = ArnForm {
    service: "lambda",
    resource: "function:",
    has_region: true,
    noun: "a function",
    example: "arn:aws:lambda:us-east-1:123456789012:function:NAME",
};

impl ArnForm {
    fn fits(&self, arn: &Arn<'_>) -> bool {
        arn.service == self.service
            && arn.has_account()
            && arn.region.is_empty() != self.has_region
            && arn.resource.len() > self.resource.len()
            && arn.resource.starts_with(self.resource)
    }
}

/// The checks of one section.
struct SectionChecks<'a> {
    section: Section,
    region: Option<&'a str>,
    /// The partition of the region or else of the first ARN.
    partition: Option<&'a str>,
    warnings: Vec<ValueWarning>,
}

impl<'a> SectionChecks<'a> {
    fn new(section: Section, region: Option<&'a str>) -> SectionChecks<'a> {
        SectionChecks {
            section,
            region,
            partition: region.map(partition_of_region),
            warnings: Vec::new(),
        }
    }

    fn check_push_sync(&mut self, members: &'a Map<String, Json>) {
        if let Some(role) = text(members, "RoleArn") {
            self.check_arn("RoleArn", role, &ROLE);
        }
        let arns = members.get("ApplicationArns").and_then(Json::as_array);
        for arn in arns.into_iter().flatten().filter_map(Json::as_str) {
            match arn {
                "" => self.warn(
                    "ApplicationArns",
                    "has an empty string; ApplicationArns=[] is a list without any",
                ),
                arn => self.check_arn("ApplicationArns", arn, &APPLICATION),
            }
        }
    }

    fn check_streams(&mut self, members: &'a Map<String, Json>) {
        if let Some(name) = text(members, "StreamName") {
            self.check_stream_name(name);
        }
        if let Some(role) = text(members, "RoleArn") {
            self.check_arn("RoleArn", role, &ROLE);
        }
        let status = text(members, "StreamingStatus");
        let known = self.choices("StreamingStatus");
        if let Some(status) = status.filter(|status| !known.contains(status)) {
            let known = known.join(", ");
            let problem = format!("is {}; the service knows {known}", shown(status));
            self.warn("StreamingStatus", &problem);
        }
    }

    fn check_stream_name(&mut self, name: &str) {
        let is_allowed = |c: char| c.is_ascii_alphanumeric() || "_.-".contains(c);
        match name.rsplit_once("stream/") {
            Some((start, name)) if start.starts_with("arn:") => {
                let problem = format!("is an ARN, but the name alone is expected: {}", shown(name));
                self.warn("StreamName", &problem);
            }
            _ if !name.chars().all(is_allowed) => {
                let problem = format!(
                    "is {}, but names of streams have letters, digits and _.- only",
                    shown(name)
                );
                self.warn("StreamName", &problem);
            }
            _ => {}
        }
    }

    fn check_event_names(&mut self, events: &Map<String, Json>) {
        let known = self.event_names();
        let is_removed = |function: &Json| function.as_str() == Some("");
        for (event, function) in events {
            if !known.contains(&&**event) && !is_removed(function) {
                let known = known.join(", ");
                let problem = format!("is no event that the service calls a function for: {known}");
                self.warn(event, &problem);
            }
        }
    }

    fn check_functions(&mut self, events: &'a Map<String, Json>) {
        for (event, function) in events {
            // An empty ARN removes the function.
            if let Some(function) = function.as_str().filter(|function| !function.is_empty()) {
                self.check_arn(event, function, &FUNCTION);
            }
        }
    }

    /// Checks the form of an ARN, its partition and its region.
    fn check_arn(&mut self, member: &str, text: &'a str, form: &ArnForm) {
        let Some(arn) = Arn::parse(text).filter(|arn| form.fits(arn)) else {
            let problem = format!(
                "is {}, but the ARN of {} looks like {}",
                shown(text),
                form.noun,
                form.example
            );
            return self.warn(member, &problem);
        };
        let partition = *self.partition.get_or_insert(arn.partition);
        if arn.partition != partition {
            let problem = format!(
                "is {}, which is not in the partition {partition}",
                shown(text)
            );
            return self.warn(member, &problem);
        }
        if let Some(region) = self
            .region
            .filter(|region| form.has_region && arn.region != *region)
        {
            let problem = format!("is {}, but the identity pool is in {region}", shown(text));
            self.warn(member, &problem);
        }
    }

    fn warn(&mut self, member: &str, problem: &str) {
        let section = self.section.name();
        self.warnings.push(ValueWarning {
            path: format!("{section}.{member}"),
            text: format!("{section}.{} {problem}", shown(member)),
        });
    }

    /// The enum values of a member.
    fn choices(&self, member: &str) -> &'static [&'static str] {
        match self.shape().map(|shape| &shape.kind) {
            Some(ShapeKind::Structure(structure)) => structure
                .member(member)
                .map_or(&[], |member| choices(member.shape)),
            _ => &[],
        }
    }

    fn event_names(&self) -> &'static [&'static str] {
        match self.shape().map(|shape| &shape.kind) {
            Some(ShapeKind::Map { key, .. }) => choices(key),
            _ => &[],
        }
    }

    fn shape(&self) -> Option<&'static Shape> {
        let mut groups = SectionGroup::ALL.into_iter();
        let group = groups.find(|group| group.sections().contains(&self.section))?;
        let input = group.write_operation().input;
        input.member(self.section.name()).map(|member| member.shape)
    }
}

fn choices(shape: &Shape) -> &'static [&'static str] {
    match shape.kind {
        ShapeKind::String { choices } => choices,
        _ => &[],
    }
}

fn text<'a>(members: &'a Map<String, Json>, name: &str) -> Option<&'a str> {
    members.get(name).and_then(Json::as_str)
}

/// A value as part of a warning.
fn shown(value: &str) -> Cow<'_, str> {
    match value.char_indices().nth(SHOWN_CHARACTERS) {
        Some((end, _)) => format!("{}…", printable_text(&value[..end])).into(),
        None => printable_text(value),
    }
}

fn is_uuid(text: &str) -> bool {
    let groups: Vec<_> = text.split('-').map(str::len).collect();
    let is_hex = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c) || c == '-';
    groups == [8, 4, 4, 4, 12] && text.chars().all(is_hex)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::configuration::section::given_sections;

    fn warnings(sections: Json, region: Option<&str>) -> Vec<String> {
        let members = sections.as_object().expect("an object").clone();
        let configuration = given_sections(&members, &Section::ALL);
        let names = check_event_names(&configuration);
        let values = check_values(&configuration, region);
        let warnings = names.into_iter().chain(values);
        warnings.map(|warning| warning.text).collect()
    }

    #[test]
    fn accepts_values_that_look_right() {
        let table = [
            (
                "us-east-1",
                json!({
                    "PushSync": {
                        "ApplicationArns": ["arn:aws:sns:us-east-1:123456789012:app/APNS_SANDBOX/a.b-c"],
                        "RoleArn": "arn:aws:iam::123456789012:role/path/to/role",
                    },
                    "CognitoStreams": {
                        "StreamName": "a_B.c-1",
                        "RoleArn": "arn:aws:iam::123456789012:role/x",
                        "StreamingStatus": "ENABLED",
                    },
                    "Events": {"SyncTrigger": "arn:aws:lambda:us-east-1:123456789012:function:f:v1"},
                }),
            ),
            (
                "cn-north-1",
                json!({
                    "PushSync": {
                        "ApplicationArns": ["arn:aws-cn:sns:cn-north-1:123456789012:app/GCM/a"],
                        "RoleArn": "arn:aws-cn:iam::123456789012:role/x",
                    },
                    "Events": {"SyncTrigger": ""},
                }),
            ),
            (
                "us-east-1",
                json!({"PushSync": {"ApplicationArns": []}, "CognitoStreams": {}, "Events": {}}),
            ),
        ];
        for (region, sections) in table {
            assert_eq!(
                warnings(sections.clone(), Some(region)),
                Vec::<String>::new(),
                "{sections}"
            );
            assert_eq!(
                warnings(sections.clone(), None),
                Vec::<String>::new(),
                "{sections}"
            );
        }
    }

    #[test]
    fn warns_of_values_that_do_not_look_right() {
        let role = "but the ARN of a role looks like arn:aws:iam::123456789012:role/NAME";
        let application = "but the ARN of a platform application looks like \
                           arn:aws:sns:us-east-1:123456789012:app/GCM/NAME";
        let function = "but the ARN of a function looks like \
                        arn:aws:lambda:us-east-1:123456789012:function:NAME";
        let table = [
            (json!({"PushSync": {"RoleArn": "sync-role"}}), format!("PushSync.RoleArn is sync-role, {role}")),
            (
                json!({"CognitoStreams": {"RoleArn": "arn:aws:iam::123456789012:user/x"}}),
                format!("CognitoStreams.RoleArn is arn:aws:iam::123456789012:user/x, {role}"),
            ),
            (
                json!({"PushSync": {"RoleArn": "arn:aws:iam::1234:role/x"}}),
                format!("PushSync.RoleArn is arn:aws:iam::1234:role/x, {role}"),
            ),
            (
                json!({"PushSync": {"ApplicationArns": [""]}}),
                "PushSync.ApplicationArns has an empty string; ApplicationArns=[] is a list without any".to_string(),
            ),
            (
                json!({"PushSync": {"ApplicationArns": ["arn:aws:sns:us-east-1:123456789012:topic"]}}),
                format!("PushSync.ApplicationArns is arn:aws:sns:us-east-1:123456789012:topic, {application}"),
            ),
            (
                json!({"PushSync": {"ApplicationArns": ["arn:aws:sns:eu-west-1:123456789012:app/GCM/a"]}}),
                "PushSync.ApplicationArns is arn:aws:sns:eu-west-1:123456789012:app/GCM/a, but the identity \
                 pool is in us-east-1".to_string(),
            ),
            (
                json!({"PushSync": {"RoleArn": "arn:aws-cn:iam::123456789012:role/x"}}),
                "PushSync.RoleArn is arn:aws-cn:iam::123456789012:role/x, which is not in the partition \
                 aws".to_string(),
            ),
            (
                json!({"CognitoStreams": {"StreamName": "arn:aws:kinesis:us-east-1:123456789012:stream/updates"}}),
                "CognitoStreams.StreamName is an ARN, but the name alone is expected: updates".to_string(),
            ),
            (
                json!({"CognitoStreams": {"StreamName": "my stream\u{1b}"}}),
                "CognitoStreams.StreamName is \"my stream\\u001b\", but names of streams have letters, \
                 digits and _.- only".to_string(),
            ),
            (
                json!({"CognitoStreams": {"StreamingStatus": "enabled"}}),
                "CognitoStreams.StreamingStatus is enabled; the service knows ENABLED, DISABLED".to_string(),
            ),
            (
                json!({"Events": {"onLogin": "arn:aws:lambda:us-east-1:123456789012:function:f"}}),
                "Events.onLogin is no event that the service calls a function for: SyncTrigger".to_string(),
            ),
            (
                json!({"Events": {"SyncTrigger": "my-function"}}),
                format!("Events.SyncTrigger is my-function, {function}"),
            ),
            (
                json!({"Events": {"SyncTrigger": "arn:aws:lambda:eu-west-1:123456789012:function:f"}}),
                "Events.SyncTrigger is arn:aws:lambda:eu-west-1:123456789012:function:f, but the identity \
                 pool is in us-east-1".to_string(),
            ),
        ];
        for (sections, want) in table {
            assert_eq!(
                warnings(sections.clone(), Some("us-east-1")),
                [want],
                "{sections}"
            );
        }
    }

    #[test]
    fn compares_partitions_of_arns_without_a_region() {
        let sections = json!({"PushSync": {
            "ApplicationArns": ["arn:aws-us-gov:sns:us-gov-west-1:123456789012:app/GCM/a"],
            "RoleArn": "arn:aws:iam::123456789012:role/x",
        }});
        let found = warnings(sections, None);
        assert_eq!(found.len(), 1);
        assert!(
            found[0].ends_with("app/GCM/a, which is not in the partition aws"),
            "{found:?}"
        );
    }

    #[test]
    fn shortens_long_values() {
        let long = "é".repeat(5000);
        let found = warnings(json!({"PushSync": {"RoleArn": long}}), None);
        assert!(found[0].chars().count() < 300, "{found:?}");
    }

    #[test]
    fn recognizes_pool_ids() {
        let right = "us-east-1:2f1c6e5e-0d3b-4a6f-9c52-1d2e3f4a5b6c";
        assert_eq!(check_pool_id(right), None);
        assert_eq!(
            check_pool_id(&right.replace("us-east", "us-gov-east")),
            None
        );
        for wrong in [
            "",
            "p",
            "us-east-1:1",
            &right.to_uppercase(),
            &right[10..],
            &format!("{right}0"),
        ] {
            let warning = check_pool_id(wrong).unwrap_or_default();
            assert!(warning.contains("such as us-east-1:"), "{wrong}: {warning}");
        }
    }
}
