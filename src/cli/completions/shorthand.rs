//! Possible continuations of incomplete shorthand: syntax alone, without the model.
//!
//! The grammar is that of `params::shorthand`, which reads finished values only and refuses all
//! else; here what is missing at the end is the point. Of nested values only their end is found,
//! as no structure of the service holds another one.

/// What is to come at the end of a text; `typed` is what of it already stands there.
#[derive(Debug, PartialEq)]
pub(super) enum Wanted<'a> {
    /// A key, other than those that were used.
    Key { used: Vec<&'a str>, typed: &'a str },
    /// A value of the last key that was used.
    Value { used: Vec<&'a str>, typed: &'a str },
    /// A value behind `@=`, which may name a file.
    FileOrText { typed: &'a str },
    /// Nothing that could be known.
    Nothing,
}

/// Reads shorthand as far as it goes.
pub(super) fn wanted(text: &str) -> Wanted<'_> {
    let mut used = Vec::new();
    let mut rest = text;
    loop {
        let (key, behind) = split_key(rest.trim_start());
        if behind.is_empty() {
            return Wanted::Key { used, typed: key };
        }
        let Some((names_file, value)) = sign(behind) else {
            return Wanted::Nothing;
        };
        used.push(key);
        rest = match values(value) {
            Values::EndWith(typed) if names_file => return Wanted::FileOrText { typed },
            Values::EndWith(typed) => return Wanted::Value { used, typed },
            Values::EndBefore(key) => key,
            Values::Unclear => return Wanted::Nothing,
        };
    }
}

/// The characters of a key, and what is behind them.
fn split_key(text: &str) -> (&str, &str) {
    let in_key = |c: char| c.is_ascii_alphanumeric() || "-_.#/:".contains(c);
    text.split_at(text.find(|c| !in_key(c)).unwrap_or(text.len()))
}

/// Whether an `@` stands before the `=`, and what is behind that; nothing if there is no `=`.
fn sign(text: &str) -> Option<(bool, &str)> {
    let text = text.trim_start();
    let behind_at = text.strip_prefix('@');
    let value = behind_at.unwrap_or(text).trim_start().strip_prefix('=')?;
    Some((behind_at.is_some(), value.trim_start()))
}

/// How the values behind a key end.
enum Values<'a> {
    /// With the text, in this first and only value.
    EndWith(&'a str),
    /// With the comma before this, which is a key or may become one.
    EndBefore(&'a str),
    /// In the middle of something, or not as shorthand does.
    Unclear,
}

fn values(text: &str) -> Values<'_> {
    if text.starts_with(['[', '{']) {
        let behind = behind_nested(text).and_then(|rest| rest.trim_start().strip_prefix(','));
        return behind.map_or(Values::Unclear, Values::EndBefore);
    }
    let mut item = text;
    loop {
        let Some(behind) = behind_item(item) else {
            let is_first_and_plain = item.len() == text.len() && !item.starts_with(['\'', '"']);
            return if is_first_and_plain {
                Values::EndWith(item)
            } else {
                Values::Unclear
            };
        };
        let next = behind.trim_start();
        let (_, behind_key) = split_key(next);
        if behind_key.is_empty() || sign(behind_key).is_some() {
            return Values::EndBefore(next);
        }
        item = next;
    }
}

/// What follows the comma behind an entry of a comma list; nothing where the text ends before.
fn behind_item(text: &str) -> Option<&str> {
    let behind = match text.chars().next() {
        Some(quote @ ('\'' | '"')) => behind_quoted(&text[1..], quote)?.trim_start(),
        _ => &text[unescaped(text, ',')?..],
    };
    behind.strip_prefix(',')
}

fn behind_quoted(text: &str, quote: char) -> Option<&str> {
    unescaped(text, quote).map(|end| &text[end + 1..])
}

/// Where the first such character stands that has no backslash before it.
fn unescaped(text: &str, wanted: char) -> Option<usize> {
    let mut escaped = false;
    text.char_indices().find_map(|(at, c)| {
        let found = c == wanted && !escaped;
        escaped = c == '\\' && !escaped;
        found.then_some(at)
    })
}

/// What is behind a list or hash; nothing where it is not closed.
fn behind_nested(text: &str) -> Option<&str> {
    let mut depth = 0_usize;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        match c {
            '[' | '{' => depth += 1,
            ']' | '}' => depth = depth.saturating_sub(1),
            '\'' | '"' => rest = behind_quoted(rest, c)?,
            _ => {}
        }
        if depth == 0 {
            return Some(rest);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(text: &str) -> String {
        match wanted(text) {
            Wanted::Key { used, typed } => format!("key {} {typed:?}", used.join("+")),
            Wanted::Value { used, typed } => format!("value {} {typed:?}", used.join("+")),
            Wanted::FileOrText { typed } => format!("file {typed:?}"),
            Wanted::Nothing => "nothing".to_string(),
        }
    }

    #[test]
    fn the_end_of_shorthand_tells_what_follows() {
        let table = [
            ("", "key  \"\""),
            ("a", "key  \"a\""),
            ("a=", "value a \"\""),
            ("a=b", "value a \"b\""),
            ("a=b=c", "value a \"b=c\""),
            ("a=b,", "key a \"\""),
            ("a=b, c", "key a \"c\""),
            ("a=b,c=", "value a+c \"\""),
            ("a=b,c,d=e", "value a+d \"e\""),
            ("a=b,c,d", "key a \"d\""),
            ("a=b,c d,", "key a \"\""),
            ("a=b,c d", "nothing"),
            ("a=b\\,c", "value a \"b\\\\,c\""),
            ("a=b\\,c,d", "key a \"d\""),
            ("a='b,c=d',e", "key a \"e\""),
            ("a='b,c", "nothing"),
            ("a=[b,{c='}]'}],e", "key a \"e\""),
            ("a=[b,c", "nothing"),
            ("a=[b]", "nothing"),
            ("a={b=c},d=e", "value a+d \"e\""),
            ("a@=file://x", "file \"file://x\""),
            ("a @ = x,b", "key a \"b\""),
            ("{\"a\"", "nothing"),
            ("[", "nothing"),
            ("a]", "nothing"),
            ("é", "nothing"),
        ];
        for (text, want) in table {
            assert_eq!(shown(text), want, "{text}");
        }
    }

    proptest! {
        /// Whatever is typed, what is called typed is how the text ends.
        #[test]
        fn what_is_typed_ends_the_text(text in "[ab=@,'\"\\[\\]{}\\\\ é-]{0,24}") {
            match wanted(&text) {
                Wanted::Key { typed, .. }
                | Wanted::Value { typed, .. }
                | Wanted::FileOrText { typed } => prop_assert!(text.ends_with(typed)),
                Wanted::Nothing => {}
            }
        }
    }
}
