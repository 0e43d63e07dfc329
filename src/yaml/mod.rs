//! YAML as AWS CLI 2.36.7 reads it (`--cli-input-yaml`) and prints it (`--output yaml`), which is
//! as `ruamel.yaml` does.

mod constructor;
mod emitter;
mod scanner;

pub(crate) use constructor::read;
pub(crate) use emitter::{Timestamps, document, stream};
