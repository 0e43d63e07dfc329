//! `--all-pages`: requests all pages of a list and prints them as one response.

mod starting_token;

use std::io::{self, Write};

use serde_json::Value as Json;

use super::resolved_call::ResolvedCall;
use crate::cancellation::Cancellation;
use crate::cli::{PageOptions, refuse_single_page};
use crate::encoding::{self, Encoding};
use crate::error::{Error, Result};
use crate::interrupt;
use crate::model::{MAX_RESULTS, Member, NEXT_TOKEN};
use crate::output::{JoinedPages, RenderedOutput, unexpected_value};
use crate::paginator::{Paginator, ResponsePage};
use crate::params;
use crate::service::{CallError, Client};
use starting_token::StartingToken;

/// The member that says in which state a dataset was when a page was read.
const SYNC_COUNT: &str = "DatasetSyncCount";

/// Standard output of a run.
pub struct OutputStream<'a> {
    /// The stream.
    pub stream: &'a mut dyn Write,
    /// Returns the file offset of the stream, or `None` for a pipe or a terminal.
    pub position: fn() -> Option<u64>,
}

/// Requests the pages and prints them.
// Not inlined, so that other calls do not have its stack frame.
#[inline(never)]
pub(super) fn run(
    mut resolved: ResolvedCall<'_>,
    options: &PageOptions,
    list: &'static Member,
    stdout: OutputStream<'_>,
) -> Result<RenderedOutput> {
    let start = match &options.starting_token {
        Some(value) => {
            let environment = resolved.context.environment;
            let text = params::load_option_text("--starting-token", value, environment)?;
            StartingToken::parse(&text)?
        }
        None => StartingToken::default(),
    };
    set_input(&mut resolved, options, &start)?;
    let client = resolved.renewing_client()?;
    let output = resolved.response_options()?;
    let reader = PageReader {
        resolved: &resolved,
        list,
        max_items: options.max_items.unwrap_or(usize::MAX),
        skip: start.skip,
        joined: JoinedPages::new(list.name, resolved.call.operation.output, output),
        sync_counts: SyncCounts::default(),
        printer: Printer {
            encoding: encoding::output_encoding(resolved.context.environment)?,
            stdout,
            is_closed: false,
        },
    };
    interrupt::block_on(reader.run(&client))?
}

/// Completes the input of the first request.
fn set_input(
    resolved: &mut ResolvedCall<'_>,
    options: &PageOptions,
    start: &StartingToken,
) -> Result<()> {
    // On the command line, they were refused before.
    for name in [MAX_RESULTS, NEXT_TOKEN] {
        if resolved.input.contains_key(name) {
            let source = format!("{name} of the input document");
            return Err(refuse_single_page(name, &source));
        }
    }
    let size = options.page_size.as_ref().map(|digits| digits.parse());
    if let Some(Ok(size)) = size {
        resolved
            .input
            .insert(MAX_RESULTS.to_string(), Json::Number(size));
    }
    if let Some(token) = &start.next_token {
        resolved
            .input
            .insert(NEXT_TOKEN.to_string(), token.as_str().into());
    }
    Ok(())
}

/// Reads pages and prints them.
struct PageReader<'a, 's> {
    resolved: &'a ResolvedCall<'a>,
    list: &'static Member,
    max_items: usize,
    /// How many entries of the next page are left out.
    skip: usize,
    joined: JoinedPages<'a>,
    sync_counts: SyncCounts,
    printer: Printer<'s>,
}

impl PageReader<'_, '_> {
    async fn run(mut self, client: &Client) -> Result<RenderedOutput> {
        let resolved = self.resolved;
        let mut pages = Paginator::new(client, resolved.call.operation, resolved.input.clone())
            .with_timestamps(resolved.timestamps());
        let never = Cancellation::default();
        let mut resume_token = None;
        loop {
            let page = match pages.next_page(&never).await {
                Ok(Some(page)) => page,
                Ok(None) => break,
                Err(error) => return Err(self.explain(error, pages.token())),
            };
            resume_token = self.print(page)?;
            if resume_token.is_some() || self.printer.is_closed {
                break;
            }
        }
        if let Some(warning) = self.sync_counts.warning() {
            resolved.context.diagnostics.warn(&warning);
        }
        self.joined.finish(resume_token)
    }

    /// Prints a page. Returns the token to go on with if `--max-items` is reached and more is left.
    fn print(&mut self, mut page: ResponsePage) -> Result<Option<String>> {
        self.sync_counts.add(page.members.get(SYNC_COUNT));
        let mut entries = match page.members.remove(self.list.name) {
            None => None,
            Some(Json::Array(entries)) => Some(entries),
            Some(other) => return Err(unexpected_value(self.list.name, &other)),
        };
        let skipped = std::mem::take(&mut self.skip);
        let mut resume = None;
        if let Some(entries) = &mut entries {
            entries.drain(..skipped.min(entries.len()));
            let room = self.max_items - self.joined.count();
            if entries.len() > room {
                entries.truncate(room);
                resume = Some(StartingToken {
                    next_token: page.token,
                    skip: skipped + room,
                });
            } else if entries.len() == room {
                resume = page.next_token.map(|token| StartingToken {
                    next_token: Some(token),
                    skip: 0,
                });
            }
        }
        let resume = resume.map(|token| token.encode());
        let output = self.joined.add(entries, page.members, resume.as_deref())?;
        self.printer.print(output)?;
        Ok(resume)
    }

    /// Adds how to go on to the error of a call behind printed pages.
    fn explain(&self, error: CallError, token: Option<&str>) -> Error {
        let error = self.resolved.explain(error.into_error());
        let count = self.joined.count();
        if count == 0 || !self.joined.is_streamed() {
            return error;
        }
        let token = StartingToken {
            next_token: token.map(str::to_string),
            skip: 0,
        };
        error.hint(format!(
            "the output is incomplete, it has the first {count} entries: --starting-token {} goes on \
             behind them",
            token.encode()
        ))
    }
}

/// The sync counts of a dataset on the pages of its records.
#[derive(Default)]
struct SyncCounts {
    first: Option<Json>,
    /// The last one, if it differs.
    changed: Option<Json>,
}

impl SyncCounts {
    fn add(&mut self, count: Option<&Json>) {
        let Some(count) = count else { return };
        match &self.first {
            None => self.first = Some(count.clone()),
            Some(first) if first != count => self.changed = Some(count.clone()),
            Some(_) => {}
        }
    }

    fn warning(&self) -> Option<String> {
        let (first, last) = (self.first.as_ref()?, self.changed.as_ref()?);
        Some(format!(
            "warning: the dataset changed while its pages were read: its sync count was {first}, then \
             {last}. The output has {first}: list-records --last-sync-count {first} lists the changes \
             since"
        ))
    }
}

/// Prints parts of the output.
struct Printer<'a> {
    stdout: OutputStream<'a>,
    encoding: Encoding,
    /// Whether the reader of the output has closed it.
    is_closed: bool,
}

impl Printer<'_> {
    fn print(&mut self, output: RenderedOutput) -> Result<()> {
        let OutputStream { stream, position } = &mut self.stdout;
        // A reader that stands still must not hold up an interrupt.
        let written = interrupt::with_immediate_exit(|| {
            let unencodable = output.write_to(*stream, *position, &self.encoding)?;
            stream.flush().map(|()| unencodable)
        });
        match written {
            Ok(None) => output.error.map_or(Ok(()), Err),
            Ok(Some(unencodable)) => Err(Error::general(unencodable.to_string())),
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.is_closed = true;
                Ok(())
            }
            Err(error) => Err(Error::general(format!("Printing failed: {error}"))),
        }
    }
}
