//! Fits a YAML text to `saphyr-parser`, so that what comes out is what `ruamel.yaml` reads.
//!
//! `saphyr-parser` keeps to the letter of YAML 1.2, while `ruamel.yaml` is looser in places people
//! rely on (a flow collection's lines, or a quoted scalar's, may have any indentation) and
//! stricter in others (no tabs between tokens outside flow collections). One pass here finds the
//! tokens' bounds as `ruamel.yaml` does, refuses what it alone refuses, and inserts the spaces or
//! quotes `saphyr-parser` needs where it alone refuses; the text is otherwise untouched. It also
//! reads the `%YAML` directive, which the parser's events do not tell of.
//!
//! It does not check the order of tokens (the parser does), nor treat U+0085, U+2028 and U+2029 as
//! line breaks, nor take a byte order mark for text outside quotes and comments.

use std::borrow::Cow;

use super::constructor::scalar::{Version, shown};
use super::constructor::{MAX_DEPTH, YamlError};
use crate::python::surrogates;

/// No line is indented further than this to please the parser: the text must not outgrow itself.
const MAX_PAD: usize = 1000;

/// The parser gives up on keys longer than this only outside flow collections; `ruamel.yaml`
/// everywhere.
const MAX_KEY: usize = 1024;

/// How deep the parser lets flow collections be nested.
const MAX_FLOW_DEPTH: usize = 255;

/// The byte order mark; it may only stand first.
const MARK: char = '\u{feff}';

/// A text ready for the parser.
#[derive(Debug)]
pub(crate) struct Source<'t> {
    pub(crate) text: Cow<'t, str>,
    pub(crate) version: Version,
    /// Lines (counted from 1) with the spaces put before them.
    pads: Vec<(usize, usize)>,
    /// The text ends within a block scalar's line: the parser adds the break missing there.
    pub(crate) unbroken: bool,
}

impl Source<'_> {
    /// The column in the text as it was written, counted from 1.
    pub(crate) fn column(&self, line: usize, column: usize) -> usize {
        let pad = match self.pads.binary_search_by_key(&line, |(line, _)| *line) {
            Ok(at) => self.pads[at].1,
            Err(_) => 0,
        };
        column.saturating_sub(pad) + 1
    }
}

/// Checks and adapts a text.
pub(crate) fn adapt(text: &str) -> Result<Source<'_>, YamlError> {
    check_characters(text)?;
    let mut lexer = Lexer::new(text.strip_prefix(MARK).unwrap_or(text));
    while let Some(byte) = lexer.next_token() {
        lexer.token(byte)?;
    }
    Ok(lexer.finish())
}

/// Refuses characters no YAML text may hold unescaped.
fn check_characters(text: &str) -> Result<(), YamlError> {
    let allowed = |c: char| {
        matches!(c, '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' | '\u{a0}'..)
            && !matches!(c, '\u{fffe}' | '\u{ffff}')
    };
    let Some((at, c)) = text.char_indices().find(|(_, c)| !allowed(*c)) else {
        return Ok(());
    };
    let before = &text[..at];
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    Err(YamlError {
        line: before.matches('\n').count() + 1,
        column: before[line_start..].chars().count() + 1,
        message: format!("character U+{:04X} is not allowed", u32::from(c)),
        is_python_exception: false,
    })
}

/// Whether a byte ends a plain scalar's word; 0 stands for the end of the text, which holds none.
fn is_blank(byte: u8) -> bool {
    matches!(byte, 0 | b' ' | b'\t' | b'\n' | b'\r')
}

fn is_break(byte: u8) -> bool {
    matches!(byte, 0 | b'\n' | b'\r')
}

/// An open flow collection.
#[derive(Default)]
struct Level {
    mapping: bool,
    /// Past the entry's `?` or `:` nothing can be its key any more.
    keyless: bool,
    /// This part of the entry has its node.
    filled: bool,
    /// Nothing came since the entry's `:`.
    after_value: bool,
    /// Something outside could still be a key at that `:`.
    remembers: bool,
    /// Where the entry began, if it may have a key.
    key: Option<Start>,
}

/// Where a key began.
#[derive(Clone, Copy)]
struct Start {
    at: usize,
    line: usize,
    column: usize,
}

struct Lexer<'t> {
    text: &'t str,
    at: usize,
    line: usize,
    line_start: usize,
    /// The columns of the open block collections.
    indents: Vec<usize>,
    levels: Vec<Level>,
    /// Where a key outside flow collections began, if the tokens since may be one.
    key: Option<Start>,
    /// Whether a key may begin here.
    key_allowed: bool,
    /// The block collection's entry has its node.
    filled: bool,
    started: bool,
    ended: bool,
    version: Version,
    /// The text so far, up to `copied`; empty while nothing was changed.
    out: String,
    copied: usize,
    pads: Vec<(usize, usize)>,
    unbroken: bool,
}

impl<'t> Lexer<'t> {
    fn new(text: &'t str) -> Self {
        Lexer {
            text,
            at: 0,
            line: 1,
            line_start: 0,
            indents: Vec::new(),
            levels: Vec::new(),
            key: None,
            key_allowed: true,
            filled: false,
            started: false,
            ended: false,
            version: Version::V1_2,
            out: String::new(),
            copied: 0,
            pads: Vec::new(),
            unbroken: false,
        }
    }

    fn finish(mut self) -> Source<'t> {
        let text = if self.copied == 0 && self.out.is_empty() {
            Cow::Borrowed(self.text)
        } else {
            self.out.push_str(&self.text[self.copied..]);
            Cow::Owned(self.out)
        };
        Source {
            text,
            version: self.version,
            pads: self.pads,
            unbroken: self.unbroken,
        }
    }

    /// The byte some places ahead; 0 past the end.
    fn peek(&self, ahead: usize) -> u8 {
        let bytes = self.text.as_bytes();
        bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn at_end(&self) -> bool {
        self.at >= self.text.len()
    }

    fn column(&self) -> usize {
        self.at - self.line_start
    }

    /// The least column the content of the innermost block collection has.
    fn min_indent(&self) -> usize {
        self.indents.last().map_or(0, |indent| indent + 1)
    }

    fn error<T>(&self, message: &str) -> Result<T, YamlError> {
        Err(self.trouble(message))
    }

    fn trouble(&self, message: &str) -> YamlError {
        let before = &self.text[self.line_start..self.at];
        YamlError {
            line: self.line,
            column: before.chars().count() + 1,
            message: message.to_string(),
            is_python_exception: false,
        }
    }

    /// Puts text in at the current place.
    fn insert(&mut self, text: &str) {
        self.out.push_str(&self.text[self.copied..self.at]);
        self.out.push_str(text);
        self.copied = self.at;
    }

    /// Passes a line break.
    fn new_line(&mut self) {
        self.at += if self.peek(0) == b'\r' && self.peek(1) == b'\n' {
            2
        } else {
            1
        };
        self.line += 1;
        self.line_start = self.at;
    }

    /// Passes the break before a line of a flow collection or quoted scalar, and indents the line
    /// as far as the parser wants it.
    fn new_inner_line(&mut self) {
        self.new_line();
        let need = self.min_indent();
        if need == 0 || need > MAX_PAD || self.at_marker() {
            return;
        }
        let have = self.spaces(self.at);
        if have < need && !is_break(self.peek(have)) {
            self.insert(&" ".repeat(need - have));
            self.pads.push((self.line, need - have));
        }
    }

    /// Whether `---` or `...` stands here, at a line's start.
    fn at_marker(&self) -> bool {
        let rest = &self.text.as_bytes()[self.at..];
        self.column() == 0
            && (rest.starts_with(b"---") || rest.starts_with(b"..."))
            && is_blank(self.peek(3))
    }

    fn skip_line(&mut self) {
        while !is_break(self.peek(0)) {
            self.at += 1;
        }
    }

    /// Passes white space and comments; returns the first byte of the next token.
    fn next_token(&mut self) -> Option<u8> {
        loop {
            match self.peek(0) {
                0 => return None,
                b' ' => self.at += 1,
                b'\t' if !self.levels.is_empty() => self.at += 1,
                b'#' => {
                    // The parser wants a space before a comment.
                    if self.at > 0 && !is_blank(self.text.as_bytes()[self.at - 1]) {
                        self.insert(" ");
                    }
                    self.skip_line();
                }
                b'\n' | b'\r' if !self.levels.is_empty() => self.new_inner_line(),
                b'\n' | b'\r' => {
                    self.new_line();
                    self.key = None;
                    self.key_allowed = true;
                }
                byte => return Some(byte),
            }
        }
    }

    /// Passes one token.
    fn token(&mut self, byte: u8) -> Result<(), YamlError> {
        let in_block = self.levels.is_empty();
        if in_block {
            let column = self.column();
            while self.indents.last().is_some_and(|indent| *indent > column) {
                self.indents.pop();
            }
        }
        if byte == b'%' && self.column() == 0 {
            return self.directive();
        }
        if self.at_marker() {
            return self.marker(byte);
        }
        if self.text[self.at..].starts_with(MARK) {
            return self.error("a byte order mark stands inside the document");
        }
        self.started = true;
        let blank_next = is_blank(self.peek(1));
        match byte {
            b'[' | b'{' => return self.open(byte),
            b']' | b'}' => self.close(),
            b',' => self.entry(),
            b'-' if blank_next => self.indicator(),
            b'?' if blank_next || !in_block => return self.question(),
            b':' if self.is_value() => return self.value(),
            b'*' => {
                self.node()?;
                self.name();
            }
            b'&' => {
                self.begin();
                self.name();
            }
            b'!' => return self.tag(),
            b'|' | b'>' if in_block => return self.block_scalar(),
            b'"' | b'\'' => {
                self.node()?;
                self.quoted(byte)?;
            }
            b'\t' => return self.error("a tab stands between tokens"),
            b'|' | b'>' | b'%' | b'@' | b'`' => {
                return self.error("no value begins with this character");
            }
            _ => {
                self.node()?;
                return self.plain();
            }
        }
        Ok(())
    }

    /// Reads `%YAML`; leaves other directives to the parser.
    fn directive(&mut self) -> Result<(), YamlError> {
        let start = self.at + 1;
        self.skip_line();
        let line = &self.text[start..self.at];
        let in_name = |c: char| c.is_ascii_alphanumeric() || "-_:.".contains(c);
        let rest = line.trim_start_matches(in_name);
        let name = &line[..line.len() - rest.len()];
        if name.is_empty() || !(rest.is_empty() || rest.starts_with(' ')) {
            return self.error("a directive's name ends in a space");
        }
        if name == "TAG" {
            let handle = rest.trim_start_matches(' ').split(' ').next();
            return match handle.is_some_and(|handle| handle.ends_with('!')) {
                true => Ok(()),
                false => self.error("expected a tag handle and a space after '%TAG'"),
            };
        }
        if name != "YAML" {
            return Ok(());
        }
        let number = rest.split('#').next().unwrap_or_default();
        let parts = number.trim_matches(' ').split_once('.');
        let parse = |part: &str| match part.bytes().all(|b| b.is_ascii_digit()) {
            true => part.parse::<u32>().ok(),
            false => None,
        };
        self.version = match parts.map(|(major, minor)| (parse(major), parse(minor))) {
            Some((Some(1), Some(1))) => Version::V1_1,
            Some((Some(1), Some(2))) => Version::V1_2,
            _ => return self.error("only YAML 1.1 and 1.2 can be read"),
        };
        Ok(())
    }

    fn marker(&mut self, byte: u8) -> Result<(), YamlError> {
        if byte == b'-' {
            self.started = true;
        } else if !self.started || (self.ended && self.version == Version::V1_2) {
            return self.error("a document ends here that never began");
        } else {
            self.ended = true;
        }
        if self.levels.is_empty() {
            self.indents.clear();
        }
        self.key = None;
        self.key_allowed = false;
        self.at += 3;
        Ok(())
    }

    /// Notes that a node, or what leads up to one, begins here: it may be a key.
    fn begin(&mut self) {
        let start = Start {
            at: self.at,
            line: self.line,
            column: self.column(),
        };
        match self.levels.last_mut() {
            Some(level) => {
                level.after_value = false;
                if !level.keyless {
                    level.key.get_or_insert(start);
                }
            }
            None if self.key_allowed => {
                self.key = Some(start);
                self.key_allowed = false;
            }
            None => {}
        }
    }

    /// Whether what began there can still be a key here.
    fn is_short(&self, start: Start) -> bool {
        let text = &self.text[start.at..self.at];
        // Bytes are counted first, not to go over a long text at each of its colons.
        start.line == self.line
            && (text.len() <= MAX_KEY
                || text.len() <= 4 * MAX_KEY && text.chars().count() <= MAX_KEY)
    }

    /// Notes that a node begins here.
    fn node(&mut self) -> Result<(), YamlError> {
        self.begin();
        match self.levels.last_mut() {
            Some(level) if level.filled => self.error("expected ',' between two values"),
            Some(level) => {
                level.filled = true;
                Ok(())
            }
            None => {
                self.filled = true;
                Ok(())
            }
        }
    }

    fn open(&mut self, byte: u8) -> Result<(), YamlError> {
        self.node()?;
        // The parser's work grows with the depth, so it must not see too deep a text.
        let flow = self.levels.len();
        if flow >= MAX_FLOW_DEPTH || flow + self.indents.len() >= MAX_DEPTH {
            return self.error("values are nested too deep");
        }
        self.levels.push(Level {
            mapping: byte == b'{',
            ..Level::default()
        });
        self.at += 1;
        Ok(())
    }

    fn close(&mut self) {
        self.levels.pop();
        self.key_allowed = false;
        self.at += 1;
    }

    fn entry(&mut self) {
        if let Some(level) = self.levels.last_mut() {
            *level = Level {
                mapping: level.mapping,
                ..Level::default()
            };
        }
        self.at += 1;
    }

    /// Begins an entry's part at a column, opening the block collection unless it is open.
    fn indent(&mut self, column: usize) {
        self.filled = false;
        if self.indents.last().is_none_or(|indent| *indent < column) {
            self.indents.push(column);
        }
    }

    /// Passes the `-` or `?` of a block collection.
    fn indicator(&mut self) {
        if self.levels.is_empty() {
            self.indent(self.column());
            self.key = None;
            self.key_allowed = true;
        }
        self.at += 1;
    }

    fn question(&mut self) -> Result<(), YamlError> {
        if let Some(level) = self.levels.last_mut() {
            if level.filled {
                return self.error("expected ',' between two values");
            }
            level.keyless = true;
            level.after_value = false;
            level.key = None;
        }
        let joined = !is_blank(self.peek(1));
        self.indicator();
        if joined {
            self.insert(" ");
        }
        Ok(())
    }

    /// Whether the `:` here ends a key.
    fn is_value(&self) -> bool {
        let blank_next = is_blank(self.peek(1));
        match self.levels.last() {
            Some(_) if self.version == Version::V1_1 => true,
            // A value may begin with a colon too; but `ruamel.yaml` sees that it is one only while
            // it holds the tokens since something that may yet be a key.
            Some(level) if level.mapping => blank_next || !(level.after_value && level.remembers),
            _ => blank_next,
        }
    }

    /// Whether something around the innermost flow collection can still be a key here.
    fn remembers(&self) -> bool {
        let outer = self.levels.split_last().map_or(&[][..], |(_, outer)| outer);
        let mut keys = outer.iter().map(|level| level.key).chain([self.key]);
        keys.any(|key| key.is_some_and(|key| self.is_short(key)))
    }

    /// Passes the `:` after a key.
    fn value(&mut self) -> Result<(), YamlError> {
        let key = match self.levels.last_mut() {
            Some(level) => level.key.take(),
            None => {
                let key = self.key.take();
                self.indent(key.map_or(self.column(), |key| key.column));
                self.key_allowed = key.is_none();
                self.at += 1;
                return Ok(());
            }
        };
        let is_short = key.is_none_or(|key| self.is_short(key));
        if let Some(level) = self.levels.last_mut() {
            let (wrong, twice) = (level.filled && !is_short, level.after_value);
            level.keyless = true;
            level.filled = false;
            level.after_value = true;
            if wrong {
                return self.error("a key must fit on one line of up to 1024 characters");
            }
            if twice {
                return self.error("two colons follow a key");
            }
        }
        self.at += 1;
        let remembers = self.remembers();
        if let Some(level) = self.levels.last_mut() {
            level.remembers = remembers;
        }
        // The parser is particular about what `:` may touch.
        let (next, last) = (self.peek(0), self.text.as_bytes()[self.at - 2]);
        if next == b'\t' || !(is_blank(next) || matches!(last, b'"' | b'\'' | b']' | b'}')) {
            self.insert(" ");
        }
        Ok(())
    }

    /// Passes an anchor or alias.
    fn name(&mut self) {
        self.at += 1;
        while !is_blank(self.peek(0)) && !b",[]{}".contains(&self.peek(0)) {
            self.at += 1;
        }
    }

    fn tag(&mut self) -> Result<(), YamlError> {
        self.begin();
        let start = self.at;
        let in_tag =
            |byte: u8| byte.is_ascii_alphanumeric() || b"-;/?:@&=+$,_.!~*'()[]%#".contains(&byte);
        self.at += 1;
        let verbatim = self.peek(0) == b'<';
        if verbatim {
            self.at += 1;
        }
        while in_tag(self.peek(0)) {
            self.at += 1;
        }
        if verbatim && self.peek(0) == b'>' {
            self.at += 1;
        }
        let text = &self.text[start..self.at];
        if !verbatim && text.contains([',', '[', ']']) {
            return self.error(&format!("the tag {} is unknown", shown(text)));
        }
        if !matches!(self.peek(0), 0 | b' ' | b'\n' | b'\r') {
            return self.error("expected a space after a tag");
        }
        Ok(())
    }

    /// Passes a block scalar, up to the first line that is not its own.
    fn block_scalar(&mut self) -> Result<(), YamlError> {
        if self.indents.last() == Some(&self.column()) {
            if self.filled {
                return self.error("a block scalar follows a value");
            }
            // The parser would take it for a key here.
            self.insert(" ");
        }
        self.filled = true;
        self.key = None;
        self.key_allowed = true;
        self.at += 1;
        let mut explicit = None;
        for _ in 0..2 {
            match self.peek(0) {
                b'+' | b'-' => self.at += 1,
                digit @ b'1'..=b'9' if explicit.is_none() => {
                    explicit = Some(usize::from(digit - b'0'));
                    self.at += 1;
                }
                _ => {}
            }
        }
        if !is_break(self.peek(0)) && self.peek(0) != b' ' {
            return self.error("expected a line break after a block scalar's indicators");
        }
        while self.peek(0) == b' ' {
            self.at += 1;
        }
        if self.peek(0) == b'#' {
            self.skip_line();
        }
        if !is_break(self.peek(0)) {
            return self.error("expected a comment or line break after '|' or '>'");
        }
        if !self.at_end() {
            self.new_line();
        }
        self.block_lines(explicit)
    }

    /// Passes the lines of a block scalar.
    fn block_lines(&mut self, explicit: Option<usize>) -> Result<(), YamlError> {
        let least = self.min_indent();
        let indent = match explicit {
            Some(more) => least.max(1) + more - 1,
            None => least.max(self.found_indent()?),
        };
        let mut empty = true;
        while !self.at_end() {
            let spaces = self.spaces(self.at);
            let is_blank = is_break(self.peek(spaces));
            if (!is_blank && spaces < indent) || (least == 0 && self.at_marker()) {
                break;
            }
            self.skip_line();
            if self.at_end() {
                // A last line of too few spaces adds nothing; nor does one of spaces alone, but
                // the parser takes the very first for a line.
                self.unbroken = !is_blank
                    || (if empty {
                        spaces > 0
                    } else {
                        spaces >= indent.max(1)
                    });
                break;
            }
            empty = false;
            self.new_line();
        }
        Ok(())
    }

    /// The spaces at a place.
    fn spaces(&self, at: usize) -> usize {
        let rest = &self.text.as_bytes()[at..];
        rest.iter().take_while(|byte| **byte == b' ').count()
    }

    /// The indentation a block scalar has by its first line that is not blank: as much as that
    /// line's, or a blank line's before it where that is more.
    fn found_indent(&self) -> Result<usize, YamlError> {
        let bytes = self.text.as_bytes();
        let (mut at, mut first, mut widest) = (self.at, None, 0);
        loop {
            let spaces = self.spaces(at);
            widest = widest.max(spaces);
            match bytes.get(at + spaces) {
                Some(b'\n' | b'\r') => {
                    first.get_or_insert(spaces);
                    at += spaces + 1;
                }
                _ => break,
            }
        }
        match first {
            Some(first) if first > 0 && widest > first => {
                self.error("a block scalar's first line is indented less than the next")
            }
            _ => Ok(widest),
        }
    }

    /// Passes a quoted scalar.
    fn quoted(&mut self, quote: u8) -> Result<(), YamlError> {
        let line = self.line;
        self.at += 1;
        loop {
            match self.peek(0) {
                0 => break,
                b'\n' | b'\r' => {
                    self.new_inner_line();
                    continue;
                }
                b'\\' if quote == b'"' && matches!(self.peek(1), b'"' | b'\\') => self.at += 1,
                b'\\' if quote == b'"' && self.code_escape()? => continue,
                b'\'' if quote == b'\'' && self.peek(1) == b'\'' => self.at += 1,
                byte if byte == quote => {
                    self.at += 1;
                    break;
                }
                _ => {}
            }
            self.at += 1;
        }
        if self.line != line {
            self.key = None;
        }
        Ok(())
    }

    /// Puts the character in place of an escape that means one which `surrogates` holds otherwise
    /// than the parser would: half of a pair, or a character of its block.
    fn code_escape(&mut self) -> Result<bool, YamlError> {
        let length = match self.peek(1) {
            b'u' => 4,
            b'U' => 8,
            _ => return Ok(false),
        };
        let (start, end) = (self.at + 2, self.at + 2 + length);
        let digits = self.text.get(start..end);
        let digits = digits.filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()));
        let Some(code) = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok()) else {
            return Ok(false);
        };
        if code > u32::from(char::MAX) {
            return Err(YamlError {
                is_python_exception: true,
                ..self.trouble("chr() arg not in range(0x110000)")
            });
        }
        let text = surrogates::of_code_points([code]);
        if !surrogates::are_in(&text) {
            return Ok(false);
        }
        self.insert(&text);
        self.at = end;
        self.copied = end;
        Ok(true)
    }

    /// Passes a plain scalar.
    fn plain(&mut self) -> Result<(), YamlError> {
        let (start, start_line) = (self.at, self.line);
        let mut end = start;
        loop {
            let word = self.at;
            while !self.ends_word() {
                self.at += 1;
            }
            if self.at == word {
                break;
            }
            end = self.at;
            self.key_allowed = false;
            if !self.plain_goes_on() {
                break;
            }
        }
        if self.line != start_line {
            self.key = None;
        }
        // In flow collections `ruamel.yaml` lets a plain scalar begin with a colon, and end with
        // one or with a dash. None of these mean anything but a string, so quotes change nothing.
        let scalar = &self.text[start..end];
        if scalar.contains(MARK) {
            return self.error("a byte order mark stands inside the document");
        }
        if !self.levels.is_empty()
            && self.copied <= start
            && (scalar.starts_with(':') || scalar.ends_with([':', '-']))
        {
            self.out.push_str(&self.text[self.copied..start]);
            self.out
                .push_str(&format!("'{}'", scalar.replace('\'', "''")));
            self.copied = end;
        }
        Ok(())
    }

    /// Whether a plain scalar's word ends here.
    fn ends_word(&self) -> bool {
        let byte = self.peek(0);
        let in_flow = !self.levels.is_empty();
        match byte {
            b':' if !is_blank(self.peek(1)) => false,
            b':' => true,
            b'?' => in_flow && self.version == Version::V1_1,
            b',' | b'[' | b']' | b'{' | b'}' => in_flow,
            _ => is_blank(byte),
        }
    }

    /// Passes the white space after a plain scalar's word; tells whether another may follow.
    fn plain_goes_on(&mut self) -> bool {
        let start = self.at;
        while self.peek(0) == b' ' {
            self.at += 1;
        }
        let in_flow = !self.levels.is_empty();
        if is_break(self.peek(0)) {
            self.key_allowed = true;
            while !self.at_end() && (self.peek(0) == b' ' || is_break(self.peek(0))) {
                if self.peek(0) == b' ' {
                    self.at += 1;
                    continue;
                }
                if in_flow {
                    self.new_inner_line();
                } else {
                    self.new_line();
                }
                if self.at_marker() {
                    return false;
                }
            }
        }
        self.at > start && self.peek(0) != b'#' && (in_flow || self.column() >= self.min_indent())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_what_the_parser_would_refuse() {
        let table = [
            ("a: [\n1\n]", "a: [\n 1\n ]"),
            ("a: \"b\nc\"", "a: \"b\n c\""),
            ("[\n1\n]", "[\n1\n]"),
            ("- a: [\n ]", "- a: [\n   ]"),
            ("{a:, b: -}", "{'a:', b: '-'}"),
            ("{a:\tb}", "{a: \tb}"),
            ("{\"a\":1}", "{\"a\":1}"),
            ("[a]#c", "[a] #c"),
            ("k:\n|\n x", "k:\n |\n x"),
            ("[?a]", "[? a]"),
            (
                "a: |\n  [\n  x: \"\nb: [\n]",
                "a: |\n  [\n  x: \"\nb: [\n ]",
            ),
        ];
        for (text, expected) in table {
            let source = adapt(text).expect("it is good");
            assert_eq!(source.text, expected, "for {text:?}");
        }
    }

    #[test]
    fn refuses_what_the_parser_would_take() {
        let table = [
            ("a: 1\n\tb", 2, 1),
            ("a: b\t", 1, 5),
            ("é: \t", 1, 4),
            ("[a\tb]", 1, 4),
            ("{a\n: b}", 2, 1),
            ("[|]", 1, 2),
            ("[!!str, a]", 1, 8),
            ("...", 1, 1),
            ("%YAML 2.0\n--- a", 1, 10),
            ("a: \u{feff}b", 1, 4),
            ("a\u{0}", 1, 2),
            ("- x\n|\n", 2, 1),
        ];
        for (text, line, column) in table {
            let error = adapt(text).expect_err(text);
            assert_eq!((error.line, error.column), (line, column), "for {text:?}");
        }
    }

    #[test]
    fn counts_columns_as_written() {
        let source = adapt("k: [\n1\n]").expect("it is good");
        assert_eq!((source.column(1, 3), source.column(2, 1)), (4, 1));
    }
}
