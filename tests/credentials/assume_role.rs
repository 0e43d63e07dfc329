//! Assumed roles and web identities: requests to STS, and profiles and parameters that are rejected
//! before.

use super::{
    PROGRAM, args, assert_signed_by, expect_call_signed_by, sts_parameters, with_profile,
    with_responder,
};
use crate::support::http::{Request, Response};
use crate::support::run::Run;

/// Expects an STS request with these parameters, signed with this access key or unsigned.
fn expect_sts_request(
    run: Run,
    key: Option<&'static str>,
    want: &'static [(&'static str, &'static str)],
) -> Run {
    run.request(move |request: &Request| {
        let got = sts_parameters(request);
        let got: Vec<_> = got.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        assert_eq!(got, want);
        match key {
            Some(key) => assert_signed_by(request, key),
            None => assert_eq!(request.header("authorization"), None),
        }
    })
}

const ROLE: &[(&str, &str)] = &[
    ("Action", "AssumeRole"),
    ("RoleArn", "arn:aws:iam::123456789012:role/r"),
];

#[test]
fn sends_role_parameters_of_profile() {
    let run = expect_sts_request(with_profile("role"), Some("AKIDSTATIC"), ROLE);
    expect_call_signed_by(run, "ASIAROLE").succeeds();
    let run = expect_sts_request(
        with_profile("full"),
        Some("AKIDSTATIC"),
        &[
            ("Action", "AssumeRole"),
            ("DurationSeconds", "1800"),
            ("ExternalId", "e\"x"),
            ("RoleArn", "arn:aws:iam::123456789012:role/ü"),
            ("RoleSessionName", "sess"),
        ],
    );
    expect_call_signed_by(run, "ASIAROLE").succeeds();
}

#[test]
fn chains_two_roles() {
    let run = expect_sts_request(with_profile("chain"), Some("AKIDSTATIC"), ROLE);
    let run = expect_sts_request(
        run,
        Some("ASIAROLE"),
        &[
            ("Action", "AssumeRole"),
            ("RoleArn", "arn:aws:iam::123456789012:role/outer"),
        ],
    );
    expect_call_signed_by(run, "ASIAROLE").succeeds();
}

#[test]
fn assumes_role_with_environment_credentials() {
    let config = "[profile p]\nrole_arn = arn:aws:iam::123456789012:role/r\n\
                  credential_source = Environment\n";
    let run = with_responder(Run::new(args("p")))
        .file(".aws/config", config)
        .env("AWS_ACCESS_KEY_ID", "AKIDENV")
        .env("AWS_SECRET_ACCESS_KEY", "hush");
    expect_call_signed_by(expect_sts_request(run, Some("AKIDENV"), ROLE), "ASIAROLE").succeeds();
}

#[test]
fn sends_sts_request_to_its_own_endpoint() {
    let run = with_profile("role")
        .env("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
        .env("AWS_ENDPOINT_URL_STS", "{ENDPOINT}")
        .env("AWS_ENDPOINT_URL_COGNITO_SYNC", "{ENDPOINT}");
    expect_call_signed_by(
        expect_sts_request(run, Some("AKIDSTATIC"), ROLE),
        "ASIAROLE",
    )
    .succeeds();
    with_profile("role")
        .env("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:1")
        .stderr_contains("Could not connect to the endpoint URL: \"http://127.0.0.1:1/\"")
        .fails(255);
}

#[test]
fn ignores_endpoints_of_services_not_called() {
    let config = "[profile role]\nrole_arn = arn:aws:iam::123456789012:role/r\nsource_profile = static\n\
                  services = missing\n[profile static]\naws_access_key_id = AKIDSTATIC\n\
                  aws_secret_access_key = hush-static\n";
    let run = || {
        with_profile("role")
            .file(".aws/config", config)
            .without_env("AWS_ENDPOINT_URL")
            .env("AWS_ENDPOINT_URL_COGNITO_SYNC", "{ENDPOINT}")
    };
    let sts = run()
        .env("AWS_ENDPOINT_URL_STS", "{ENDPOINT}")
        .request(|request| assert_signed_by(request, "AKIDSTATIC"));
    expect_call_signed_by(sts, "ASIAROLE").succeeds();
    run()
        .stderr_contains("the \"missing\" services configuration does not exist.")
        .fails(255);
}

#[test]
fn reports_error_response_of_sts() {
    let table = [
        (403, "AccessDenied", "1", " (reached max retries: 0)", 1),
        (403, "AccessDenied", "2", "", 1),
        (400, "Throttling", "2", " (reached max retries: 1)", 2),
        (500, "InternalFailure", "2", " (reached max retries: 1)", 2),
        (
            400,
            "IDPCommunicationError",
            "2",
            " (reached max retries: 1)",
            2,
        ),
    ];
    for (status, code, attempts, retries, requests) in table {
        let body = format!(
            "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code>\
             <Message>not for you</Message></Error></ErrorResponse>"
        );
        let mut run = with_profile("role")
            .env("AWS_MAX_ATTEMPTS", attempts)
            .respond_with(move |_| Response::body(body.as_str()).status(status))
            .stderr(&format!(
                "\ncognito-sync: [ERROR]: An error occurred ({code}) when calling the AssumeRole \
                 operation{retries}: not for you\n"
            ));
        for _ in 0..requests {
            run = run.request(|request| assert_eq!(request.path, "/"));
        }
        run.fails(254);
    }
}

#[test]
fn reports_malformed_error_response_of_sts() {
    let table = [
        (503, "<html>busy</html>", "503): Service Unavailable"),
        (502, "", "502): Bad Gateway"),
    ];
    for (status, body, want) in table {
        let (code, message) = want.split_once(')').expect("a code");
        with_profile("role")
            .respond_with(move |_| Response::body(body).status(status))
            .request(|_| {})
            .stderr(&format!(
                "\ncognito-sync: [ERROR]: An error occurred ({code}) when calling the AssumeRole \
                 operation (reached max retries: 0){message}\n"
            ))
            .fails(254);
    }
    let table = [
        ("", "no element found", "b''"),
        ("no", "syntax error", "b'no'"),
        ("{}", "not well-formed (invalid token)", "b'{}'"),
    ];
    for (body, why, shown) in table {
        with_profile("role")
            .respond_with(move |_| Response::body(body).status(403))
            .request(|_| {})
            .stderr(&format!(
                "\ncognito-sync: [ERROR]: Unable to parse response ({why}: line 1, column 0), invalid \
                 XML received. Further retries may succeed:\n{shown}\n"
            ))
            .fails(255);
    }
}

#[test]
fn sends_web_identity_token() {
    const WANT: &[(&str, &str)] = &[
        ("Action", "AssumeRoleWithWebIdentity"),
        ("RoleArn", "arn:aws:iam::123456789012:role/web"),
        ("WebIdentityToken", "web token"),
    ];
    expect_call_signed_by(
        expect_sts_request(with_profile("wi"), None, WANT),
        "ASIAROLE",
    )
    .succeeds();
    let of_environment = |args: &[&str]| {
        with_responder(Run::new(args.iter().copied()))
            .env("AWS_WEB_IDENTITY_TOKEN_FILE", "token")
            .env("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/web")
    };
    let plain = ["bulk-publish", "--identity-pool-id", "p", "--output", "off"];
    expect_call_signed_by(
        expect_sts_request(of_environment(&plain), None, WANT),
        "ASIAROLE",
    )
    .succeeds();
    // `--profile` takes precedence over the environment.
    expect_call_signed_by(of_environment(&args("static")), "AKIDSTATIC").succeeds();
}

#[test]
fn rejects_invalid_role_profiles() {
    let arn = "role_arn = arn:aws:iam::123456789012:role/r\n";
    let table = [
        (
            arn.to_string(),
            "Partial credentials found in assume-role, missing: source_profile or \
             credential_source",
        ),
        (
            format!("{arn}source_profile = x\ncredential_source = Environment"),
            "The profile \"p\" contains both source_profile and credential_source.",
        ),
        (
            format!("{arn}credential_source = environment"),
            "The credential source \"environment\" referenced in profile \"p\" is not valid.",
        ),
        (
            format!("{arn}credential_source = Environment"),
            "Error when retrieving credentials from Environment: No credentials found in \
             credential_source referenced in profile p",
        ),
        (
            format!("{arn}source_profile = x"),
            "The source_profile \"x\" referenced in the profile \"p\" does not exist.",
        ),
        (
            format!("{arn}source_profile = q\n[profile q]\n{arn}source_profile = p"),
            "Infinite loop in credential configuration detected. Attempting to load from profile \
             p which has already been visited. Visited profiles: ['p', 'q']",
        ),
        (
            format!("{arn}source_profile = p"),
            "Infinite loop in credential configuration detected. Attempting to load from profile \
             p which has already been visited. Visited profiles: ['p']",
        ),
        (
            format!("{arn}source_profile = q\n[profile q]\nregion = r"),
            "The source profile \"q\" must have credentials.",
        ),
        (
            "web_identity_token_file = token".into(),
            "The provided profile or the current environment is configured to assume role with \
             web identity but has no role ARN configured. Ensure that the profile has the \
             role_arnconfiguration set or the AWS_ROLE_ARN env var is set.",
        ),
        (
            format!("{arn}web_identity_token_file = nope"),
            "[Errno 2] No such file or directory: 'nope'",
        ),
    ];
    for (settings, want) in table {
        with_responder(Run::new(args("p")))
            .file(".aws/config", format!("[profile p]\n{settings}\n").as_str())
            .stderr(&format!("\ncognito-sync: [ERROR]: {want}\n"))
            .fails(255);
    }
}

#[test]
fn rejects_invalid_sts_parameters_before_request() {
    let arn = "role_arn = arn:aws:iam::123456789012:role/r\n";
    let own = "source_profile = p\naws_access_key_id = a\naws_secret_access_key = b\n";
    let length = |name, length, min| {
        format!("Invalid length for parameter {name}, value: {length}, valid min length: {min}\n")
    };
    let table = [
        (format!("{own}role_arn = ärn"), length("RoleArn", 3, 20)),
        (
            format!("{own}{arn}external_id ="),
            length("ExternalId", 0, 2),
        ),
        (
            format!("{own}{arn}duration_seconds = 899"),
            "Invalid value for parameter DurationSeconds, value: 899, valid min value: 900\n"
                .into(),
        ),
        (
            // No MFA prompt for a request that is invalid anyway.
            format!("{own}role_arn = r\nrole_session_name = x\nmfa_serial = s"),
            length("RoleSessionName", 1, 2)
                + &length("SerialNumber", 1, 9)
                + &length("RoleArn", 1, 20),
        ),
        (
            format!("{arn}web_identity_token_file = short"),
            length("WebIdentityToken", 1, 4),
        ),
    ];
    for (settings, findings) in table {
        with_responder(Run::new(args("p")))
            .file(".aws/config", format!("[profile p]\n{settings}\n").as_str())
            .file("short", "t")
            .stderr(&format!(
                "\ncognito-sync: [ERROR]: An error occurred (ParamValidation): Parameter validation \
                 failed:\n{findings}"
            ))
            .fails(252);
    }
    // An empty session name counts as absent: one is generated, as in the AWS CLI.
    let settings = format!("[profile p]\n{own}{arn}role_session_name =\n");
    let run = with_responder(Run::new(args("p"))).file(".aws/config", settings.as_str());
    expect_call_signed_by(expect_sts_request(run, Some("a"), ROLE), "ASIAROLE").succeeds();
}

#[test]
fn fetches_no_credentials_for_invalid_request() {
    with_responder(Run::new([
        "bulk-publish",
        "--identity-pool-id",
        "",
        "--profile",
        "role",
    ]))
    .stderr_contains("Invalid length for parameter IdentityPoolId")
    .fails(252);
}

/// Types the code on a pseudo-terminal after the prompt, and prints whether the terminal echoes
/// afterwards.
pub(crate) const TYPE_CODE_ON_TERMINAL: &str = r#"
import os, pty, sys, termios, time
pid, terminal = pty.fork()
if pid == 0:
    os.execv(sys.argv[1], sys.argv[1:])
shown, typed = b"", False
while True:
    try:
        part = os.read(terminal, 65536)
    except OSError:
        break
    if not part:
        break
    shown += part
    if not typed and shown.endswith(b": "):
        while termios.tcgetattr(terminal)[3] & termios.ECHO:
            time.sleep(0.01)
        os.write(terminal, b"123456\n")
        typed = True
_, status = os.waitpid(pid, 0)
left = termios.tcgetattr(terminal)[3] & termios.ECHO
os.write(1, shown.replace(b"\r\n", b"\n") + (b"echo\n" if left else b"no echo\n"))
sys.exit(os.waitstatus_to_exitcode(status))
"#;

#[test]
fn prompts_for_mfa_code_without_echo() {
    let mut all = vec!["-c", TYPE_CODE_ON_TERMINAL, PROGRAM];
    all.extend(args("mfa"));
    let run = with_responder(Run::with_program("python3", all))
        .stdout("Enter MFA code for arn:aws:iam::123456789012:mfa/u: \necho\n");
    let run = expect_sts_request(
        run,
        Some("AKIDSTATIC"),
        &[
            ("Action", "AssumeRole"),
            ("RoleArn", "arn:aws:iam::123456789012:role/m"),
            ("SerialNumber", "arn:aws:iam::123456789012:mfa/u"),
            ("TokenCode", "123456"),
        ],
    );
    expect_call_signed_by(run, "ASIAROLE").succeeds();
}

#[test]
fn rejects_too_short_mfa_code() {
    let short = TYPE_CODE_ON_TERMINAL.replace("123456", "12345");
    let mut all = vec!["-c", &short, PROGRAM];
    all.extend(args("mfa"));
    with_responder(Run::with_program("python3", all))
        .stdout(
            "Enter MFA code for arn:aws:iam::123456789012:mfa/u: \n\ncognito-sync: [ERROR]: An error \
             occurred (ParamValidation): Parameter validation failed:\nInvalid length for parameter \
             TokenCode, value: 5, valid min length: 6\nhint: the profile or the environment sets \
             these parameters of a call to STS\necho\n",
        )
        .fails(252);
}

#[test]
fn restores_terminal_echo_on_sigint_at_mfa_prompt() {
    let interrupts = TYPE_CODE_ON_TERMINAL.replace(r"123456\n", r"\x03");
    let mut all = vec!["-c", &interrupts, PROGRAM];
    all.extend(args("mfa"));
    with_responder(Run::with_program("python3", all))
        .stdout("Enter MFA code for arn:aws:iam::123456789012:mfa/u: \n\necho\n")
        .fails(130);
}

#[test]
fn rejects_mfa_role_without_terminal() {
    let in_new_session = "import subprocess, sys\n\
                          sys.exit(subprocess.call(sys.argv[1:], start_new_session=True))";
    let program = ["-c", in_new_session, PROGRAM];
    with_responder(Run::with_program(
        "python3",
        program.into_iter().chain(args("mfa")),
    ))
    .stderr_contains("there is no terminal to ask for it.")
    .fails(255);
}

/// Profiles `p0` to `pN`, each of which but the last assumes a role with the next as
/// `source_profile`.
fn chain_of_roles(roles: usize) -> String {
    let mut config = String::new();
    for i in 0..roles {
        let next = i + 1;
        config.push_str(&format!(
            "[profile p{i}]\nrole_arn = arn:aws:iam::123456789012:role/r{i}\nsource_profile = p{next}\n"
        ));
    }
    config + &format!("[profile p{roles}]\naws_access_key_id = A\naws_secret_access_key = s\n")
}

#[test]
fn follows_role_chain_of_134_roles() {
    let run = |roles| with_profile("p0").file(".aws/config", &*chain_of_roles(roles));
    let mut longest = run(134);
    for i in (0..134).rev() {
        longest = longest.request(move |request| {
            let (_, arn) = sts_parameters(request).swap_remove(1);
            assert_eq!(arn, format!("arn:aws:iam::123456789012:role/r{i}"));
        });
    }
    expect_call_signed_by(longest, "ASIAROLE").succeeds();
    for roles in [135, 500, 2000, 20_000] {
        run(roles)
            .stderr("\ncognito-sync: [ERROR]: maximum recursion depth exceeded\n")
            .fails(255);
    }
}

#[test]
fn rejects_role_cycle_with_its_profiles() {
    let config = chain_of_roles(2) + "role_arn = x\nsource_profile = p1\n";
    let config = config.replace("aws_access_key_id = A\naws_secret_access_key = s\n", "");
    with_profile("p0")
        .file(".aws/config", &*config)
        .stderr(
            "\ncognito-sync: [ERROR]: Infinite loop in credential configuration detected. Attempting \
             to load from profile p1 which has already been visited. Visited profiles: ['p0', 'p1', \
             'p2']\n",
        )
        .fails(255);
}

#[test]
fn rejects_end_of_input_at_mfa_prompt() {
    let ends = TYPE_CODE_ON_TERMINAL.replace(r"123456\n", r"\x04");
    let mut all = vec!["-c", &ends, PROGRAM];
    all.extend(args("mfa"));
    with_responder(Run::with_program("python3", all))
        .stdout(
            "Enter MFA code for arn:aws:iam::123456789012:mfa/u: \ncognito-sync: [ERROR]: The \
             profile's role needs a code of the MFA device arn:aws:iam::123456789012:mfa/u, and no \
             code was given.\necho\n",
        )
        .fails(255);
}
