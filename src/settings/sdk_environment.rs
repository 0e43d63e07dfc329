//! Environment variables that the AWS SDK reads by itself. It panics on the file that one of them
//! names, and cannot put every value of the other into a header.

use crate::environment::Environment;
use crate::error::{Error, Result};

/// Names a file of partitions for the SDK's own tests, which would change endpoints.
const PARTITIONS: &str = "SMITHY_CLIENT_SDK_CUSTOM_PARTITION";

/// Becomes part of the `User-Agent` header.
const EXECUTION: &str = "AWS_EXECUTION_ENV";

/// Refuses values that the SDK cannot take.
pub(super) fn check(environment: &Environment) -> Result<()> {
    if environment.get(PARTITIONS).is_some() {
        return Err(Error::general(format!(
            "{PARTITIONS}: this variable is for tests of the AWS SDK and not supported; unset it."
        )));
    }
    let is_unusable = |value: &str| http::HeaderValue::from_str(value).is_err();
    if environment.get(EXECUTION).is_some_and(is_unusable) {
        return Err(Error::general(format!(
            "{EXECUTION}: the value has a character that cannot be sent in a header, such as a line \
             end; unset it."
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_what_the_sdk_cannot_take() {
        let table = [
            (PARTITIONS, "/no/file", true),
            (PARTITIONS, "", true),
            (EXECUTION, "AWS_Lambda_python3.13 ü", false),
            (EXECUTION, "a\nb", true),
            (EXECUTION, "\u{1}", true),
            ("AWS_PROFILE", "\n", false),
        ];
        for (name, value, refused) in table {
            let got = check(&Environment::from([(name, value)]));
            let names = |error: &Error| error.message.starts_with(&format!("{name}: "));
            assert_eq!(got.as_ref().is_err_and(names), refused, "{name}={value:?}");
        }
    }
}
