//! What Cognito Sync is, as static data: the operations of its API of 2014-06-30 and the shapes
//! that they take and give; and two operations of Cognito Identity, which the program calls by
//! itself.
//!
//! Everything that needs an option, a member or a shape derives it from here: command-line
//! options, help, coercion, validation, skeletons and the order in which replies are printed.
//! This module holds no behaviour beyond looking itself up. Names, order, locations and
//! constraints are those of the service model in AWS CLI 2.36.7; the descriptions are our own.
//!
//! To add an operation:
//!
//! 1. `operations/<operation>.rs`: its definition, and a line in a list of `operations/mod.rs`.
//! 2. `service/sdk_calls.rs`: the function that makes the SDK's call.
//! 3. `local/operations`: the function that answers it in the local service, and its branch in
//!    `mod.rs`.
//! 4. The tables of the tests in this file, and the snapshots of help (`tests/help.rs`).
//!
//! To add a member: a line in the operation's file or, for a shared structure, in `structures.rs`; and
//! one in the operation's function in `service/sdk_calls.rs`; where the local service does something
//! with it, also in `local/operations`. The snapshots of help and `tests/operations.rs` follow.
//!
//! To add a service: its definition in `service.rs` with its errors in `errors.rs`, and its SDK
//! client in `service/sdk_client.rs`.
//!
//! What is forgotten does not compile or fails a test, except for what the local service does with a
//! member.

mod errors;
mod example;
pub mod limits;
mod operations;
mod regions;
mod service;
mod shapes;
mod structures;

pub use errors::{ErrorShape, is_denial};
pub use example::Example;
pub use operations::{INTERNAL_OPERATIONS, OPERATIONS, OperationId, all_operations};
pub use regions::REGIONS;
pub use service::{COGNITO_IDENTITY, COGNITO_SYNC, Protocol, Service, ServiceId};
#[cfg(feature = "local")]
pub use shapes::IDENTITY_POOL_ID;

/// The timestamp in skeletons.
pub const SKELETON_TIMESTAMP: &str = "1970-01-01T00:00:00";

/// The member of inputs and outputs with the token of a page.
pub const NEXT_TOKEN: &str = "NextToken";

/// The member of inputs with the size of a page.
pub const MAX_RESULTS: &str = "MaxResults";

/// An operation of a service.
#[derive(Debug)]
pub struct Operation {
    /// Identifies the operation in code that handles single operations.
    pub id: OperationId,
    /// The service of the operation.
    pub service: &'static Service,
    /// Group in lists of operations.
    pub group: OperationGroup,
    /// Position within its group.
    pub rank: u8,
    /// Name in the API, such as `ListRecords`.
    pub name: &'static str,
    /// HTTP method.
    pub method: &'static str,
    /// Path with `{Member}` for members of the input in the path.
    pub path: &'static str,
    /// Description in one sentence.
    pub doc: &'static str,
    /// Further description in paragraphs; literal input is in backticks.
    pub details: &'static [&'static str],
    /// The credentials that it requires.
    pub credentials: RequiredCredentials,
    /// Codes of the service errors that it may return, in alphabetical order.
    pub errors: &'static [&'static str],
    /// Input shape.
    pub input: &'static Structure,
    /// Output shape; without members if the response is empty.
    pub output: &'static Structure,
    /// Examples of its help page.
    pub examples: &'static [Example],
}

/// The subject of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum OperationGroup {
    /// Push sync and streams of an identity pool.
    Configuration,
    /// Bulk publish.
    Publishing,
    /// Lambda functions that the service calls.
    Events,
    /// Datasets and their records.
    Datasets,
    /// Devices and their subscriptions.
    Devices,
    /// Storage usage.
    Usage,
    /// Identity pools and the identities within them.
    Identities,
}

/// The credentials that an operation requires, according to the documentation of the service model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequiredCredentials {
    /// Of an IAM user or role of the account.
    Developer,
    /// Of an identity of the pool, issued by Cognito Identity.
    Identity,
    /// Either kind.
    Either,
}

/// An ordered set of named members.
#[derive(Debug)]
pub struct Structure {
    /// Name in the service model.
    pub name: &'static str,
    /// Members in the order of the service model.
    pub members: &'static [Member],
    /// Names of the required members, in the order in which missing ones are reported.
    pub required: &'static [&'static str],
}

/// A member of a structure.
#[derive(Debug)]
pub struct Member {
    /// Name, such as `IdentityPoolId`.
    pub name: &'static str,
    /// Its type.
    pub shape: &'static Shape,
    /// Its location in a request.
    pub location: Location,
    /// Description in one sentence.
    pub doc: &'static str,
    /// Whether the AWS CLI's model has this member. The real service also sends members that it
    /// lacks; the program knows them, prints them only on request, and leaves them out of requests.
    pub in_aws_cli: bool,
}

/// The location of an input member in a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Location {
    /// In the JSON body, under its own name.
    Body,
    /// In the path, at `{Member}`.
    Path,
    /// In the query string, under this name.
    Query(&'static str),
    /// In the header of this name.
    Header(&'static str),
}

/// A named type with its constraints.
#[derive(Debug)]
pub struct Shape {
    /// Name in the service model.
    pub name: &'static str,
    /// The kind of value.
    pub kind: ShapeKind,
    /// Minimum length of a string in characters, or minimum number; checked before a request is
    /// sent.
    pub min: Option<usize>,
    /// Maximum length of a string in characters, maximum number of entries of a map, or maximum
    /// number; only the service checks it.
    pub max: Option<usize>,
    /// Regular expression that the service matches strings against.
    pub pattern: Option<&'static str>,
    /// A valid value for example documents, as text. `None` if there is none that would be valid in
    /// a request by itself, such as a token of an earlier response.
    pub example: Option<&'static str>,
}

/// The kinds of values.
#[derive(Debug)]
pub enum ShapeKind {
    /// A string; `choices` lists the enum values, if any.
    String {
        /// Enum values in the order of the service model; empty if any string is allowed.
        choices: &'static [&'static str],
    },
    /// A 32-bit integer.
    Integer,
    /// A 64-bit integer.
    Long,
    /// `true` or `false`.
    Boolean,
    /// A timestamp, in JSON as seconds since 1970.
    Timestamp,
    /// A list of one shape.
    List(&'static Shape),
    /// A map with string keys and values of one shape.
    Map {
        /// Shape of the keys.
        key: &'static Shape,
        /// Shape of the values.
        value: &'static Shape,
    },
    /// A structure.
    Structure(&'static Structure),
}

impl Operation {
    /// Finds an operation by its command, such as `list-records`.
    pub fn find_by_command(command: &str) -> Option<&'static Operation> {
        let mut operations = OPERATIONS.iter().copied();
        operations.find(|o| kebab_characters(o.name).eq(command.chars()))
    }

    /// The operation's command, such as `list-records`.
    pub fn command(&self) -> String {
        kebab_case(self.name)
    }

    /// Whether the operation changes data of the service.
    pub fn changes(&self) -> bool {
        let reads = ["Describe", "Get", "List"];
        !reads.iter().any(|verb| self.name.starts_with(verb))
    }

    /// The list in its output that comes in pages: the one beside a `NextToken`. `None` if it has
    /// no pages.
    pub fn paged_list(&self) -> Option<&'static Member> {
        self.input.member(NEXT_TOKEN)?;
        let is_list = |member: &&Member| matches!(member.shape.kind, ShapeKind::List(_));
        self.output.aws_cli_members().find(is_list)
    }

    /// The service errors that it may return.
    pub fn service_errors(&self) -> impl Iterator<Item = &'static ErrorShape> {
        let errors = self.service.errors.iter();
        errors.filter(|error| self.errors.contains(&error.code))
    }
}

impl Structure {
    /// The members that the AWS CLI knows, in order.
    pub fn aws_cli_members(&self) -> impl Iterator<Item = &'static Member> {
        self.members.iter().filter(|m| m.in_aws_cli)
    }

    /// The members that the AWS CLI knows or, with `unmodeled`, all members.
    pub fn members_to_print(&self, unmodeled: bool) -> impl Iterator<Item = &'static Member> {
        let is_printed = move |member: &&Member| member.in_aws_cli || unmodeled;
        self.members.iter().filter(is_printed)
    }

    /// Returns the member with this name, if the AWS CLI knows it.
    pub fn member(&self, name: &str) -> Option<&'static Member> {
        self.aws_cli_members().find(|m| m.name == name)
    }

    /// Whether it or a structure in it has members that the AWS CLI lacks.
    pub fn has_unmodeled_members(&self) -> bool {
        let is_unmodeled =
            |member: &Member| !member.in_aws_cli || member.shape.has_unmodeled_members();
        self.members.iter().any(is_unmodeled)
    }

    /// Whether this is a member that the AWS CLI does not know.
    pub fn is_unmodeled_member(&self, name: &str) -> bool {
        let mut members = self.members.iter();
        members.any(|member| !member.in_aws_cli && member.name == name)
    }

    /// Whether a member is required.
    pub fn requires(&self, name: &str) -> bool {
        self.required.contains(&name)
    }
}

impl Member {
    /// The member's command-line option without the leading dashes.
    pub fn option(&self) -> String {
        kebab_case(self.name)
    }
}

impl ShapeKind {
    /// The name of the type in AWS's terms.
    pub fn type_name(&self) -> &'static str {
        match self {
            ShapeKind::String { .. } => "string",
            ShapeKind::Integer | ShapeKind::Long => "integer",
            ShapeKind::Boolean => "boolean",
            ShapeKind::Timestamp => "timestamp",
            ShapeKind::List(_) => "list",
            ShapeKind::Map { .. } => "map",
            ShapeKind::Structure(_) => "structure",
        }
    }
}

impl Shape {
    fn has_unmodeled_members(&self) -> bool {
        match self.kind {
            ShapeKind::Structure(structure) => structure.has_unmodeled_members(),
            ShapeKind::List(item) => item.has_unmodeled_members(),
            ShapeKind::Map { value, .. } => value.has_unmodeled_members(),
            _ => false,
        }
    }

    /// Whether shorthand syntax applies: a structure, a map, or a list of structures, maps or
    /// lists.
    pub fn is_complex(&self) -> bool {
        match self.kind {
            ShapeKind::Structure(_) | ShapeKind::Map { .. } => true,
            ShapeKind::List(member) => matches!(
                member.kind,
                ShapeKind::Structure(_) | ShapeKind::Map { .. } | ShapeKind::List(_)
            ),
            _ => false,
        }
    }
}

/// Converts `IdentityPoolId` to `identity-pool-id`; the service's names have no runs of capitals.
fn kebab_case(name: &str) -> String {
    let mut word = String::with_capacity(2 * name.len());
    word.extend(kebab_characters(name));
    word
}

fn kebab_characters(name: &str) -> impl Iterator<Item = char> {
    name.char_indices().flat_map(|(at, c)| {
        let dash = (at > 0 && c.is_ascii_uppercase()).then_some('-');
        dash.into_iter().chain([c.to_ascii_lowercase()])
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    /// Calls `visit` for every structure reachable from an operation.
    fn every_structure(visit: &mut impl FnMut(&'static Structure)) {
        fn of_shape(shape: &'static Shape, visit: &mut impl FnMut(&'static Structure)) {
            match shape.kind {
                ShapeKind::Structure(s) => of_structure(s, visit),
                ShapeKind::List(member) => of_shape(member, visit),
                ShapeKind::Map { key, value } => {
                    of_shape(key, visit);
                    of_shape(value, visit);
                }
                _ => {}
            }
        }
        fn of_structure(s: &'static Structure, visit: &mut impl FnMut(&'static Structure)) {
            visit(s);
            for member in s.members {
                of_shape(member.shape, visit);
            }
        }
        for operation in all_operations() {
            of_structure(operation.input, visit);
            of_structure(operation.output, visit);
        }
    }

    #[test]
    fn all_operations_stand_with_method_and_path() {
        let found: Vec<_> = OPERATIONS
            .iter()
            .map(|o| format!("{} {} {}", o.command(), o.method, o.path))
            .collect();
        let pool = "/identitypools/{IdentityPoolId}";
        let dataset = format!("{pool}/identities/{{IdentityId}}/datasets/{{DatasetName}}");
        let want = [
            format!("bulk-publish POST {pool}/bulkpublish"),
            format!("delete-dataset DELETE {dataset}"),
            format!("describe-dataset GET {dataset}"),
            format!("describe-identity-pool-usage GET {pool}"),
            format!("describe-identity-usage GET {pool}/identities/{{IdentityId}}"),
            format!("get-bulk-publish-details POST {pool}/getBulkPublishDetails"),
            format!("get-cognito-events GET {pool}/events"),
            format!("get-identity-pool-configuration GET {pool}/configuration"),
            format!("list-datasets GET {pool}/identities/{{IdentityId}}/datasets"),
            "list-identity-pool-usage GET /identitypools".to_string(),
            format!("list-records GET {dataset}/records"),
            format!("register-device POST {pool}/identity/{{IdentityId}}/device"),
            format!("set-cognito-events POST {pool}/events"),
            format!("set-identity-pool-configuration POST {pool}/configuration"),
            format!("subscribe-to-dataset POST {dataset}/subscriptions/{{DeviceId}}"),
            format!("unsubscribe-from-dataset DELETE {dataset}/subscriptions/{{DeviceId}}"),
            format!("update-records POST {dataset}"),
        ];
        assert_eq!(found, want);
    }

    #[test]
    fn names_are_unique_and_everything_is_described() {
        for operation in all_operations() {
            assert_eq!(format!("{:?}", operation.id), operation.name);
            assert!(!operation.details.is_empty(), "{}", operation.name);
            for text in operation.details.iter().chain([&operation.doc]) {
                assert!(text.ends_with('.') && !text.contains('\n'), "{text}");
                assert_eq!(text.matches('`').count() % 2, 0, "{text}");
            }
        }
        every_structure(&mut |s| {
            let names: HashSet<_> = s.members.iter().map(|m| m.name).collect();
            assert_eq!(names.len(), s.members.len(), "{} repeats a member", s.name);
            for member in s.members {
                assert!(
                    member.doc.len() > 10
                        && member.doc.ends_with('.')
                        && !member.doc.contains('\n'),
                    "{}.{} lacks a description",
                    s.name,
                    member.name
                );
            }
            for name in s.required {
                assert!(
                    s.member(name).is_some(),
                    "{}.{name} is required but absent",
                    s.name
                );
            }
        });
    }

    #[test]
    fn each_operation_has_known_errors_and_each_error_an_operation() {
        for operation in all_operations() {
            assert!(operation.errors.is_sorted(), "{}", operation.name);
            let known: Vec<_> = operation.service_errors().map(|e| e.code).collect();
            assert_eq!(known, operation.errors, "{}", operation.name);
        }
        for service in [&COGNITO_SYNC, &COGNITO_IDENTITY] {
            assert!(service.errors.is_sorted_by_key(|e| e.code));
            for error in service.errors {
                assert!(error.doc.ends_with('.'), "{}", error.code);
                let mut operations = all_operations().filter(|o| o.service.id == service.id);
                assert!(operations.any(|o| o.errors.contains(&error.code)));
            }
        }
    }

    #[test]
    fn services_have_their_names_and_statuses() {
        let throttled = "TooManyRequestsException";
        let table = [
            (&COGNITO_SYNC, "AWS_ENDPOINT_URL_COGNITO_SYNC", 429),
            (&COGNITO_IDENTITY, "AWS_ENDPOINT_URL_COGNITO_IDENTITY", 400),
        ];
        for (service, variable, status) in table {
            assert_eq!(service.endpoint_variable(), variable);
            assert_eq!(service.error_status(throttled), Some(status), "{variable}");
            assert_eq!(service.error_status("ValidationException"), None);
        }
        let internal = INTERNAL_OPERATIONS.map(|operation| operation.service.id);
        assert_eq!(internal, [ServiceId::CognitoIdentity; 2]);
        let on_command_line = OPERATIONS.iter().map(|operation| operation.service.id);
        assert!(
            on_command_line
                .into_iter()
                .all(|id| id == ServiceId::CognitoSync)
        );
        assert!(
            INTERNAL_OPERATIONS
                .iter()
                .all(|operation| !operation.changes())
        );
    }

    #[test]
    fn callers_are_those_of_the_documentation() {
        let commands = |credentials| {
            let of_caller = OPERATIONS
                .iter()
                .filter(move |o| o.credentials == credentials);
            of_caller.map(|o| o.command()).collect::<Vec<_>>()
        };
        let identity = [
            "register-device",
            "subscribe-to-dataset",
            "unsubscribe-from-dataset",
        ];
        assert_eq!(commands(RequiredCredentials::Identity), identity);
        assert_eq!(commands(RequiredCredentials::Developer).len(), 8);
        assert_eq!(commands(RequiredCredentials::Either).len(), 6);
    }

    #[test]
    fn path_members_are_those_of_the_path_and_required() {
        for operation in all_operations() {
            for member in operation.input.members {
                let in_path = operation.path.contains(&format!("{{{}}}", member.name));
                assert_eq!(
                    in_path,
                    member.location == Location::Path,
                    "{}",
                    member.name
                );
                if in_path {
                    assert!(operation.input.requires(member.name));
                    assert_eq!(member.shape.min, Some(1), "an empty label has no path");
                }
            }
            assert_eq!(
                operation.path.matches('{').count(),
                operation
                    .input
                    .members
                    .iter()
                    .filter(|m| m.location == Location::Path)
                    .count()
            );
        }
    }

    #[cfg(feature = "local")]
    #[test]
    fn examples_match_their_constraints() {
        fn check(shape: &'static Shape) {
            match shape.kind {
                ShapeKind::List(item) => check(item),
                ShapeKind::Map { key, value } => {
                    check(key);
                    check(value);
                }
                _ => {}
            }
            let (Some(example), name) = (shape.example, shape.name) else {
                return;
            };
            let size = match shape.kind {
                ShapeKind::Integer | ShapeKind::Long => example.parse().expect(name),
                _ => example.len(),
            };
            assert!(size >= shape.min.unwrap_or(0), "{name}");
            assert!(size <= shape.max.unwrap_or(usize::MAX), "{name}");
            if let ShapeKind::String { choices } = shape.kind {
                assert!(choices.is_empty() || choices.contains(&example), "{name}");
                assert!(!example.is_empty(), "{name}");
            }
            if let Some(pattern) = shape.pattern {
                let pattern = regex_lite::Regex::new(&format!("^(?:{pattern})$")).expect(name);
                assert!(pattern.is_match(example), "{name}");
            }
        }
        every_structure(&mut |s| s.members.iter().for_each(|member| check(member.shape)));
    }

    #[test]
    fn only_the_reason_for_a_stopped_stream_is_beyond_the_aws_cli() {
        let mut beyond = HashSet::new();
        every_structure(&mut |s| {
            let extra = s.members.iter().filter(|m| !m.in_aws_cli);
            beyond.extend(extra.map(|m| format!("{}.{}", s.name, m.name)));
        });
        assert_eq!(
            beyond,
            HashSet::from(["CognitoStreams.DisabledReason".to_string()])
        );
    }
}
