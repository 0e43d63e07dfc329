//! The commands that a command line may ask for.

use std::path::PathBuf;

use super::call_options::CallOptions;
use crate::configuration::{ApplyArgs, DiffArgs, PullArgs};
use crate::inventory::InventoryArgs;
use crate::model::Operation;
use crate::output::ColorChoice;
use crate::output::query::Query;
use crate::params::ParsedInput;
use crate::params::skeleton::Skeleton;
use crate::records::{ExportArgs, ImportArgs, StreamExportArgs, VerifyArgs};
use crate::serve_args::ServeArgs;
use crate::settings::SettingsArgs;

/// What a command line asks for.
pub enum Command {
    /// Print this text.
    Text(String),
    /// Write these files, each with its content, and print their names.
    Files(Vec<(PathBuf, String)>),
    /// Run the local service.
    Serve(Box<ServeArgs>),
    /// Print the live configuration of identity pools.
    Pull(Box<PullArgs>),
    /// Compare state files with the live configuration.
    Diff(Box<DiffArgs>),
    /// Apply state files.
    Apply(Box<ApplyArgs>),
    /// Write the records of an identity pool.
    Export(Box<ExportArgs>),
    /// Write the records that a stream has delivered.
    ExportStreams(Box<StreamExportArgs>),
    /// Write the records of files to identity pools.
    Import(Box<ImportArgs>),
    /// Compare the records of files with identity pools.
    Verify(Box<VerifyArgs>),
    /// List what identity pools hold and do.
    Inventory(Box<InventoryArgs>),
    /// Have the shell run this command of an alias.
    Shell(String),
    /// Call an operation, or print a skeleton for it.
    Operation(Box<OperationCommand>),
}

/// An operation with its arguments.
pub struct OperationCommand {
    /// The operation.
    pub operation: &'static Operation,
    /// Its parameters.
    pub input: ParsedInput,
    /// The skeleton to print in place of a call.
    pub skeleton: Option<Skeleton>,
    /// How it is called.
    pub options: CallOptions,
    /// The settings that the options give.
    pub settings: SettingsArgs,
    /// `--query`
    pub query: Option<Query>,
    /// `--color`
    pub color: ColorChoice,
}
