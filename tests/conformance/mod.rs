//! The conformance corpora (`corpus.jsonl`, `corpus2.jsonl`): the recorded behavior of the AWS CLI
//! 2.36.7 for 3,356 command lines. Each runs here with the program and is compared by the rules of
//! `kit.py`, which recorded it. There is one test per area: `cargo test conformance`.
//!
//! The corpora are measured data and are not edited. An area that is not implemented yet is listed
//! in `EXPECTED_FAILURES`; its test fails once the area passes, so that the list only shrinks.

mod aws_cli;
mod comparison;
mod corpus;
mod message;
pub(crate) mod python_value;
mod relative_date;
mod runner;
pub(crate) mod yaml;

use std::collections::BTreeSet;

/// Areas in which at least one case still fails. The list only shrinks.
const EXPECTED_FAILURES: &[&str] = &[];

macro_rules! areas {
    ($($test:ident: $area:literal,)*) => {
        /// The areas that have a test.
        const TESTED: &[&str] = &[$($area),*];

        $(
            #[test]
            fn $test() {
                runner::check_area($area, EXPECTED_FAILURES.contains(&$area));
            }
        )*
    };
}

areas! {
    call: "call",
    cliinput: "cliinput",
    config: "config",
    error: "error",
    errorformat: "errorformat",
    json: "json",
    output_fuzz: "output-fuzz",
    output_json: "output-json",
    output_off: "output-off",
    output_table: "output-table",
    output_text: "output-text",
    output_yaml: "output-yaml",
    output_yaml_stream: "output-yaml-stream",
    paramfile: "paramfile",
    query: "query",
    query_fuzz: "query-fuzz",
    retry: "retry",
    shorthand: "shorthand",
    skeleton: "skeleton",
    usage: "usage",
    validate: "validate",
    alias2: "alias2",
    call2: "call2",
    cliinput2: "cliinput2",
    config2: "config2",
    config3: "config3",
    configfuzz2: "configfuzz2",
    encoding2: "encoding2",
    env2: "env2",
    error2: "error2",
    errorformat2: "errorformat2",
    json2: "json2",
    jsonfuzz2: "jsonfuzz2",
    moment2: "moment2",
    moment3: "moment3",
    older2: "older2",
    output2: "output2",
    paramfile2: "paramfile2",
    process2: "process2",
    process3: "process3",
    proxy2: "proxy2",
    query2: "query2",
    retry2: "retry2",
    role2: "role2",
    shortfuzz2: "shortfuzz2",
    shorthand2: "shorthand2",
    sso2: "sso2",
    timestamp2: "timestamp2",
    usage2: "usage2",
    yaml2: "yaml2",
    yamlfuzz2: "yamlfuzz2",
}

#[test]
fn tests_every_area_of_corpora() {
    let tested: BTreeSet<&str> = TESTED.iter().copied().collect();
    let present: BTreeSet<&str> = corpus::cases().iter().map(corpus::Case::area).collect();
    assert_eq!(tested, present);
}

/// The test of each listed area asserts that it still fails.
#[test]
fn lists_expected_failures_once() {
    let listed: BTreeSet<&str> = EXPECTED_FAILURES.iter().copied().collect();
    assert_eq!(
        listed.len(),
        EXPECTED_FAILURES.len(),
        "EXPECTED_FAILURES names an area twice"
    );
    let unknown: Vec<_> = listed
        .iter()
        .filter(|area| !TESTED.contains(area))
        .collect();
    assert!(unknown.is_empty(), "no such area: {unknown:?}");
}
