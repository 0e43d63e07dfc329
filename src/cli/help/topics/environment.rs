//! The topic `environment`: the environment variables that the program reads.

use super::{Topic, paragraphs};
use crate::cli::help::content::section;
use crate::cli::help::page::{Block, Entry, Text};

pub(super) const ENVIRONMENT: Topic = Topic {
    name: "environment",
    summary: "environment variables",
    commands: &[],
    sections: |_| {
        let mut sections = vec![paragraphs("DESCRIPTION", &DESCRIPTION)];
        let groups = GROUPS.iter();
        sections.extend(groups.map(|(title, variables)| section(title, vec![list(variables)])));
        sections
    },
};

const DESCRIPTION: [&str; 1] = [
    "An option on the command line comes before a variable, and a variable before the profile. The topic \
     `settings` has all sources in order.",
];

/// Variables that belong together, with what they set.
type Variables = &'static [(&'static [&'static str], &'static str)];

const GROUPS: [(&str, Variables); 7] = [
    ("REQUESTS", REQUESTS),
    ("CREDENTIALS", CREDENTIALS),
    ("CONNECTIONS", CONNECTIONS),
    ("OUTPUT", OUTPUT),
    ("FILES", FILES),
    ("PIPELINES", PIPELINES),
    ("OTHERS", OTHERS),
];

const REQUESTS: Variables = &[
    (&["AWS_PROFILE", "AWS_DEFAULT_PROFILE"], "Profile."),
    (&["AWS_REGION", "AWS_DEFAULT_REGION"], "Region."),
    (
        &["AWS_ENDPOINT_URL_COGNITO_SYNC", "AWS_ENDPOINT_URL"],
        "URL that requests are sent to.",
    ),
    (
        &["AWS_ENDPOINT_URL_COGNITO_IDENTITY"],
        "URL that requests to Cognito Identity are sent to, which lists identities for `export` and names of \
         identity pools for `inventory`. Without it, AWS_ENDPOINT_URL counts.",
    ),
    (
        &[
            "AWS_ENDPOINT_URL_STS",
            "AWS_ENDPOINT_URL_SSO",
            "AWS_ENDPOINT_URL_SSO_OIDC",
        ],
        "URLs of the services that issue credentials.",
    ),
    (
        &["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"],
        "With `true`, only `--endpoint-url` changes where requests are sent.",
    ),
    (
        &["AWS_USE_FIPS_ENDPOINT", "AWS_USE_DUALSTACK_ENDPOINT"],
        "With `true`, the service's own endpoint of that kind is used.",
    ),
    (
        &["AWS_MAX_ATTEMPTS", "AWS_RETRY_MODE"],
        "Number of attempts, 3 by default, and the retry mode: `standard` or `adaptive`.",
    ),
    (
        &["AWS_NEW_RETRIES_2026"],
        "With `true`, retries follow the rules that AWS announced in 2026: shorter delays, except after \
         throttling, and longer ones where the service asks for them.",
    ),
];

const CREDENTIALS: Variables = &[
    (
        &[
            "AWS_ACCESS_KEY_ID",
            "AWS_SECRET_ACCESS_KEY",
            "AWS_SESSION_TOKEN",
            "AWS_SECURITY_TOKEN",
            "AWS_CREDENTIAL_EXPIRATION",
        ],
        "Credentials and when they expire, unless `--profile` is given.",
    ),
    (
        &[
            "AWS_WEB_IDENTITY_TOKEN_FILE",
            "AWS_ROLE_ARN",
            "AWS_ROLE_SESSION_NAME",
        ],
        "File with a web identity's token, the role that it is exchanged for, and the session's name.",
    ),
    (
        &[
            "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
            "AWS_CONTAINER_CREDENTIALS_FULL_URI",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
        ],
        "Where a container gets its credentials, and how it authenticates.",
    ),
    (
        &["AWS_EC2_METADATA_DISABLED", "AWS_EC2_METADATA_V1_DISABLED"],
        "With `true`, the instance metadata service is not used, or only with session tokens.",
    ),
    (
        &[
            "AWS_EC2_METADATA_SERVICE_ENDPOINT",
            "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE",
            "AWS_IMDS_USE_IPV6",
            "AWS_METADATA_SERVICE_TIMEOUT",
            "AWS_METADATA_SERVICE_NUM_ATTEMPTS",
        ],
        "URL of the instance metadata service, its mode (`ipv4` or `ipv6`), whether it is `ipv6` \
         where no mode is set, seconds that a request to it may take, and the number of attempts.",
    ),
    (
        &["AWS_LOGIN_CACHE_DIRECTORY"],
        "Folder in which `aws login` keeps its tokens; by default `~/.aws/login/cache`.",
    ),
    (
        &["AWS_CREDENTIAL_FILE", "BOTO_CONFIG"],
        "Files of older tools with keys.",
    ),
];

const CONNECTIONS: Variables = &[
    (
        &["AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE"],
        "File of certificates to trust instead of the built-in ones and the system's.",
    ),
    (
        &["SSL_CERT_FILE", "SSL_CERT_DIR"],
        "File and folder of the system's certificates.",
    ),
    (
        &["HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY"],
        "Proxies by the scheme of the endpoint, and hosts that are reached without one. The names in lower \
         case come first.",
    ),
];

const OUTPUT: Variables = &[
    (&["AWS_DEFAULT_OUTPUT"], "Output format."),
    (&["AWS_CLI_ERROR_FORMAT"], "Format of error messages."),
    (
        &["AWS_CLI_OUTPUT_ENCODING"],
        "Encoding of output and messages, under Python's name.",
    ),
    (
        &["COGNITO_SYNC_HINTS"],
        "Whether hints and warnings are printed on standard error: `always`, `never`, or `auto` (where it \
         is a terminal).",
    ),
    (
        &["NO_COLOR"],
        "With any value, nothing is colored unless `--color on` asks for it.",
    ),
    (
        &["TERM"],
        "With `dumb`, `pull`, `diff`, `apply`, `inventory`, `export`, `import` and `verify` show no progress bar, \
         only a line every minute.",
    ),
    (&["TZ"], "Time zone of timestamps."),
];

const FILES: Variables = &[
    (
        &["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"],
        "The shared files; by default `~/.aws/config` and `~/.aws/credentials`.",
    ),
    (
        &["AWS_CLI_FILE_ENCODING"],
        "Encoding of files that values name with `file://`, under Python's name.",
    ),
    (
        &["COGNITO_SYNC_STORE", "XDG_DATA_HOME"],
        "The store of `--local` and `serve`; the folder for users' data, in which it is by default.",
    ),
];

const PIPELINES: Variables = &[
    (
        &["GITHUB_ACTIONS"],
        "With `true`, `pull`, `diff` and `apply` print annotations on standard error.",
    ),
    (
        &["GITHUB_STEP_SUMMARY"],
        "File to which `diff` and `apply` then append a summary.",
    ),
    (
        &["GITHUB_WORKSPACE", "CI_PROJECT_DIR"],
        "Folder of the repository in GitHub Actions and in GitLab, to which paths in reports are \
         relative.",
    ),
];

const OTHERS: Variables = &[
    (
        &["AWS_EXECUTION_ENV"],
        "Name of the surroundings that the program runs in; it becomes part of `User-Agent`.",
    ),
    (
        &["COGNITO_SYNC_IN_ALIAS"],
        "Set for the shell commands of aliases: in them, a shell alias in the place of `cognito-sync` is \
         not followed again.",
    ),
    (
        &[
            "AWS_ACCOUNT_ID_ENDPOINT_MODE",
            "AWS_REQUEST_CHECKSUM_CALCULATION",
            "AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES",
            "AWS_RESPONSE_CHECKSUM_VALIDATION",
            "AWS_S3_DISABLE_EXPRESS_SESSION_AUTH",
        ],
        "Have no effect on Cognito Sync. Invalid values are rejected, as by the AWS CLI.",
    ),
];

fn list(variables: Variables) -> Block {
    let entry = |(names, meaning): &(&[&str], &'static str)| Entry {
        term: Text::marked(format!("`{}`", names.join("`, `"))),
        body: vec![Block::paragraph(*meaning)],
    };
    Block::tight(variables.iter().map(entry).collect())
}
