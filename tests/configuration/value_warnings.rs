//! Warnings on a terminal about values in state files that do not look right.

use crate::support::run::Run;

/// The warnings of a comparison of this file.
fn warnings(file: &str, hints: &str) -> Vec<String> {
    let observed = Run::new(["diff", "pools.yaml"])
        .file("pools.yaml", file)
        .env("COGNITO_SYNC_HINTS", hints)
        .capture();
    let lines = observed.stderr.lines();
    let warnings = lines.filter_map(|line| line.strip_prefix("warning: "));
    warnings.map(str::to_string).collect()
}

#[test]
fn names_location_of_values_that_do_not_look_right() {
    let file = "pools:\n\
                - IdentityPoolId: us-east-1:2f1c6e5e-0d3b-4a6f-9c52-1d2e3f4a5b6c\n  \
                PushSync:\n    ApplicationArns: []\n    RoleArn: arn:aws-cn:iam::123456789012:role/x\n  \
                CognitoStreams: {StreamName: 'arn:aws:kinesis:us-east-1:123456789012:stream/s'}\n\
                - IdentityPoolId: us-east-1:1\n  Events: {SyncTrigger: ''}\n";
    let want = [
        "pools.yaml:5:5: PushSync.RoleArn is arn:aws-cn:iam::123456789012:role/x, which is not in the \
         partition aws",
        "pools.yaml:6:20: CognitoStreams.StreamName is an ARN, but the name alone is expected: s",
        "pools.yaml:7:3: the identity pool ID is us-east-1:1, but one is a region and a UUID in lower case, \
         such as us-east-1:2f1c6e5e-0d3b-4a6f-9c52-1d2e3f4a5b6c",
    ];
    assert_eq!(warnings(file, "always"), want);
    assert_eq!(warnings(file, "auto"), Vec::<String>::new());
}

#[test]
fn prints_ten_warnings_and_the_number_of_others() {
    let mut file = "pools:\n".to_string();
    for number in 0..25 {
        let id = format!("us-east-1:00000000-0000-4000-8000-{number:012}");
        file += &format!("- {{IdentityPoolId: '{id}', CognitoStreams: {{StreamName: a b}}}}\n");
    }
    let found = warnings(&file, "always");
    assert_eq!(found.len(), 11, "{found:#?}");
    assert!(found[9].starts_with("pools.yaml:11:"), "{found:#?}");
    assert_eq!(found[10], "and 15 more values that do not look right");
}
