//! A call whose settings are resolved and whose input is valid.

use serde_json::{Map, Value as Json};

use super::{RunContext, disabled_reason, next_page};
use crate::cli::OperationCommand;
use crate::clients;
use crate::encoding;
use crate::error::{Error, Result};
use crate::model::Operation;
use crate::output::{
    self, OutputFormat, OutputOptions, RenderedOutput, TableColor, TimestampFormat,
};
use crate::params::{self, UnvalidatedInput};
use crate::service::{self, Client, ThrottlingMode};
use crate::settings::{self, Settings};
use crate::timestamp::LocalZone;

/// The member of inputs that holds the ID of the identity pool.
const POOL: &str = "IdentityPoolId";

/// A call with its settings and its valid input.
pub(super) struct ResolvedCall<'a> {
    pub(super) call: &'a OperationCommand,
    pub(super) context: &'a RunContext<'a>,
    pub(super) settings: Settings,
    /// The input document.
    pub(super) input: Map<String, Json>,
    zone: LocalZone,
}

impl<'a> ResolvedCall<'a> {
    /// Resolves the settings, then validates the input.
    pub(super) fn new(
        call: &'a OperationCommand,
        document: &UnvalidatedInput,
        context: &'a RunContext<'a>,
    ) -> Result<ResolvedCall<'a>> {
        let (environment, diagnostics) = (context.environment, &context.diagnostics);
        let pool = document.text(POOL);
        let settings = settings::resolve(&call.settings, pool, environment, diagnostics)?;
        let zone = LocalZone::new(environment);
        let input = params::validate_input(document, call.operation, &zone)?;
        Ok(ResolvedCall {
            call,
            context,
            settings,
            input,
            zone,
        })
    }

    /// Resolves the settings of a call for an identity pool, whose other input does not matter.
    pub(super) fn of_pool(
        call: &'a OperationCommand,
        pool: &str,
        context: &'a RunContext<'a>,
    ) -> Result<ResolvedCall<'a>> {
        let (environment, diagnostics) = (context.environment, &context.diagnostics);
        Ok(ResolvedCall {
            call,
            context,
            settings: settings::resolve(&call.settings, Some(pool), environment, diagnostics)?,
            input: Map::from_iter([(POOL.to_string(), Json::from(pool))]),
            zone: LocalZone::new(environment),
        })
    }

    /// ID of the identity pool; empty if the input has none.
    pub(super) fn pool(&self) -> &str {
        self.input
            .get(POOL)
            .and_then(Json::as_str)
            .unwrap_or_default()
    }

    /// Calls the operation and renders the response.
    pub(super) fn call(&self, client: &Client) -> Result<RenderedOutput> {
        let called = service::call(client, self.call.operation, &self.input);
        let response = called.map_err(|error| self.explain(error))?;
        self.render_response(response.response.body)
    }

    /// Creates the client of the call. Fetches the credentials.
    pub(super) fn client(&mut self) -> Result<Client> {
        let settings = &mut self.settings;
        let ready = settings.sdk_config()?;
        let transport = clients::transport(settings, self.context.environment)?;
        let throttling = throttling_mode(settings);
        let endpoint = settings.endpoint.clone();
        let destination = clients::destination(settings, transport, endpoint, throttling);
        Ok(Client::new(self.call.operation.service, ready, destination))
    }

    /// Creates likewise a client for many calls, which renews the credentials.
    pub(super) fn renewing_client(&mut self) -> Result<Client> {
        let service = self.call.operation.service;
        let settings = &mut self.settings;
        let credentials = settings.renewing_credentials()?;
        let ready = settings.service_settings(service, &credentials)?;
        let transport = clients::transport(settings, self.context.environment)?;
        let throttling = throttling_mode(settings);
        let destination = clients::destination(settings, transport, ready.endpoint, throttling);
        Ok(Client::new(service, ready.sdk, destination))
    }

    /// Adds hints about likely reasons to the error of the service or the connection.
    pub(super) fn explain(&self, error: Error) -> Error {
        let hints = params::enum_value_hints(&self.input, self.call.operation.input);
        let hints = hints.into_iter().chain(self.settings.region_hint());
        hints.fold(error, Error::hint)
    }

    /// Renders the body of the response.
    pub(super) fn render_response(&self, body: Vec<u8>) -> Result<RenderedOutput> {
        let diagnostics = &self.context.diagnostics;
        if diagnostics.shows_hints()
            && self.call.operation.output.has_unmodeled_members()
            && let Some(hint) = disabled_reason::hint(&body)
        {
            diagnostics.hint(&hint);
        }
        if diagnostics.shows_hints() && !self.call.options.no_paginate {
            next_page::print_hint(diagnostics, self.call.operation, &body);
        }
        let options = self.response_options()?;
        output::render_response(body, self.call.operation.output, &options)
    }

    /// Renders the body of a response of another operation.
    pub(super) fn render_response_of(
        &self,
        operation: &'static Operation,
        body: Vec<u8>,
    ) -> Result<RenderedOutput> {
        let options = OutputOptions {
            title: operation.name,
            ..self.response_options()?
        };
        output::render_response(body, operation.output, &options)
    }

    /// The format of timestamps.
    pub(super) fn timestamps(&self) -> TimestampFormat<'_> {
        match self.settings.wire_timestamps {
            true => TimestampFormat::Wire,
            false => TimestampFormat::Iso8601(&self.zone),
        }
    }

    /// The output options of responses.
    pub(super) fn response_options(&self) -> Result<OutputOptions<'_>> {
        Ok(OutputOptions {
            timestamps: self.timestamps(),
            is_plain_utf8: encoding::output_encoding(self.context.environment)?.is_plain_utf8(),
            ..output_options(self.call, &self.settings, self.context)
        })
    }

    /// Renders a document that is printed instead of the response.
    pub(super) fn render_document(&self, document: &Json) -> Result<RenderedOutput> {
        let options = output_options(self.call, &self.settings, self.context);
        output::render_document(document, &options)
    }

    /// Renders an input document, in a format that `--cli-input-json` or `--cli-input-yaml` reads.
    pub(super) fn render_input(&self, document: &Json) -> Result<RenderedOutput> {
        let format = match self.settings.output {
            Ok(OutputFormat::Yaml | OutputFormat::YamlStream) => OutputFormat::Yaml,
            _ => OutputFormat::Json,
        };
        let options = OutputOptions {
            format: Ok(format),
            query: None,
            ..output_options(self.call, &self.settings, self.context)
        };
        output::render_document(document, &options)
    }
}

fn throttling_mode(settings: &Settings) -> ThrottlingMode {
    match settings.is_paced() {
        true => ThrottlingMode::RetryPaced,
        false => ThrottlingMode::Retry,
    }
}

/// The output options that the command line and the settings give.
pub(super) fn output_options<'a>(
    call: &'a OperationCommand,
    settings: &'a Settings,
    context: &RunContext<'_>,
) -> OutputOptions<'a> {
    let terminal = context.terminal;
    let use_color = call.color.is_on(terminal.is_terminal, terminal.no_color);
    OutputOptions {
        format: settings.output.as_ref().copied().map_err(String::as_str),
        query: call.query.as_ref(),
        title: call.operation.name,
        color: if use_color {
            TableColor::On
        } else {
            TableColor::Off
        },
        stdout_is_terminal: terminal.is_terminal,
        terminal_width: terminal.width,
        timestamps: TimestampFormat::Wire,
        show_unmodeled: call.options.show_unmodeled,
        is_plain_utf8: true,
        is_skeleton: false,
    }
}
