//! The topic `credentials`: where they come from, and how long they are kept.

use super::{Topic, list, paragraphs};

pub(super) const CREDENTIALS: Topic = Topic {
    name: "credentials",
    summary: "where credentials come from, and how long they are kept",
    commands: &[],
    sections: |_| {
        vec![
            paragraphs("DESCRIPTION", &DESCRIPTION),
            list("SOURCES", &SOURCES),
            paragraphs("CACHE", &CACHE),
            paragraphs("SECRETS", &SECRETS),
        ]
    },
};

const DESCRIPTION: [&str; 3] = [
    "Requests are signed with the credentials of the first source below that has any. With \
     `--no-sign-request` none are looked for and nothing is signed; `--local` needs none.",
    "No source that costs a request or runs a command is used before the input has been found valid.",
    "This program does not sign in. `aws sso login` and `aws login` of the AWS CLI do, and their tokens \
     are used here.",
];

const SOURCES: [(&str, &str); 8] = [
    (
        "Environment",
        "`AWS_ACCESS_KEY_ID` with `AWS_SECRET_ACCESS_KEY` and, for temporary keys, \
         `AWS_SECURITY_TOKEN` or `AWS_SESSION_TOKEN`; until `AWS_CREDENTIAL_EXPIRATION`, if that is set. A \
         profile given by `--profile` comes before the environment.",
    ),
    (
        "Assumed role",
        "The profile's `role_arn` with `source_profile` or `credential_source`, and `external_id`, \
         `role_session_name`, `duration_seconds`, `mfa_serial`. The MFA code is read from the terminal.",
    ),
    (
        "Web identity",
        "`AWS_WEB_IDENTITY_TOKEN_FILE` with `AWS_ROLE_ARN` and `AWS_ROLE_SESSION_NAME`, or the profile's \
         `web_identity_token_file` with `role_arn`.",
    ),
    (
        "IAM Identity Center",
        "The profile's `sso_account_id` and `sso_role_name` with `sso_session`, or with `sso_start_url` \
         and `sso_region`; after `aws sso login`.",
    ),
    (
        "Profile",
        "In this order: keys in the credentials file, `login_session` (after `aws login`), \
         `credential_process`, keys in the config file.",
    ),
    (
        "Legacy files",
        "Keys in the file that `AWS_CREDENTIAL_FILE` names; then in boto's: the one that `BOTO_CONFIG` \
         names, or else `/etc/boto.cfg` and `~/.boto`.",
    ),
    (
        "Container",
        "`AWS_CONTAINER_CREDENTIALS_RELATIVE_URI` or `AWS_CONTAINER_CREDENTIALS_FULL_URI`.",
    ),
    (
        "EC2 instance",
        "The instance metadata service, unless `AWS_EC2_METADATA_DISABLED` is `true`; without session \
         tokens (IMDSv1) only where `AWS_EC2_METADATA_V1_DISABLED` is not `true`.",
    ),
];

const CACHE: [&str; 1] = [
    "Credentials of assumed roles and of IAM Identity Center are kept in `~/.aws/cli/cache`, in files \
     that the AWS CLI shares, and used until 15 minutes before they expire.",
];

const SECRETS: [&str; 1] = [
    "Secret keys, session tokens, passwords of proxies and the values of signatures never appear in \
     output, in error messages or in what `--debug` prints; access keys appear by their last four \
     characters.",
];
