//! INI files as Python's `configparser.RawConfigParser` (3.11) parses them with its defaults: `=`
//! and `:` between key and value, `#` and `;` before comments, values continued on indented lines,
//! and a section `[DEFAULT]` whose keys all other sections inherit. Callers interpret sections and
//! keys.

use indexmap::IndexMap;

use super::{is_space, strip};

/// The sections of a file by name, in the order of the file.
pub type IniSections = IndexMap<String, IniSection>;

/// The values of a section by lower-case key: its own, then those of `[DEFAULT]`. Values that
/// continue on indented lines contain newlines.
pub type IniSection = IndexMap<String, String>;

/// The section whose keys the others inherit. It is not listed among them and may be repeated.
const DEFAULT_SECTION: &str = "DEFAULT";

/// Parses a file. Returns `Err` with the number of the first invalid line: one before any section,
/// one that is neither a header nor a key with a value, one without a key, or a duplicate section
/// or key.
pub fn parse(text: &str) -> Result<IniSections, usize> {
    let mut parser = IniParser::default();
    for (index, line) in lines(text).enumerate() {
        parser.parse_line(line).ok_or(index + 1)?;
    }
    Ok(parser.into_sections())
}

/// Splits into lines as Python's text files do: a carriage return alone also ends a line.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive('\n').flat_map(|line| {
        let line = line.strip_suffix('\n').unwrap_or(line);
        line.strip_suffix('\r').unwrap_or(line).split('\r')
    })
}

/// The lines of each value of a section, starting with the text after the delimiter.
type RawIniSection<'a> = IndexMap<String, Vec<&'a str>>;

#[derive(Default)]
struct IniParser<'a> {
    sections: IndexMap<&'a str, RawIniSection<'a>>,
    defaults: RawIniSection<'a>,
    current: Option<CurrentSection>,
    /// Index of the current section's key that indented lines continue.
    key: Option<usize>,
    /// Indentation of the last header or key in characters.
    indent: usize,
}

/// The section to which keys are added.
enum CurrentSection {
    Default,
    /// The index of the section.
    Named(usize),
}

impl<'a> IniParser<'a> {
    /// Parses a line; `None` if it is invalid.
    fn parse_line(&mut self, line: &'a str) -> Option<()> {
        let content = strip(line);
        if content.starts_with(['#', ';']) {
            return Some(());
        }
        let indent = line.chars().take_while(|c| is_space(*c)).count();
        // An empty line is part of a value, too; those at the end of a value are removed later.
        if content.is_empty() || indent > self.indent {
            match self.open_value() {
                Some(value) => value.push(content),
                None if content.is_empty() => {}
                None => return self.parse_header_or_key(content, indent),
            }
            return Some(());
        }
        self.parse_header_or_key(content, indent)
    }

    /// Parses a header or the first line of a value.
    fn parse_header_or_key(&mut self, content: &'a str, indent: usize) -> Option<()> {
        self.indent = indent;
        match parse_header(content) {
            Some(name) => self.open_section(name),
            None => self.add_value(content),
        }
    }

    fn open_section(&mut self, name: &'a str) -> Option<()> {
        self.key = None;
        if name == DEFAULT_SECTION {
            self.current = Some(CurrentSection::Default);
            return Some(());
        }
        let (index, earlier) = self.sections.insert_full(name, RawIniSection::new());
        self.current = Some(CurrentSection::Named(index));
        earlier.is_none().then_some(())
    }

    fn add_value(&mut self, content: &'a str) -> Option<()> {
        let (key, value) = content.split_once(['=', ':'])?;
        let key = strip(key).to_lowercase();
        if key.is_empty() {
            return None;
        }
        let section = self.section()?;
        let (index, earlier) = section.insert_full(key, vec![strip(value)]);
        self.key = Some(index);
        earlier.is_none().then_some(())
    }

    fn section(&mut self) -> Option<&mut RawIniSection<'a>> {
        match self.current.as_ref()? {
            CurrentSection::Default => Some(&mut self.defaults),
            CurrentSection::Named(index) => Some(self.sections.get_index_mut(*index)?.1),
        }
    }

    fn open_value(&mut self) -> Option<&mut Vec<&'a str>> {
        let key = self.key?;
        Some(self.section()?.get_index_mut(key)?.1)
    }

    fn into_sections(self) -> IniSections {
        let defaults = join_values(self.defaults);
        let sections = self.sections.into_iter().map(|(name, section)| {
            let mut section = join_values(section);
            for (key, value) in &defaults {
                if !section.contains_key(key) {
                    section.insert(key.clone(), value.clone());
                }
            }
            (name.to_string(), section)
        });
        sections.collect()
    }
}

/// The name in `[name]`; any text may follow the last bracket.
fn parse_header(content: &str) -> Option<&str> {
    let (name, _) = content.strip_prefix('[')?.rsplit_once(']')?;
    (!name.is_empty()).then_some(name)
}

fn join_values(section: RawIniSection<'_>) -> IniSection {
    let values = section.into_iter();
    values
        .map(|(key, lines)| (key, lines.join("\n").trim_end_matches(is_space).to_string()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Result<String, usize> {
        let sections = parse(text)?;
        let shown = sections
            .iter()
            .map(|(name, section)| format!("{name}{section:?}"));
        Ok(shown.collect::<Vec<_>>().join(" "))
    }

    /// The expected sections are results of Python's `RawConfigParser`.
    #[test]
    fn parses_sections_as_python() {
        let table = [
            ("", ""),
            ("# a\n\n ; b\n", ""),
            ("[a]\nK = v # w\nl:x=y\n", r#"a{"k": "v # w", "l": "x=y"}"#),
            ("[a] # b\nk=\n[ c ]d]", r#"a{"k": ""}  c ]d{}"#),
            ("[a]\rk=1\r\n[b]\rl=2", r#"a{"k": "1"} b{"l": "2"}"#),
            (
                "[a]\nk = 1\n  2\n\n # c\n\t3\n\n\nl=4",
                r#"a{"k": "1\n2\n\n3", "l": "4"}"#,
            ),
            ("[a]\nk =\n\n  x = 1\n", r#"a{"k": "\n\nx = 1"}"#),
            (
                "  [a]\n  k = 1\n  l = 2\n m = 3\n",
                r#"a{"k": "1", "l": "2", "m": "3"}"#,
            ),
            (
                "[a]\n  k = 1\n   [b]\nl = 2",
                r#"a{"k": "1\n[b]", "l": "2"}"#,
            ),
            (
                "[a]\n\u{a0}k = 1\n\u{a0}\u{3000}l = 2",
                r#"a{"k": "1\nl = 2"}"#,
            ),
            ("[a]\n[x=y\n[z:1", r#"a{"[x": "y", "[z": "1"}"#),
            (
                "[a]\nk=\x0b1\u{85}2\x0c\nl=\x1f3",
                r#"a{"k": "1\u{85}2", "l": "3"}"#,
            ),
            ("[[]\nk=1\n[]]\nk=1", r#"[{"k": "1"} ]{"k": "1"}"#),
            (
                "[default]\nk=1\n[Default]\nk=1",
                r#"default{"k": "1"} Default{"k": "1"}"#,
            ),
        ];
        for (text, want) in table {
            assert_eq!(shown(text), Ok(want.to_string()), "{text:?}");
        }
    }

    #[test]
    fn inherits_keys_of_default_section() {
        let table = [
            ("[DEFAULT]\nk=1", ""),
            (
                "[a]\nk=1\n[DEFAULT]\nk=2\nl=3\n[b]",
                r#"a{"k": "1", "l": "3"} b{"k": "2", "l": "3"}"#,
            ),
            (
                "[DEFAULT]\nk=1\n[DEFAULT]\nl=\n  x=2\n[a]",
                r#"a{"k": "1", "l": "\nx=2"}"#,
            ),
            ("[ DEFAULT]\nk=1\n[a]", r#" DEFAULT{"k": "1"} a{}"#),
        ];
        for (text, want) in table {
            assert_eq!(shown(text), Ok(want.to_string()), "{text:?}");
        }
    }

    #[test]
    fn reports_first_invalid_line() {
        let table = [
            ("key = value", 1),
            ("\u{feff}[a]", 1),
            ("# c\n\r[a\r", 3),
            ("[]", 1),
            ("[a]\nnonsense", 2),
            ("[a]\n[b", 2),
            ("[a]\n = 1", 2),
            ("[a]\n[b]\n[a]", 3),
            ("[a]\nk=1\nK:2", 3),
            ("[DEFAULT]\nk=1\n[a]\nk=1\n[DEFAULT]\nk=2", 6),
            ("[a]\n  nonsense", 2),
        ];
        for (text, line) in table {
            assert_eq!(parse(text), Err(line), "{text:?}");
        }
    }

    proptest::proptest! {
        /// Files written by the rules of `configparser` parse to the same sections.
        #[test]
        fn parses_written_files(
            sections in proptest::collection::btree_map(
                "[a-z \"']{1,8}",
                proptest::collection::btree_map("[a-z_]{1,6}", "[!-~]([ -~]{0,6}[!-~])?", 0..4),
                0..4,
            )
        ) {
            let mut text = String::new();
            for (name, values) in &sections {
                text.push_str(&format!("[{name}]\r\n"));
                for (key, value) in values {
                    text.push_str(&format!("{key} = {value}\r\n"));
                }
            }
            let read = parse(&text).expect("a file that makes sense");
            proptest::prop_assert_eq!(read.len(), sections.len());
            for (name, values) in &sections {
                let got: Vec<_> = read[name].iter().collect();
                let want: Vec<_> = values.iter().collect();
                proptest::prop_assert_eq!(got, want);
            }
        }

        #[test]
        fn never_panics(text in "(?s)[\\[\\]\r\n =:#;a\u{a0}é]{0,60}") {
            let _ = parse(&text);
        }
    }
}
