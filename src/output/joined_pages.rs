//! Renders the pages of a list as one response. Where the format allows it, each page is rendered as
//! soon as it is there, so that memory does not grow with the number of pages.

use serde_json::{Map, Value as Json};

use super::json::JsonListParts;
use super::{OutputFormat, OutputOptions, RenderedOutput, render_document};
use crate::error::Result;
use crate::model::{NEXT_TOKEN, Structure};

/// The member of a response with the number of entries in its list.
const COUNT: &str = "Count";

/// Renders the pages of a list.
///
/// The list has the entries of all pages, `Count` their number, and each other member is that of the
/// first page. `json`, `yaml` and `table` render that as one document. As in the AWS CLI, `text` has
/// the lines of each page in turn, of which the later ones have `Count` and the list only, and
/// `yaml-stream` one item for each page, whole.
pub struct JoinedPages<'a> {
    list: &'static str,
    structure: &'static Structure,
    options: OutputOptions<'a>,
    mode: Mode,
    /// The members of the first page beside the list.
    first: Option<Map<String, Json>>,
    count: usize,
}

enum Mode {
    /// Parts of one JSON document.
    JsonParts(JsonListParts),
    /// A document for each page.
    EachPage,
    /// One document of all entries.
    Collect(Option<Vec<Json>>),
}

impl<'a> JoinedPages<'a> {
    /// Begins a response of this structure, with the paged list `list`.
    pub fn new(
        list: &'static str,
        structure: &'static Structure,
        options: OutputOptions<'a>,
    ) -> JoinedPages<'a> {
        let mode = match options.format {
            _ if options.query.is_some() => Mode::Collect(None),
            Ok(OutputFormat::Json) => Mode::JsonParts(JsonListParts::new(list)),
            Ok(OutputFormat::Text | OutputFormat::YamlStream | OutputFormat::Off) => Mode::EachPage,
            _ => Mode::Collect(None),
        };
        JoinedPages {
            list,
            structure,
            options,
            mode,
            first: None,
            count: 0,
        }
    }

    /// Whether pages are printed before the last one is there.
    pub fn is_streamed(&self) -> bool {
        !matches!(self.mode, Mode::Collect(_))
    }

    /// The number of entries so far.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Renders what a page adds to the output: its `entries`, `None` if it has no list, and its other
    /// members. `resume_token` is the NextToken to print if no page follows although more are left.
    pub fn add(
        &mut self,
        entries: Option<Vec<Json>>,
        mut others: Map<String, Json>,
        resume_token: Option<&str>,
    ) -> Result<RenderedOutput> {
        let length = entries.as_ref().map_or(0, Vec::len);
        self.count += length;
        if let Some(count) = others.get_mut(COUNT) {
            *count = length.into();
        }
        let is_first = self.first.is_none();
        if is_first {
            self.first = Some(others.clone());
        }
        match &mut self.mode {
            Mode::JsonParts(parts) => Ok(entries.map_or_else(RenderedOutput::default, |entries| {
                parts.entries(&entries).into()
            })),
            Mode::Collect(all) => {
                if let Some(entries) = entries {
                    all.get_or_insert_default().extend(entries);
                }
                Ok(RenderedOutput::default())
            }
            Mode::EachPage => {
                let is_text = self.options.format == Ok(OutputFormat::Text);
                if is_text && !is_first {
                    others.retain(|name, _| name == COUNT);
                }
                if let Some(token) = resume_token.filter(|_| !is_text) {
                    others.insert(NEXT_TOKEN.to_string(), token.into());
                }
                let page = self.document(entries, others);
                render_document(&page, &self.options)
            }
        }
    }

    /// Renders the end of the output.
    pub fn finish(mut self, resume_token: Option<String>) -> Result<RenderedOutput> {
        let mut others = self.first.take().unwrap_or_default();
        match std::mem::replace(&mut self.mode, Mode::EachPage) {
            Mode::EachPage => match (resume_token, self.options.format) {
                (Some(token), Ok(OutputFormat::Text)) => {
                    let document = serde_json::json!({ NEXT_TOKEN: { NEXT_TOKEN: token } });
                    render_document(&document, &self.options)
                }
                _ => Ok(RenderedOutput::default()),
            },
            Mode::JsonParts(parts) => {
                self.total(&mut others, resume_token);
                let Json::Object(members) = self.document(None, others) else {
                    return Ok(RenderedOutput::default());
                };
                Ok(parts.finish(&members).into())
            }
            Mode::Collect(all) => {
                self.total(&mut others, resume_token);
                let document = self.document(all, others);
                render_document(&document, &self.options)
            }
        }
    }

    fn total(&self, others: &mut Map<String, Json>, resume_token: Option<String>) {
        if let Some(count) = others.get_mut(COUNT) {
            *count = self.count.into();
        }
        if let Some(token) = resume_token {
            others.insert(NEXT_TOKEN.to_string(), token.into());
        }
    }

    /// The document of these members, in the order of the structure.
    fn document(&self, entries: Option<Vec<Json>>, mut others: Map<String, Json>) -> Json {
        if let Some(entries) = entries {
            others.insert(self.list.to_string(), entries.into());
        }
        let members = self.structure.aws_cli_members();
        let ordered = members.filter_map(|member| others.remove_entry(member.name));
        Json::Object(ordered.collect())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::model::{OPERATIONS, Operation};
    use crate::output::{TableColor, TimestampFormat, json as json_format, render_json};

    fn options(format: OutputFormat) -> OutputOptions<'static> {
        OutputOptions {
            format: Ok(format),
            query: None,
            title: "ListRecords",
            color: TableColor::Off,
            stdout_is_terminal: false,
            terminal_width: None,
            timestamps: TimestampFormat::Wire,
            show_unmodeled: false,
            is_plain_utf8: true,
            is_skeleton: false,
        }
    }

    fn printed(output: RenderedOutput) -> String {
        let mut bytes = Vec::new();
        let written = output.write_to(&mut bytes, || None, &crate::encoding::Encoding::UTF_8);
        written.expect("writes to memory succeed");
        String::from_utf8(bytes).expect("text")
    }

    /// Renders pages of `list-records`, each a document with a list `Records`.
    fn joined(format: OutputFormat, pages: &[Json], resume_token: Option<&str>) -> String {
        let operation = Operation::find_by_command("list-records").expect("an operation");
        let mut joined = JoinedPages::new("Records", operation.output, options(format));
        let mut text = String::new();
        for (number, page) in pages.iter().enumerate() {
            let mut others = page.as_object().expect("an object").clone();
            let entries = others.remove("Records");
            let entries = entries.map(|list| list.as_array().expect("a list").clone());
            let is_last = number + 1 == pages.len();
            let page = joined.add(entries, others, resume_token.filter(|_| is_last));
            text += &printed(page.expect("it can be rendered"));
        }
        text + &printed(
            joined
                .finish(resume_token.map(str::to_string))
                .expect("it can be rendered"),
        )
    }

    #[test]
    fn json_of_parts_is_that_of_the_whole() {
        let pages = [
            vec![
                json!({"Records": [{"Key": "a"}, {"Key": "b"}], "Count": 2, "DatasetSyncCount": 7}),
                json!({"Records": [], "Count": 0}),
                json!({"Records": [{"Key": "c", "Value": "x\n"}], "Count": 1, "DatasetSyncCount": 8}),
            ],
            vec![json!({"Records": []}), json!({"Records": [], "Count": 0})],
            vec![json!({"Count": 0}), json!({"Records": [{"Key": "a"}]})],
            vec![json!({"Count": 0})],
            vec![json!({}), json!({})],
            vec![
                json!({"Records": ["x", null, 1.5]}),
                json!({"Records": [[], {}]}),
            ],
        ];
        let wholes = [
            json!({"Records": [{"Key": "a"}, {"Key": "b"}, {"Key": "c", "Value": "x\n"}], "Count": 3, "DatasetSyncCount": 7}),
            json!({"Records": []}),
            json!({"Records": [{"Key": "a"}], "Count": 1}),
            json!({"Count": 0}),
            json!({}),
            json!({"Records": ["x", null, 1.5, [], {}]}),
        ];
        for (pages, whole) in pages.iter().zip(wholes) {
            let want = match whole == json!({}) {
                true => String::new(),
                false => render_json(&whole),
            };
            assert_eq!(joined(OutputFormat::Json, pages, None), want);
        }
    }

    #[test]
    fn parts_have_the_writes_of_the_whole() {
        let entries = [json!({"Key": "a", "Value": "é"}), json!("b"), json!(1)];
        let mut parts = JsonListParts::new("Records");
        let mut starts = Vec::new();
        let mut offset = 0;
        let mut add = |part: crate::output::write_buffer::WriteBuffer| {
            starts.extend(part.starts().iter().map(|start| start + offset));
            offset += part.as_str().len();
        };
        add(parts.entries(&entries[..1]));
        add(parts.entries(&entries[1..]));
        let members = json!({"LastModifiedBy": "x"});
        add(parts.finish(members.as_object().expect("an object")));
        let whole = json!({"Records": entries, "LastModifiedBy": "x"});
        assert_eq!(starts, json_format::render(&whole).starts());
    }

    #[test]
    fn renders_each_page_of_text_and_yaml_stream() {
        let pages = [
            json!({"Records": [{"Key": "a"}], "Count": 1, "DatasetSyncCount": 7}),
            json!({"Records": [{"Key": "b"}], "Count": 1, "DatasetSyncCount": 8}),
        ];
        assert_eq!(
            joined(OutputFormat::Text, &pages, Some("t")),
            "1\t7\nRECORDS\ta\n1\nRECORDS\tb\nNEXTTOKEN\tt\n"
        );
        assert_eq!(
            joined(OutputFormat::YamlStream, &pages, Some("t")),
            "- Count: 1\n  DatasetSyncCount: 7\n  Records:\n  - Key: a\n\
             - Count: 1\n  DatasetSyncCount: 8\n  NextToken: t\n  Records:\n  - Key: b\n"
        );
        assert_eq!(joined(OutputFormat::Off, &pages, Some("t")), "");
    }

    #[test]
    fn every_paged_list_is_the_first_member() {
        for operation in &OPERATIONS {
            if let Some(list) = operation.paged_list() {
                let first = operation.output.members.first().map(|member| member.name);
                assert_eq!(first, Some(list.name), "{}", operation.name);
            }
        }
    }
}
