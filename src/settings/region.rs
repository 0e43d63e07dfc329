//! The region: `--region`, AWS_REGION, AWS_DEFAULT_REGION, the profile. Where none of them sets
//! one, it is the prefix of the identity pool's id. An operation without a pool takes, as in the
//! AWS CLI, the region of the EC2 instance; a pool exists only in its own region, so that the
//! metadata service is not queried for it.

use super::SettingsArgs;
use super::credentials::InstanceMetadata;
use super::shared_files::Profile;
use crate::diagnostics::Diagnostics;
use crate::environment::Environment;
use crate::error::{Error, ErrorKind, Result};
use crate::model::REGIONS;

/// The region, or where to fetch it from.
#[derive(Debug)]
pub(super) enum RegionSource {
    Known(Region),
    /// No setting names one: fetch it from the instance metadata.
    InstanceMetadata(InstanceMetadata),
}

/// A region, and the setting that names it.
#[derive(Debug)]
pub(super) struct Region {
    /// The region that requests are signed for.
    pub(super) name: String,
    /// Whether the setting has a name such as `fips-us-east-1`, which selects FIPS endpoints.
    pub(super) is_fips: bool,
    pub(super) source: &'static str,
}

/// Returns the first region that is set, validated.
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
        (pool.and_then(region_of_pool), "the identity pool's id"),
    ];
    let mut set = sources.into_iter();
    let Some((name, source)) = set.find_map(|(name, source)| Some((name?, source))) else {
        return Ok(None);
    };
    validate(name)?;
    Ok(Some(Region::new(name, source)))
}

/// Replaces a region that is set, but empty. The AWS CLI accepts it with a custom endpoint and
/// signs for no region, which the SDK cannot do: the pool's region counts, or else `us-east-1`.
pub(super) fn fallback_for_empty(has_endpoint: bool, pool: Option<&str>) -> Result<Region> {
    if !has_endpoint {
        let message = "Invalid endpoint: https://cognito-sync..amazonaws.com";
        return Err(Error::general(message).hint("the region is set, but empty"));
    }
    let name = pool.and_then(region_of_pool).unwrap_or("us-east-1");
    let source = "the default, as the one that is set is empty";
    Ok(Region::new(name, source))
}

/// The region that a `--local` request is signed for.
pub(super) fn for_local(pool: Option<&str>) -> Region {
    let name = pool.and_then(region_of_pool).unwrap_or("us-east-1");
    Region::new(name, "--local")
}

/// Validates the region of the instance metadata; `None` is an error.
pub(super) fn from_instance(name: Option<String>) -> Result<Region> {
    let name = name.ok_or_else(missing_region_error)?;
    validate(&name)?;
    Ok(Region::new(&name, "the instance's metadata"))
}

/// The region that an identity pool's id begins with, if it has the form of one.
pub fn region_of_pool(pool: &str) -> Option<&str> {
    let (region, _) = pool.split_once(':')?;
    let parts: Vec<_> = region.split('-').collect();
    let (number, letters) = parts.split_last()?;
    let is_made_of =
        |part: &&str, is: fn(&u8) -> bool| !part.is_empty() && part.bytes().all(|b| is(&b));
    let is_region = region.len() <= 63
        && letters.len() >= 2
        && letters
            .iter()
            .all(|part| is_made_of(part, u8::is_ascii_lowercase))
        && is_made_of(number, u8::is_ascii_digit);
    is_region.then_some(region)
}

impl RegionSource {
    /// Whether a region is set, but is empty.
    pub(super) fn is_empty(&self) -> bool {
        matches!(self, RegionSource::Known(region) if region.name.is_empty())
    }
}

impl Region {
    /// A region by its name or one of its FIPS names.
    pub(super) fn new(name: &str, source: &'static str) -> Region {
        let region = name.replace("fips-", "").replace("-fips", "");
        Region {
            is_fips: region != name,
            name: region,
            source,
        }
    }

    /// Warns on a terminal if the identity pool is in another region.
    pub(super) fn warn_if_pool_is_elsewhere(&self, pool: Option<&str>, diagnostics: &Diagnostics) {
        let elsewhere = pool
            .and_then(region_of_pool)
            .filter(|region| *region != self.name);
        if let Some(other) = elsewhere {
            let line = format!(
                "the identity pool is in {other}, but the region is {} (from {})",
                self.name, self.source
            );
            diagnostics.warn_with_hints(&line);
        }
    }

    /// A hint, if the service is not known to exist in this region.
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

/// Rejects a region that cannot be part of a host name.
pub(super) fn validate(region: &str) -> Result<()> {
    if region.is_empty() || is_region_name(region) {
        return Ok(());
    }
    Err(Error::general(format!(
        "Provided region_name '{region}' doesn't match a supported format."
    )))
}

/// Whether a region can be part of a host name.
pub fn is_region_name(region: &str) -> bool {
    region.len() <= 63
        && region
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '-')
        && !region.starts_with('-')
        && !region.ends_with('-')
        && !region.chars().all(|c| c.is_ascii_digit())
}

/// The error of a call without a region.
pub(super) fn missing_region_error() -> Error {
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
    fn resolves_first_source_that_is_set() {
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
        // An empty value counts as set, as in the AWS CLI.
        assert_eq!(
            with([("AWS_REGION", ""), none[1]], None, pool),
            found("", "AWS_REGION")
        );
    }

    #[test]
    fn rejects_malformed_region_of_pool() {
        for region in ["us-east-1", "us-gov-west-1", "eusc-de-east-12"] {
            assert_eq!(region_of_pool(&format!("{region}:x")), Some(region));
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
            assert_eq!(region_of_pool(pool), None, "{pool}");
        }
    }

    #[test]
    fn hints_at_regions_without_the_service() {
        let availability_hint = |name: &str| {
            Region::new(name, "x")
                .availability_hint()
                .unwrap_or_default()
        };
        assert_eq!(availability_hint("us-east-1"), "");
        assert!(availability_hint("eu-north-1").contains("not known to be in eu-north-1"));
    }
}
