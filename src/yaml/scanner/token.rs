//! Tokens of a YAML stream.

use std::borrow::Cow;

use crate::yaml::error::Position;

/// A token and where it starts.
#[derive(Debug)]
pub(in crate::yaml) struct YamlToken<'t> {
    pub(in crate::yaml) kind: YamlTokenKind<'t>,
    pub(in crate::yaml) position: Position,
}

#[derive(Debug, PartialEq)]
pub(in crate::yaml) enum YamlTokenKind<'t> {
    StreamEnd,
    Directive(Directive<'t>),
    /// `---`
    DocumentStart,
    /// `...`
    DocumentEnd,
    /// The first entry of a block sequence follows.
    BlockSequenceStart,
    /// The first key of a block mapping follows.
    BlockMappingStart,
    /// The end of a block collection.
    BlockEnd,
    /// `[`
    FlowSequenceStart,
    /// `]`
    FlowSequenceEnd,
    /// `{`
    FlowMappingStart,
    /// `}`
    FlowMappingEnd,
    /// `-`
    BlockEntry,
    /// `,`
    FlowEntry,
    /// `?`, or the place before a simple key.
    Key,
    /// `:`
    Value,
    /// `*name`
    Alias(&'t str),
    /// `&name`
    Anchor(&'t str),
    Tag(TagToken<'t>),
    Scalar(Scalar<'t>),
}

/// A tag as written.
#[derive(Debug, PartialEq)]
pub(in crate::yaml) struct TagToken<'t> {
    /// `!`, `!!` or `!name!`; `None` where the suffix is the whole tag.
    pub(in crate::yaml) handle: Option<&'t str>,
    /// The rest, with its percent escapes decoded.
    pub(in crate::yaml) suffix: String,
}

/// A scalar's text, with its escapes and line folding resolved.
#[derive(Debug, PartialEq)]
pub(in crate::yaml) struct Scalar<'t> {
    pub(in crate::yaml) text: Cow<'t, str>,
    pub(in crate::yaml) is_plain: bool,
}

#[derive(Debug, PartialEq)]
pub(in crate::yaml) enum Directive<'t> {
    /// `%YAML` with major and minor version.
    Yaml(u32, u32),
    /// `%TAG` with handle and prefix.
    Tag(&'t str, String),
    /// Any other, which has no effect.
    Reserved,
}
