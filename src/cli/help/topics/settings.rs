//! The topic `settings`: where every setting comes from, in order.

use super::{Topic, list, paragraphs};

pub(super) const SETTINGS: Topic = Topic {
    name: "settings",
    summary: "where settings come from, and in which order",
    commands: &[],
    sections: |_| {
        vec![
            paragraphs("DESCRIPTION", &DESCRIPTION),
            list("REQUESTS", &REQUESTS),
            list("CONNECTIONS", &CONNECTIONS),
            list("OUTPUT", &OUTPUT),
            list("FILES", &FILES),
        ]
    },
};

const DESCRIPTION: [&str; 2] = [
    "The topic `credentials` has the sources of credentials. The sources of a setting are tried in the order given; the first one that has a value is used. \
     `profile` is the profile that `--profile` or the environment names, in the shared files. The \
     sources and their order are those of the AWS CLI, unless the topic `differences` says otherwise.",
    "`--debug` prints on standard error which source each setting came from.",
];

const REQUESTS: [(&str, &str); 5] = [
    (
        "Profile",
        "`--profile`, `AWS_PROFILE`, `AWS_DEFAULT_PROFILE`, then `default`.",
    ),
    (
        "Region",
        "`--region`, `AWS_REGION`, `AWS_DEFAULT_REGION`, the profile's `region`, then the part of \
         the identity pool id before the colon (`us-east-1:...`). Operations without an identity pool \
         ask the metadata service of the EC2 instance instead. Where the chosen region is not that of \
         the identity pool, a warning is printed on a terminal.",
    ),
    (
        "Endpoint",
        "`--endpoint-url`, `AWS_ENDPOINT_URL_COGNITO_SYNC`, `AWS_ENDPOINT_URL`, `endpoint_url` under \
         `cognito_sync` in the profile's `services` section, the profile's `endpoint_url`, then the \
         service's own endpoint in the region. `AWS_IGNORE_CONFIGURED_ENDPOINT_URLS` or \
         `ignore_configured_endpoint_urls` set to `true` leaves only `--endpoint-url` and the \
         service's own; `AWS_USE_FIPS_ENDPOINT` and `AWS_USE_DUALSTACK_ENDPOINT` choose among these.",
    ),
    (
        "Endpoints of STS, IAM Identity Center",
        "`AWS_ENDPOINT_URL_STS` (`_SSO`, `_SSO_OIDC`), `AWS_ENDPOINT_URL`, `endpoint_url` under `sts` \
         (`sso`, `sso_oidc`) in the profile's `services` section, then the profile's `endpoint_url`.",
    ),
    (
        "Retries",
        "`AWS_MAX_ATTEMPTS` and `AWS_RETRY_MODE`, the profile's `max_attempts` and `retry_mode`, then \
         3 attempts in the mode `standard`. The mode `adaptive` also paces requests once the service \
         has throttled one. `AWS_NEW_RETRIES_2026` set to `true` uses the delays that AWS announced in \
         2026.",
    ),
];

const CONNECTIONS: [(&str, &str); 3] = [
    (
        "Timeouts",
        "`--cli-connect-timeout` and `--cli-read-timeout`, then 60 seconds each. 0 means no timeout. \
         The read timeout is for each single read, not for the whole response.",
    ),
    (
        "Certificates",
        "`--no-verify-ssl` (accept any certificate of the service; services that issue credentials \
         must still have a valid one), `--ca-bundle`, `AWS_CA_BUNDLE`, the profile's `ca_bundle`, \
         `REQUESTS_CA_BUNDLE`, then Mozilla's root certificates, which are compiled in. Where these do \
         not include the issuer, the system's certificates are loaded (`SSL_CERT_FILE` and \
         `SSL_CERT_DIR` name others). A certificate must name the host in a subjectAltName. Client \
         certificates are not supported.",
    ),
    (
        "Proxies",
        "`https_proxy`, then `HTTPS_PROXY`, for `https` endpoints and `http_proxy`, then `HTTP_PROXY`, for `http` \
         ones, with user name and password in the URL; an empty value means no proxy; none for the hosts in `no_proxy` or \
         `NO_PROXY`. An `https` proxy must have a trusted certificate.",
    ),
];

const OUTPUT: [(&str, &str); 6] = [
    (
        "Output format",
        "`--output`, `AWS_DEFAULT_OUTPUT`, the profile's `output`, then `json`.",
    ),
    (
        "Timestamps",
        "The profile's `cli_timestamp_format`: `iso8601` (the default; in the time zone of `TZ`, or else \
         of the machine) or `wire` (as the service sends them).",
    ),
    (
        "Colors",
        "`--color`, then `auto`: on a terminal, unless `NO_COLOR` has a value.",
    ),
    (
        "Error format",
        "`--cli-error-format`, `AWS_CLI_ERROR_FORMAT`, the profile's `cli_error_format`, then \
         `enhanced`.",
    ),
    (
        "Hints and warnings",
        "`COGNITO_SYNC_HINTS` (`always`, `never` or `auto`), then `auto`: only where standard error is \
         a terminal.",
    ),
    (
        "Encodings",
        "`AWS_CLI_FILE_ENCODING` for files that values name with `file://`, and \
         `AWS_CLI_OUTPUT_ENCODING` for output and messages, under Python's names; then `utf-8`. Not \
         built in: `utf-7`, `hz`, `iso2022_*`, `johab`, `big5hkscs`, `euc_jis*`, the `shift_jis` variants of \
         2000 and 2004, `idna`, `punycode`, `unicode_escape`.",
    ),
];

const FILES: [(&str, &str); 5] = [
    (
        "`~/.aws/config`",
        "Profiles, `sso-session` and `services` sections. `AWS_CONFIG_FILE` names another file.",
    ),
    (
        "`~/.aws/credentials`",
        "Keys of profiles. `AWS_SHARED_CREDENTIALS_FILE` names another file.",
    ),
    (
        "`~/.aws/cli/alias`",
        "Aliases, in the sections `[command cognito-sync]` and `[toplevel]`.",
    ),
    (
        "`~/.aws/cli/cache`",
        "Credentials of assumed roles and of IAM Identity Center, in the AWS CLI's format: either \
         program uses what the other one has fetched.",
    ),
    (
        "`~/.local/share/cognito-sync/store.sqlite`",
        "The store of `--local` and `serve`; on macOS in `~/Library/Application Support`. \
         `XDG_DATA_HOME` moves the folder, `COGNITO_SYNC_STORE` names another file.",
    ),
];
