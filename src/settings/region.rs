//! The region: `--region`, AWS_REGION, AWS_DEFAULT_REGION, the profile. Where none of them sets one, it
//! is that of the identity pool, whose id begins with it. For an operation without a pool it is, as for
//! the AWS CLI, that of the EC2 instance; a pool is in no other region than its own, so that there the
//! instance is not asked.

use super::SettingsArgs;
use super::credentials::InstanceMetadata;
use super::shared_files::Profile;
use crate::diagnostics::Diagnostics;
use crate::environment::Environment;
use crate::error::{Error, ErrorKind, Result};
use crate::model::REGIONS;

/// The region, or who may know it.
#[derive(Debug)]
pub(super) enum RegionSource {
    Known(Region),
    /// Nothing sets one; where this is an EC2 instance, its own counts.
    InstanceMetadata(InstanceMetadata),
}

/// A region, and what has set it.
#[derive(Debug)]
pub(super) struct Region {
    /// The one that requests are signed for.
    pub(super) name: String,
    /// Whether it was set by a name such as `fips-us-east-1`, which chooses FIPS endpoints.
    pub(super) is_fips: bool,
    pub(super) source: &'static str,
}

/// The first region that is set, checked for its form.
pub(super) fn resolve(
    args: &SettingsArgs,
    environment: &Environment,
    profile: Option<&Profile<'_>>,
    pool: Option<&str>,
) -> Result<Option<Region>> {
    let of_profile = profile.and_then(|profile| profile.get("region"));
    let sources = [
        (args.region.as_deref(), "the command line"),
        (environment.get("AWS_REGION"), "AWS_REGION"),
        (environment.get("AWS_DEFAULT_REGION"), "AWS_DEFAULT_REGION"),
        (of_profile, "region of the profile"),
        (pool.and_then(of_pool), "the identity pool's id"),
    ];
    let mut set = sources.into_iter();
    let Some((name, source)) = set.find_map(|(name, source)| Some((name?, source))) else {
        return Ok(None);
    };
    check(name)?;
    Ok(Some(Region::new(name, source)))
}

/// What counts where a region is set, but empty. The AWS CLI goes on if the request has an endpoint of
/// its own, and signs it for no region, which the SDK cannot: it takes the pool's, or else any.
pub(super) fn in_place_of_empty(has_endpoint: bool, pool: Option<&str>) -> Result<Region> {
    if !has_endpoint {
        let message = "Invalid endpoint: https://cognito-sync..amazonaws.com";
        return Err(Error::general(message).hint("the region is set, but empty"));
    }
    let name = pool.and_then(of_pool).unwrap_or("us-east-1");
    let source = "the default, as the one that is set is empty";
    Ok(Region::new(name, source))
}

/// The region that a request is signed for where no account is asked.
pub(super) fn of_no_account(pool: Option<&str>) -> Region {
    let name = pool.and_then(of_pool).unwrap_or("us-east-1");
    Region::new(name, "--local")
}

/// The region that the instance has told.
pub(super) fn of_instance(told: Option<String>) -> Result<Region> {
    let name = told.ok_or_else(missing)?;
    check(&name)?;
    Ok(Region::new(&name, "the instance's metadata"))
}

/// The region that an identity pool's id begins with, if that can be one.
fn of_pool(pool: &str) -> Option<&str> {
    let (region, _) = pool.split_once(':')?;
    let parts: Vec<_> = region.split('-').collect();
    let (number, words) = parts.split_last()?;
    let consists_of =
        |part: &&str, is: fn(&u8) -> bool| !part.is_empty() && part.bytes().all(|b| is(&b));
    let is_region = region.len() <= 63
        && words.len() >= 2
        && words
            .iter()
            .all(|word| consists_of(word, u8::is_ascii_lowercase))
        && consists_of(number, u8::is_ascii_digit);
    is_region.then_some(region)
}

impl RegionSource {
    /// Whether a region is set, but is empty.
    pub(super) fn is_empty(&self) -> bool {
        matches!(self, RegionSource::Known(region) if region.name.is_empty())
    }
}

impl Region {
    /// A region by any of its names: FIPS has some of its own.
    fn new(name: &str, source: &'static str) -> Region {
        let region = name.replace("fips-", "").replace("-fips", "");
        Region {
            is_fips: region != name,
            name: region,
            source,
        }
    }

    /// Warns that the identity pool is in another region, if it is.
    pub(super) fn warn(&self, pool: Option<&str>, diagnostics: &Diagnostics) {
        let elsewhere = pool.and_then(of_pool).filter(|region| *region != self.name);
        if let Some(other) = elsewhere {
            let line = format!(
                "the identity pool is in {other}, but the region is {} (from {})",
                self.name, self.source
            );
            diagnostics.warn_with_hints(&line);
        }
    }

    /// Advice, where the service is not known to be in this region.
    pub(super) fn availability_hint(&self) -> Option<String> {
        let known: Vec<_> = REGIONS.iter().map(|(name, _)| *name).collect();
        (!known.contains(&self.name.as_str())).then(|| {
            format!(
                "Cognito Sync is not known to be in {} (from {}), but in {}",
                self.name,
                self.source,
                known.join(", ")
            )
        })
    }
}

/// A region becomes part of a host name, so it must be able to.
pub(super) fn check(region: &str) -> Result<()> {
    let label = region.len() <= 63
        && region
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '-')
        && !region.starts_with('-')
        && !region.ends_with('-')
        && (region.is_empty() || !region.chars().all(|c| c.is_ascii_digit()));
    if label {
        return Ok(());
    }
    Err(Error::general(format!(
        "Provided region_name '{region}' doesn't match a supported format."
    )))
}

/// That nothing sets a region.
pub(super) fn missing() -> Error {
    Error::new(
        ErrorKind::NoRegion,
        "You must specify a region. You can also configure your region by running \
         \"aws configure\".",
    )
    .hint("--region NAME or AWS_REGION=NAME sets it for one command")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_source_of_a_region_counts() {
        let with = |more: [(&str, &str); 2], region: Option<&str>, pool: Option<&str>| {
            let args = SettingsArgs {
                region: region.map(str::to_string),
                ..SettingsArgs::default()
            };
            resolve(&args, &Environment::from(more), None, pool)
                .map(|found| found.map(|region| (region.name, region.source)))
                .map_err(|e| e.kind)
        };
        let found = |name: &str, source| Ok(Some((name.to_string(), source)));
        let both = [("AWS_REGION", "r1"), ("AWS_DEFAULT_REGION", "r2")];
        let none = [("X", ""), ("Y", "")];
        let pool = Some("eu-west-1:1");
        assert_eq!(
            with(both, Some("r0"), pool),
            found("r0", "the command line")
        );
        assert_eq!(with(both, None, pool), found("r1", "AWS_REGION"));
        assert_eq!(
            with([none[0], both[1]], None, pool),
            found("r2", "AWS_DEFAULT_REGION")
        );
        assert_eq!(
            with(none, None, pool),
            found("eu-west-1", "the identity pool's id")
        );
        assert_eq!(with(none, None, Some("p")), Ok(None));
        assert_eq!(with(none, None, None), Ok(None));
        assert_eq!(with(none, Some("a b"), pool), Err(ErrorKind::General));
        // Set, but empty: what the AWS CLI does not pass over is not passed over here.
        assert_eq!(
            with([("AWS_REGION", ""), none[1]], None, pool),
            found("", "AWS_REGION")
        );
    }

    #[test]
    fn only_what_can_be_a_region_is_taken_from_a_pool() {
        for region in ["us-east-1", "us-gov-west-1", "eusc-de-east-12"] {
            assert_eq!(of_pool(&format!("{region}:x")), Some(region));
        }
        for pool in [
            "",
            ":",
            "us-east-1",
            "east-1:x",
            "us-east:x",
            "US-EAST-1:x",
            "us--1:x",
            "us-east-1.evil.example/:x",
            "-a-1:x",
            "a-b-é:x",
            "1-2-3:x",
        ] {
            assert_eq!(of_pool(pool), None, "{pool}");
        }
    }

    #[test]
    fn regions_without_the_service_are_named() {
        let availability_hint = |name: &str| {
            Region::new(name, "x")
                .availability_hint()
                .unwrap_or_default()
        };
        assert_eq!(availability_hint("us-east-1"), "");
        assert!(availability_hint("eu-north-1").contains("not known to be in eu-north-1"));
    }
}
