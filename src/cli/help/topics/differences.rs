//! The topic `differences`: where the program deliberately differs from the AWS CLI, and why.

use super::{Topic, list, paragraphs};

pub(super) const DIFFERENCES: Topic = Topic {
    name: "differences",
    summary: "deliberate differences to AWS CLI 2.36.7",
    commands: &[],
    sections: |_| {
        vec![
            paragraphs("DESCRIPTION", &DESCRIPTION),
            list("NOT HERE", &NOT_HERE),
            list("ADDED", &ADDED),
            list("CHANGED", &CHANGED),
        ]
    },
};

const DESCRIPTION: [&str; 2] = [
    "For every command line that AWS CLI 2.36.7 accepts, requests, standard output and exit status are the \
     same. Error messages are the same but for the program's name, usage lines and Python's type names. \
     What differs is listed here, each with its reason.",
    "The program's name in `User-Agent`, and the random part of delays between retries, differ in every \
     request.",
];

const NOT_HERE: [(&str, &str); 7] = [
    (
        "Other services",
        "Under the name `aws` there is only `cognito-sync`: one command is what makes the program small.",
    ),
    (
        "Signing in",
        "`aws configure`, `aws sso login` and `aws login` stay with the AWS CLI; their files are used here.",
    ),
    (
        "Prompts",
        "`--cli-auto-prompt` is refused, and `AWS_CLI_AUTO_PROMPT` ignored: a command that scripts call must \
         not wait for a person.",
    ),
    (
        "Pager",
        "None is started, whatever `AWS_PAGER` or `cli_pager` says, for the same reason.",
    ),
    (
        "Plugins and models of your own",
        "The section `[plugins]`, `AWS_DATA_PATH` and `~/.aws/models` are ignored: they hold Python and \
         botocore's files.",
    ),
    (
        "History and metrics",
        "`cli_history` and client-side monitoring record nothing: what you do stays with you.",
    ),
    (
        "Some encodings",
        "The topic `settings` names those of Python's that are not built in: they are rare and large.",
    ),
];

const ADDED: [(&str, &str); 8] = [
    (
        "Commands and options",
        "`pull`, `diff`, `apply`, `schema`, `inventory`, `export`, `import`, `verify`, `serve`, `completions`, \
         `man`, `--local`, `--help`, `-h` and `--generate-cli-skeleton example`. Options that the AWS CLI does \
         not have take no part in abbreviations, so that `--l` and the like mean what they mean there.",
    ),
    (
        "Standard input",
        "`--cli-input-json -` and `--cli-input-yaml -` read it. The AWS CLI takes the hyphen for the document, \
         and fails.",
    ),
    (
        "Options of operations",
        "`--dry-run`, `--merge`, `--show-diff`, `--show-unmodeled`, `--all-pages` with `--max-items`, \
         `--page-size` and `--starting-token`, `--wait` with `--wait-timeout` and `--poll`, and `--generate-cli-skeleton live` \
         are on the pages of the operations that have them. Elsewhere they are refused, as `--dry-run` is by \
         operations that change nothing: a script that waits for their output must not get a request.",
    ),
    (
        "Region of the identity pool",
        "Where no region is configured, the one in the identity pool's id is used; the AWS CLI ends with \
         253. The pool exists in no other region.",
    ),
    (
        "Hints",
        "Advice on mistakes, and warnings, on standard error where that is a terminal. Scripts see none.",
    ),
    (
        "Error documents",
        "`--cli-error-format json` and `yaml` also have the operation, the HTTP status, the request id, the \
         number of attempts, whether a retry may succeed, and the exit status.",
    ),
    (
        "Help",
        "Its own text, which follows the width of the terminal, and needs no groff.",
    ),
    (
        "Debug log",
        "`--debug` prints where settings come from, what is signed and what is sent, in lines of its own and \
         without secrets.",
    ),
];

const CHANGED: [(&str, &str); 11] = [
    (
        "Text that is not valid Unicode",
        "A response with half a surrogate pair is printed with an escape (`\\ud83d`) and status 0. The AWS \
         CLI fails with 255 after the service has made the change, and its result is lost.",
    ),
    (
        "Pipes as files",
        "A file of `--cli-input-json` and `--cli-input-yaml` is read once, and so may be `/dev/stdin`, a FIFO or \
         `<(…)`. The AWS CLI reads it twice, and finds nothing the second time.",
    ),
    (
        "Byte order marks",
        "One of UTF-8 at the start of an input document, or of a file with a structure or a list of them, is \
         skipped. The AWS CLI rejects JSON and shorthand with one, as Windows editors write it.",
    ),
    (
        "DisabledReason",
        "Is left out of requests where an input has it, so that a configuration can be given back as the service \
         sends it. The AWS CLI does not know the member and rejects the input.",
    ),
    (
        "Interim responses",
        "After a response of status 102 or 103 the final one is awaited. The AWS CLI takes the interim one \
         for the final one, and so an error for a success.",
    ),
    (
        "Signatures",
        "Are of the URL that is sent. The AWS CLI signs some URLs with spaces wrongly, so that the service \
         rejects them.",
    ),
    (
        "Certificates of proxies",
        "That of an `https` proxy is always verified. The AWS CLI does not look at it for `http` endpoints, and \
         sends the proxy's password to whoever answers.",
    ),
    (
        "Uncertain changes",
        "Where a changing request was sent and no response came back, a hint says so.",
    ),
    (
        "Shared objects in YAML",
        "An object that a `--query` puts into the result twice is written twice, without anchor and alias: \
         every YAML reader takes that.",
    ),
    (
        "Oversized requests",
        "A URL of over 65,534 bytes is refused before it is sent, with the name of the option: no HTTP library \
         for Rust can send it.",
    ),
    (
        "Messages",
        "Contain no stack traces, no paths of Python's files and no bare Python type names.",
    ),
];
