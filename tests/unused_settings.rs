//! Settings that no call uses but whose values are validated before every call.

use crate::support::run::Run;

const CALL: [&str; 5] = ["bulk-publish", "--identity-pool-id", "p", "--output", "off"];

#[test]
fn rejects_wrong_values_of_unused_settings() {
    let size = "for request_min_compression_size_bytes. Value must be";
    let modes = "('when_supported', 'when_required')";
    let table = [
        (
            ("AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES", "x"),
            format!("Invalid value \"x\" {size} an integer. Received <class 'str'> instead."),
        ),
        (
            ("AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES", "1048577"),
            format!("Invalid value \"1048577\" {size} between 1 and 1048576."),
        ),
        (
            ("AWS_REQUEST_CHECKSUM_CALCULATION", "X"),
            format!(
                "Unsupported configuration value for request_checksum_calculation. Expected one \
                 of {modes} but got x."
            ),
        ),
        (
            ("AWS_RESPONSE_CHECKSUM_VALIDATION", ""),
            format!(
                "Unsupported configuration value for response_checksum_validation. Expected one \
                 of {modes} but got ."
            ),
        ),
        (
            ("AWS_ACCOUNT_ID_ENDPOINT_MODE", "Off"),
            "The configured value 'off' for 'account_id_endpoint_mode' is invalid. Valid values \
             are: ('preferred', 'disabled', 'required')."
                .to_string(),
        ),
        (
            ("AWS_S3_DISABLE_EXPRESS_SESSION_AUTH", "1"),
            "Invalid value \"1\" for s3_disable_express_session_auth. Value must be a boolean"
                .to_string(),
        ),
    ];
    for ((variable, value), want) in table {
        let line = format!("\ncognito-sync: [ERROR]: {want}\n");
        Run::new(CALL).env(variable, value).stderr(&line).fails(255);
        let key = variable.trim_start_matches("AWS_").to_lowercase();
        let config = format!("[default]\n{key} = {value}\n");
        Run::new(CALL)
            .file(".aws/config", config.as_str())
            .stderr(&line)
            .fails(255);
    }
}

#[test]
fn accepts_usable_values_of_unused_settings() {
    let config = "[default]\nrequest_min_compression_size_bytes = 1_000\n\
                  request_checksum_calculation = WHEN_REQUIRED\n\
                  account_id_endpoint_mode = Required\ns3_disable_express_session_auth = TRUE\n";
    Run::new(CALL)
        .file(".aws/config", config)
        .request(|request| assert_eq!(request.path, "/identitypools/p/bulkpublish"))
        .succeeds();
    // The account mode is not validated for unsigned requests.
    Run::new(CALL.into_iter().chain(["--no-sign-request"]))
        .env("AWS_ACCOUNT_ID_ENDPOINT_MODE", "off")
        .request(|request| assert_eq!(request.header("authorization"), None))
        .succeeds();
}

#[test]
fn rejects_unknown_binary_format_of_profile() {
    for (value, want) in [("x", "'x'"), ("", "''"), ("BASE64", "'BASE64'")] {
        let config = format!("[default]\ncli_binary_format = {value}\n");
        let call = |more: &[&'static str]| {
            Run::new(CALL.into_iter().chain(more.iter().copied()))
                .file(".aws/config", config.as_str())
        };
        call(&[])
            .stderr(&format!("\ncognito-sync: [ERROR]: {want}\n"))
            .fails(255);
        call(&["--cli-binary-format", "base64"])
            .request(|request| assert_eq!(request.path, "/identitypools/p/bulkpublish"))
            .succeeds();
    }
}
