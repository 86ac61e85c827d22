//! Services in a line of `--json`: written by `render`, read by `sshc`.

use serde::{Deserialize, Serialize};

use super::{MOST_SERVICES, Service, ServiceError, Site, Token, WebPath};

/// One element of `services`.
#[derive(Serialize)]
pub(crate) struct ServiceRecord<'a> {
    name: &'a str,
    scheme: Option<&'static str>,
    host: String,
    port: u16,
    path: &'a str,
    token_parameter: Option<&'a str>,
    token: Option<String>,
    line: u64,
}

impl<'a> ServiceRecord<'a> {
    /// The JSON of a service on this line; its token only `with_secrets`.
    pub(crate) fn new(service: &'a Service, line: u64, with_secrets: bool) -> Self {
        let token = service.token.as_ref();
        Self {
            name: service.name.as_str(),
            scheme: service.scheme.map(super::Scheme::name),
            host: service.site.to_string(),
            port: service.port.get(),
            path: service.path.as_str(),
            token_parameter: token.map(Token::parameter),
            token: token
                .filter(|_| with_secrets)
                .and_then(|token| token.reveal(|_, value| value.to_owned())),
            line,
        }
    }
}

#[derive(Deserialize)]
struct Fields {
    name: String,
    scheme: Option<String>,
    host: String,
    port: u32,
    path: Option<String>,
    token_parameter: Option<String>,
    token: Option<String>,
}

#[derive(Deserialize)]
struct Line {
    #[serde(default)]
    services: Vec<Fields>,
}

impl Service {
    /// Reads the services in a line of `joblog-parse --json`; none if the line comes from a release
    /// without services.
    ///
    /// # Errors
    /// The first invalid service: it refuses the whole line.
    pub fn all_in_json_line(line: &str) -> Result<Vec<Self>, ServiceError> {
        let line = line.trim_start_matches('\u{feff}').trim_ascii();
        let line: Line = serde_json::from_str(line)
            .map_err(|error| ServiceError::Json(error.to_string().as_str().into()))?;
        if line.services.len() > MOST_SERVICES {
            return Err(ServiceError::TooMany);
        }
        line.services.into_iter().map(Self::try_from).collect()
    }
}

impl TryFrom<Fields> for Service {
    type Error = ServiceError;

    fn try_from(fields: Fields) -> Result<Self, ServiceError> {
        let parameter =
            fields.token_parameter.or_else(|| fields.token.as_ref().map(|_| "token".into()));
        let token = parameter.map(|parameter| Token::new(&parameter, fields.token.as_deref()));
        Ok(Self {
            name: fields.name.parse()?,
            scheme: fields.scheme.map(|scheme| scheme.parse()).transpose()?,
            site: fields.host.parse::<Site>()?,
            port: fields.port.to_string().parse()?,
            path: fields.path.map_or_else(|| Ok(WebPath::root()), |path| path.parse())?,
            token: token.transpose()?,
        })
    }
}
