//! Configuration of identity pools as files: state files are parsed, compared with the live
//! configuration and applied to it, and written from it.

mod changes;
mod desired_pool;
mod failure;
mod live_configuration;
mod merge;
mod outcome;
mod pool_update;
pub mod report;
mod section;
mod section_group;
pub mod state_file;
mod update;

pub use changes::{MemberChange, compare};
pub use live_configuration::LiveConfiguration;
pub use merge::merge;
pub use section::{PoolConfiguration, given_sections};
pub use section_group::SectionGroup;
pub use update::{UpdateOutcome, UpdatePlan, UpdateTarget};
