//! Texts of errors of other crates, which keep their causes as a chain.

use std::error::Error;

/// The deepest cause. Those above it, of the SDK, may show the whole request, with what is secret
/// in it.
pub fn deepest_cause(error: &dyn Error) -> String {
    let causes = causes(error);
    causes.last().unwrap_or(error).to_string()
}

/// The error with all its causes.
pub fn with_causes(error: &dyn Error) -> String {
    causes(error).fold(error.to_string(), |text, cause| {
        let cause = cause.to_string();
        match text.ends_with(&cause) {
            true => text,
            false => format!("{text}: {cause}"),
        }
    })
}

fn causes<'a>(error: &'a dyn Error) -> impl Iterator<Item = &'a dyn Error> {
    let mut next: Option<&'a dyn Error> = error.source().map(|cause| cause as _);
    std::iter::from_fn(move || {
        let current = next?;
        next = current.source().map(|cause| cause as _);
        Some(current)
    })
}

#[cfg(test)]
mod tests {
    use std::fmt;

    use super::*;

    #[derive(Debug)]
    struct Link(&'static str, Option<Box<Link>>);

    impl fmt::Display for Link {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)
        }
    }

    impl Error for Link {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            self.1.as_deref().map(|link| link as &dyn Error)
        }
    }

    #[test]
    fn joins_causes_without_repeating_them() {
        let link = |text, cause: Option<Link>| Link(text, cause.map(Box::new));
        let error = link("a", Some(link("b: c", Some(link("c", None)))));
        assert_eq!(with_causes(&error), "a: b: c");
        assert_eq!(deepest_cause(&error), "c");
        assert_eq!(deepest_cause(&link("alone", None)), "alone");
    }
}
