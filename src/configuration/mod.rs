//! Configuration of identity pools as files: state files are parsed, compared with the live
//! configuration and applied to it, and written from it.

mod changes;
mod desired_pool;
mod outcome;
mod section;
pub mod state_file;
