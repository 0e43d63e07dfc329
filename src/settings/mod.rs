//! Settings of a call: credentials, region, endpoint, timeouts, retries, TLS trust and proxies.
//!
//! Options take precedence over environment variables, and those over the profile of the shared
//! files, in the AWS CLI's order. Commands that send no request resolve no settings.

pub mod config_file;
mod credentials;
mod debug_log;
mod deferred_provider;
mod dry_run;
mod endpoint;
mod local_call;
mod proxy_environment;
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
pub use region::{is_region_name, region_of_pool};
pub use service_settings::RenewingCredentials;
pub use shared_files::profile_names;
use shared_files::{Profile, SharedFiles};
use signing::{Signing, no_credentials_error};

/// The options of the command line that are settings.
#[derive(Debug, Clone, Default)]
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
    /// `--local`: the call needs neither region nor credentials, since it sends nothing.
    pub local: bool,
    /// Whether nothing is sent (`--dry-run`), so that no credentials are fetched.
    pub sends_nothing: bool,
    /// `--ca-bundle`
    pub ca_bundle: Option<String>,
    /// `--no-verify-ssl`
    pub no_verify_ssl: bool,
    /// Whether `--cli-binary-format` is given; the profile's value is then not validated.
    pub has_binary_format: bool,
    /// `--debug`
    pub debug: bool,
    /// `--cli-connect-timeout`, in seconds; 0 for none.
    pub connect_timeout: Option<u64>,
    /// `--cli-read-timeout`, in seconds; 0 for none.
    pub read_timeout: Option<u64>,
}

/// The AWS CLI's default for both timeouts, in seconds.
const DEFAULT_TIMEOUT: u64 = 60;

/// The resolved settings of a call.
#[derive(Debug)]
pub struct Settings {
    /// The output format, or the value of a setting that names none.
    pub output: std::result::Result<OutputFormat, String>,
    /// Whether timestamps are printed as received (`cli_timestamp_format = wire`), not as ISO 8601.
    pub wire_timestamps: bool,
    /// The custom endpoint of Cognito Sync, if one is set.
    pub endpoint: Option<EndpointUrl>,
    /// The custom endpoint of Cognito Identity, if one is set, or the error of its settings.
    identity_endpoint: Result<Option<String>>,
    /// The timeouts of calls, and of credentials requests without timeouts of their own.
    pub timeouts: Timeouts,
    /// Whether the local service within this process answers.
    pub is_local: bool,
    /// Warnings and the debug log.
    pub diagnostics: Diagnostics,
    /// Name of the selected profile.
    profile: String,
    trust: CertificateTrust,
    /// Which certificates to trust of credentials services.
    trust_for_credentials: CertificateTrust,
    proxies: ProxySettings,
    region_source: RegionSource,
    use_fips: bool,
    use_dual_stack: bool,
    signing: Signing,
    retries: RetrySettings,
}

impl Settings {
    /// Returns the SDK configuration of a single call, without a credentials provider where
    /// requests are unsigned. Fetches deferred credentials and the region of the instance.
    ///
    /// # Errors
    /// Requests are signed, and no provider has credentials.
    pub fn sdk_config(&mut self) -> Result<SdkConfig> {
        self.resolve_region()?;
        let sdk = self.sdk_config_for(self.endpoint.as_ref());
        let credentials = match &self.signing {
            Signing::Static(resolved) | Signing::Renewable(resolved, _) => {
                Some(resolved.unexpired()?)
            }
            Signing::Unsigned => None,
            Signing::NoCredentials(unavailable) => return Err(no_credentials_error(unavailable)),
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

    /// Fetches the region from the instance metadata where nothing else sets one. Returns an error
    /// if it is not available there, either.
    pub fn resolve_region(&mut self) -> Result<()> {
        if let RegionSource::InstanceMetadata(metadata) = &self.region_source {
            let region = deferred_provider::region_of_instance(metadata, self)?;
            self.region_source = RegionSource::Known(region::from_instance(region)?);
        }
        Ok(())
    }

    /// Returns the region, unless it is that of an instance and was not fetched yet.
    pub fn region(&self) -> Option<&str> {
        match &self.region_source {
            RegionSource::Known(region) => Some(&region.name),
            RegionSource::InstanceMetadata(_) => None,
        }
    }

    /// Replaces the region by one with a valid name.
    pub fn set_region(&mut self, name: &str, source: &'static str) {
        self.region_source = RegionSource::Known(region::Region::new(name, source));
    }

    /// The transport of calls.
    pub fn transport_for_calls(&self) -> NetworkTransport {
        self.transport(&self.trust)
    }

    fn transport(&self, trust: &CertificateTrust) -> NetworkTransport {
        let diagnostics = self.diagnostics.clone();
        NetworkTransport::new(trust.clone(), self.proxies.clone(), diagnostics)
    }

    /// Whether requests are rate-limited after throttling (the adaptive retry mode).
    pub fn is_paced(&self) -> bool {
        self.retries.mode == RetryMode::Adaptive
    }

    /// A hint for a failed call: the service may not exist in the region.
    pub fn region_hint(&self) -> Option<String> {
        match &self.region_source {
            RegionSource::Known(region) if self.endpoint.is_none() => region.availability_hint(),
            _ => None,
        }
    }

    /// Region, endpoint and retries in the SDK's form.
    fn sdk_config_for(&self, endpoint_url: Option<&EndpointUrl>) -> SdkConfig {
        // Standard even in the adaptive mode: the HTTP client does the pacing, since the SDK's
        // differs.
        let mut retries = RetryConfig::standard().with_max_attempts(self.retries.attempts);
        if self.retries.new_retries_2026 {
            retries = retries.with_retry_spec(RetrySpec::v2_1());
        }
        let region = match &self.region_source {
            RegionSource::Known(region) => Some(region),
            RegionSource::InstanceMetadata(_) => None,
        };
        let use_fips = self.use_fips || region.is_some_and(|region| region.is_fips);
        let region = region.map(|region| aws_config::Region::new(region.name.clone()));
        let mut sdk = SdkConfig::builder()
            .region(region)
            .retry_config(retries)
            // The AWS CLI signs with the local clock, whatever the response's `Date` header says.
            .disable_clock_skew_correction(true)
            // The HTTP client enforces the timeouts. The SDK would add them to the current time for
            // a header, and panic after the year 9999.
            .timeout_config(TimeoutConfig::disabled());
        // With a custom endpoint, the AWS CLI ignores both of these; the SDK would reject them.
        let uses_endpoint_rules = endpoint_url.is_none();
        sdk.set_endpoint_url(endpoint_url.map(|url| url.encoded().to_string()))
            .set_use_fips((uses_endpoint_rules && use_fips).then_some(true))
            .set_use_dual_stack((uses_endpoint_rules && self.use_dual_stack).then_some(true));
        sdk.build()
    }
}

/// Returns the output format, or the value of a setting that names none.
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

/// Returns the error format of option, environment or profile; an unknown name counts as the
/// default. Errors in the shared files are ignored, since another error is being reported; with an
/// unknown profile the format is `legacy`, as in the AWS CLI.
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

/// Returns the region of options, environment or profile, or that of `--local`. `None` if they set
/// none; it may be empty.
pub fn configured_region(args: &SettingsArgs, environment: &Environment) -> Result<Option<String>> {
    if args.local {
        return Ok(Some(region::for_local(None).name));
    }
    let files = SharedFiles::load(environment)?;
    let profile = files.profile(selected_profile(args, environment))?;
    let region = region::resolve(args, environment, Some(&profile), None)?;
    Ok(region.map(|region| region.name))
}

/// Checks that the shared files can be parsed, as the AWS CLI does even for commands without
/// settings.
pub fn check_shared_files(environment: &Environment) -> Result<()> {
    SharedFiles::load(environment).map(drop)
}

/// Resolves all settings of a call for this identity pool. The order of the steps is that in which
/// the AWS CLI reports errors.
pub fn resolve(
    args: &SettingsArgs,
    pool: Option<&str>,
    environment: &Environment,
    diagnostics: &Diagnostics,
) -> Result<Settings> {
    let diagnostics = diagnostics.with_debug(args.debug);
    if args.local {
        return local_call::resolve(args, pool, environment, diagnostics);
    }
    let files = SharedFiles::load(environment)?;
    let name = selected_profile(args, environment);
    let found_profile = files.profile(name);
    if let (Ok(profile), false) = (&found_profile, args.has_binary_format) {
        unused_settings::check_binary_format(profile)?;
    }
    let wire_timestamps = found_profile
        .as_ref()
        .map_or(Ok(false), resolve_wire_timestamps)?;
    let region = region::resolve(args, environment, found_profile.as_ref().ok(), pool)?;
    let profile = found_profile?;
    let signing = match args.unsigned {
        true => Signing::Unsigned,
        false => signing::resolve(args, &files, &profile, environment)?,
    };
    credentials::check_sso_session(name.unwrap_or("default"), &profile, &files)?;
    let endpoint_url = endpoint::resolve(args, &COGNITO_SYNC, &profile, &files, environment)?;
    let identity_endpoint =
        endpoint::resolve(args, &COGNITO_IDENTITY, &profile, &files, environment);
    let region_source = match region {
        Some(region) => RegionSource::Known(region),
        None => {
            let instance = credentials::instance_metadata(&profile, environment)?;
            RegionSource::InstanceMetadata(instance.ok_or_else(region::missing_region_error)?)
        }
    };
    unused_settings::check(args.unsigned, &profile, environment)?;
    let retries = retry::resolve(&profile, environment)?;
    let endpoint_url = endpoint_url
        .as_deref()
        .map(EndpointUrl::parse)
        .transpose()?;
    let region_source = match region_source.is_empty() {
        true => RegionSource::Known(region::fallback_for_empty(endpoint_url.is_some(), pool)?),
        false => region_source,
    };
    sdk_environment::check(environment)?;
    let trust = trust::resolve(args, &profile, environment)?;
    let is_on = |variable, key| is_enabled(variable, key, &profile, environment);
    let settings = Settings {
        output: resolve_output_format(args, environment, &profile),
        wire_timestamps,
        endpoint: endpoint_url,
        identity_endpoint,
        timeouts: Timeouts {
            connect: timeout(args.connect_timeout),
            read: timeout(args.read_timeout),
        },
        is_local: false,
        diagnostics: diagnostics.clone(),
        profile: name.unwrap_or("default").to_string(),
        trust,
        trust_for_credentials: trust::resolve_verified(args, &profile, environment)
            .unwrap_or_default(),
        proxies: proxy_environment::from_environment(environment),
        region_source,
        use_fips: is_on("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint"),
        use_dual_stack: is_on("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint"),
        signing,
        retries,
    };
    debug_log::log_settings(&settings, args, &profile, environment);
    if let RegionSource::Known(region) = &settings.region_source {
        region.warn_if_pool_is_elsewhere(pool, &diagnostics);
    }
    Ok(settings)
}

/// Whether a boolean setting is `true`, in any case; any other value is false, as in the AWS CLI.
fn is_enabled(variable: &str, key: &str, profile: &Profile<'_>, environment: &Environment) -> bool {
    let value = environment.get(variable).or(profile.get(key));
    value.is_some_and(|value| value.eq_ignore_ascii_case("true"))
}

/// The profile of `--profile` or the environment, if one is named.
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

/// Whether the profile's `cli_timestamp_format` is `wire`.
fn resolve_wire_timestamps(profile: &Profile<'_>) -> Result<bool> {
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
    fn zero_disables_timeout() {
        assert_eq!(timeout(None), Some(Duration::from_secs(60)));
        assert_eq!(timeout(Some(0)), None);
        assert_eq!(timeout(Some(5)), Some(Duration::from_secs(5)));
    }
}
