//! Who, where and how: which credentials sign a request, which endpoint gets it, how long to wait
//! and how often to try. Options come first, then environment variables, then the profile of the
//! shared files, in the AWS CLI's order. Nothing here is read for a command that sends nothing.

pub mod config_file;
mod credentials;
mod debug_log;
mod deferred_provider;
mod endpoint;
mod local;
mod proxies;
mod region;
mod renewing_provider;
mod retry;
mod sdk_environment;
mod service_settings;
mod shared_files;
mod signing;
mod trust;
mod unused_settings;

use std::time::Duration;

use aws_config::SdkConfig;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_types::retry::RetrySpec;

use region::RegionSource;
use retry::{RetryMode, RetrySettings};

use crate::diagnostics::Diagnostics;
use crate::endpoint_url::EndpointUrl;
use crate::environment::Environment;
use crate::error::{Error, ErrorKind, Result};
use crate::model::{COGNITO_IDENTITY, COGNITO_SYNC};
use crate::output::{ErrorFormat, OutputFormat};
use crate::transport::{CertificateTrust, NetworkTransport, ProxySettings, Timeouts};
pub use shared_files::profile_names;
use shared_files::{Profile, SharedFiles};
use signing::{Signing, no_credentials_error};

/// What the command line says about settings.
#[derive(Debug, Default)]
pub struct SettingsArgs {
    /// `--profile`
    pub profile: Option<String>,
    /// `--region`
    pub region: Option<String>,
    /// `--endpoint-url`
    pub endpoint_url: Option<String>,
    /// `--output`
    pub output: Option<OutputFormat>,
    /// `--no-sign-request`
    pub unsigned: bool,
    /// `--local`: there is no network to ask, so that no region and no credentials are needed.
    pub local: bool,
    /// `--ca-bundle`
    pub ca_bundle: Option<String>,
    /// `--no-verify-ssl`
    pub no_verify_ssl: bool,
    /// Whether there is a `--cli-binary-format`, in whose place the profile's is not looked at.
    pub has_binary_format: bool,
    /// `--debug`
    pub debug: bool,
    /// `--cli-connect-timeout`, in seconds; 0 for none.
    pub connect_timeout: Option<u64>,
    /// `--cli-read-timeout`, in seconds; 0 for none.
    pub read_timeout: Option<u64>,
}

/// Seconds that the AWS CLI waits where nothing else is said.
const DEFAULT_TIMEOUT: u64 = 60;

/// Everything that a request needs to know.
#[derive(Debug)]
pub struct Settings {
    /// Format to print responses in, or the text of a setting that names none.
    pub output: std::result::Result<OutputFormat, String>,
    /// Whether moments are printed as the service has sent them, and not as ISO 8601.
    pub wire_timestamps: bool,
    /// The endpoint of Cognito Sync, unless it is the service's own.
    pub endpoint: Option<EndpointUrl>,
    /// The endpoint of Cognito Identity, or what is wrong with its settings.
    identity_endpoint: Result<Option<String>>,
    /// The timeouts of calls, and of requests for credentials that have none of their own.
    pub timeouts: Timeouts,
    /// Warnings and the debug log.
    pub diagnostics: Diagnostics,
    trust: CertificateTrust,
    /// Which certificates are accepted of services that give credentials.
    trust_for_credentials: CertificateTrust,
    proxies: ProxySettings,
    place: RegionSource,
    use_fips: bool,
    use_dual_stack: bool,
    signing: Signing,
    retries: RetrySettings,
}

impl Settings {
    /// The settings in the SDK's form; without a credentials provider where requests are not to
    /// be signed. Sources of credentials that ask a service are asked now.
    ///
    /// # Errors
    /// Requests are to be signed, and no source has credentials.
    pub fn sdk_config(&mut self) -> Result<SdkConfig> {
        self.resolve_region()?;
        let sdk = self.sdk_config_for(self.endpoint.as_ref());
        let credentials = match &self.signing {
            Signing::With(keys) | Signing::WithRenewable(keys, _) => Some(keys.current()?),
            Signing::Unsigned => None,
            Signing::Impossible(tried) => return Err(no_credentials_error(tried)),
            Signing::Deferred(deferred) => Some(deferred.fetch(self)?),
        };
        if let Some(url) = &self.endpoint {
            url.check_usable()?;
        }
        let credentials = credentials.map(credentials::without_expiry);
        let provider = credentials.map(SharedCredentialsProvider::new);
        let mut sdk = sdk.into_builder();
        sdk.set_credentials_provider(provider);
        Ok(sdk.build())
    }

    /// Asks the EC2 instance for its region, where nothing else sets one. Returns an error if there is
    /// none then, either.
    pub fn resolve_region(&mut self) -> Result<()> {
        if let RegionSource::InstanceMetadata(metadata) = &self.place {
            let told = deferred_provider::region_of_instance(metadata, self)?;
            self.place = RegionSource::Known(region::of_instance(told)?);
        }
        Ok(())
    }

    /// The network for calls.
    pub fn network_for_calls(&self) -> NetworkTransport {
        self.network(&self.trust)
    }

    fn network(&self, trust: &CertificateTrust) -> NetworkTransport {
        let diagnostics = self.diagnostics.clone();
        NetworkTransport::new(trust.clone(), self.proxies.clone(), diagnostics)
    }

    /// Whether requests are paced once the service has throttled one.
    pub fn is_paced(&self) -> bool {
        self.retries.mode == RetryMode::Adaptive
    }

    /// Advice about a call that has failed: the service may not be where it was looked for.
    pub fn region_hint(&self) -> Option<String> {
        match &self.place {
            RegionSource::Known(region) if self.endpoint.is_none() => region.availability_hint(),
            _ => None,
        }
    }

    /// The settings for a service, which may have an endpoint of its own.
    fn sdk_config_for(&self, endpoint_url: Option<&EndpointUrl>) -> SdkConfig {
        // In the adaptive mode, too: the HTTP client paces requests, which the SDK would do otherwise.
        let mut retries = RetryConfig::standard().with_max_attempts(self.retries.attempts);
        if self.retries.new_retries_2026 {
            retries = retries.with_retry_spec(RetrySpec::v2_1());
        }
        let region = match &self.place {
            RegionSource::Known(region) => Some(region),
            RegionSource::InstanceMetadata(_) => None,
        };
        let use_fips = self.use_fips || region.is_some_and(|region| region.is_fips);
        let region = region.map(|region| aws_config::Region::new(region.name.clone()));
        let mut sdk = SdkConfig::builder()
            .region(region)
            .retry_config(retries)
            // The AWS CLI signs with this machine's time, whatever time a reply names.
            .disable_clock_skew_correction(true)
            // The HTTP client has the timeouts. The SDK would add them to the time of day for a header,
            // and panic behind the year 9999.
            .timeout_config(TimeoutConfig::disabled());
        // With an endpoint given, the AWS CLI heeds neither of these; the SDK would refuse them.
        let rules = endpoint_url.is_none();
        sdk.set_endpoint_url(endpoint_url.map(|url| url.encoded().to_string()))
            .set_use_fips((rules && use_fips).then_some(true))
            .set_use_dual_stack((rules && self.use_dual_stack).then_some(true));
        sdk.build()
    }
}

/// The output format, or the text of a setting that names none.
fn resolve_output_format(
    args: &SettingsArgs,
    environment: &Environment,
    profile: &Profile<'_>,
) -> std::result::Result<OutputFormat, String> {
    if let Some(format) = args.output {
        return Ok(format);
    }
    let variable = environment.get("AWS_DEFAULT_OUTPUT");
    match variable.or(profile.get("output")) {
        Some(name) => OutputFormat::from_name(name).ok_or_else(|| name.to_string()),
        None => Ok(OutputFormat::Json),
    }
}

/// The error format that options, environment and profile ask for; an unknown name counts as the
/// default. Errors in the shared files are not reported here, since an error is being shown already;
/// with an unknown profile it is `legacy`, as for the AWS CLI.
pub fn error_format(
    option: Option<ErrorFormat>,
    profile: Option<&str>,
    environment: &Environment,
) -> ErrorFormat {
    let named = |name: &str| ErrorFormat::from_name(&name.to_lowercase()).unwrap_or_default();
    if let Some(format) = option.or(environment.get("AWS_CLI_ERROR_FORMAT").map(named)) {
        return format;
    }
    let Ok(files) = SharedFiles::load(environment) else {
        return ErrorFormat::default();
    };
    let typed = profile.filter(|name| !name.is_empty());
    match files.profile(typed.or(profile_from_environment(environment))) {
        Ok(profile) => profile
            .get("cli_error_format")
            .map_or_else(ErrorFormat::default, named),
        Err(_) => ErrorFormat::Legacy,
    }
}

/// Checks that the shared files can be read, which the AWS CLI does even for what needs nothing of them.
pub fn check_shared_files(environment: &Environment) -> Result<()> {
    SharedFiles::load(environment).map(drop)
}

/// Settles all settings, for a call about this identity pool. The order of the steps is that in which
/// the AWS CLI notices mistakes.
pub fn resolve(
    args: &SettingsArgs,
    pool: Option<&str>,
    environment: &Environment,
    diagnostics: &Diagnostics,
) -> Result<Settings> {
    let diagnostics = diagnostics.with_debug(args.debug);
    if args.local {
        return local::resolve(args, pool, environment, diagnostics);
    }
    let files = SharedFiles::load(environment)?;
    let name = selected_profile(args, environment);
    let named = files.profile(name);
    if let (Ok(profile), false) = (&named, args.has_binary_format) {
        unused_settings::check_binary_format(profile)?;
    }
    let wire_timestamps = named.as_ref().map_or(Ok(false), wire_timestamps)?;
    let region = region::resolve(args, environment, named.as_ref().ok(), pool)?;
    let profile = named?;
    let signing = match args.unsigned {
        true => Signing::Unsigned,
        false => signing::resolve(args, &files, &profile, environment)?,
    };
    credentials::check(name.unwrap_or("default"), &profile, &files)?;
    let endpoint_url = endpoint::resolve(args, &COGNITO_SYNC, &profile, &files, environment)?;
    let identity_endpoint =
        endpoint::resolve(args, &COGNITO_IDENTITY, &profile, &files, environment);
    let place = match region {
        Some(region) => RegionSource::Known(region),
        None => {
            let instance = credentials::instance(&profile, environment)?;
            RegionSource::InstanceMetadata(instance.ok_or_else(region::missing)?)
        }
    };
    unused_settings::check(args.unsigned, &profile, environment)?;
    let retries = retry::resolve(&profile, environment)?;
    let endpoint_url = endpoint_url
        .as_deref()
        .map(EndpointUrl::parse)
        .transpose()?;
    let place = match place.is_empty() {
        true => RegionSource::Known(region::in_place_of_empty(endpoint_url.is_some(), pool)?),
        false => place,
    };
    sdk_environment::check(environment)?;
    let trust = trust::resolve(args, &profile, environment)?;
    let switch = |variable, key| flag(variable, key, &profile, environment);
    let settings = Settings {
        output: resolve_output_format(args, environment, &profile),
        wire_timestamps,
        endpoint: endpoint_url,
        identity_endpoint,
        timeouts: Timeouts {
            connect: timeout(args.connect_timeout),
            read: timeout(args.read_timeout),
        },
        diagnostics: diagnostics.clone(),
        trust,
        trust_for_credentials: trust::resolve_verified(args, &profile, environment)
            .unwrap_or_default(),
        proxies: proxies::from_environment(environment),
        place,
        use_fips: switch("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint"),
        use_dual_stack: switch("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint"),
        signing,
        retries,
    };
    debug_log::log_settings(&settings, args, &profile, environment);
    if let RegionSource::Known(region) = &settings.place {
        region.warn(pool, &diagnostics);
    }
    Ok(settings)
}

/// Whether a switch is on; anything but `true` is off, as for the AWS CLI.
fn flag(variable: &str, key: &str, profile: &Profile<'_>, environment: &Environment) -> bool {
    let value = environment.get(variable).or(profile.get(key));
    value.is_some_and(|value| value.eq_ignore_ascii_case("true"))
}

/// The profile that is asked for, if one is.
fn selected_profile<'a>(args: &'a SettingsArgs, environment: &'a Environment) -> Option<&'a str> {
    args.profile
        .as_deref()
        .or_else(|| profile_from_environment(environment))
}

fn profile_from_environment(environment: &Environment) -> Option<&str> {
    environment
        .get("AWS_PROFILE")
        .or(environment.get("AWS_DEFAULT_PROFILE"))
}

fn timeout(seconds: Option<u64>) -> Option<Duration> {
    Some(seconds.unwrap_or(DEFAULT_TIMEOUT))
        .filter(|s| *s > 0)
        .map(Duration::from_secs)
}

/// The profile's `cli_timestamp_format`.
fn wire_timestamps(profile: &Profile<'_>) -> Result<bool> {
    match profile.get("cli_timestamp_format") {
        None | Some("iso8601") => Ok(false),
        Some("wire") => Ok(true),
        Some(other) => Err(Error::new(
            ErrorKind::Configuration,
            format!(
                "Unknown cli_timestamp_format value: {other}, valid values are \"wire\" or \
                 \"iso8601\""
            ),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_limit_is_said_with_zero() {
        assert_eq!(timeout(None), Some(Duration::from_secs(60)));
        assert_eq!(timeout(Some(0)), None);
        assert_eq!(timeout(Some(5)), Some(Duration::from_secs(5)));
    }
}
