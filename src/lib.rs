//! `aws cognito-sync` as one small, fast program: the library beneath it.

pub mod model;
