//! `aws cognito-sync` as one small, fast program: the library beneath it.

pub mod environment;
pub mod error;
pub mod model;
pub mod output;
pub mod params;
pub mod python;
pub mod service;
pub mod settings;
