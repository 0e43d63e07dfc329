//! Environment variables that the AWS SDK reads itself. It panics on the file that one of them
//! names, and cannot send every value of the other in a header.

use crate::environment::Environment;
use crate::error::{Error, Result};

/// Names a partitions file for the SDK's own tests, which would change endpoints.
const CUSTOM_PARTITION: &str = "SMITHY_CLIENT_SDK_CUSTOM_PARTITION";

/// Becomes part of the `User-Agent` header.
const EXECUTION_ENV: &str = "AWS_EXECUTION_ENV";

/// Rejects values that the SDK cannot handle.
pub(super) fn check(environment: &Environment) -> Result<()> {
    if environment.get(CUSTOM_PARTITION).is_some() {
        return Err(Error::general(format!(
            "{CUSTOM_PARTITION}: this variable is for tests of the AWS SDK and not supported; unset it."
        )));
    }
    let is_unusable = |value: &str| http::HeaderValue::from_str(value).is_err();
    if environment.get(EXECUTION_ENV).is_some_and(is_unusable) {
        return Err(Error::general(format!(
            "{EXECUTION_ENV}: the value has a character that cannot be sent in a header, such as a line \
             end; unset it."
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rejects_values_unusable_by_sdk() {
        let table = [
            (CUSTOM_PARTITION, "/no/file", true),
            (CUSTOM_PARTITION, "", true),
            (EXECUTION_ENV, "AWS_Lambda_python3.13 ü", false),
            (EXECUTION_ENV, "a\nb", true),
            (EXECUTION_ENV, "\u{1}", true),
            ("AWS_PROFILE", "\n", false),
        ];
        for (name, value, rejected) in table {
            let got = check(&Environment::from([(name, value)]));
            let names = |error: &Error| error.message.starts_with(&format!("{name}: "));
            assert_eq!(got.as_ref().is_err_and(names), rejected, "{name}={value:?}");
        }
    }
}
