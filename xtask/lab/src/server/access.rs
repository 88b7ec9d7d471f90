//! Access control: only the lab's own page is answered, in a browser that was given the key.
//!
//! A page of another host can send requests here, too. But it does not know the key, its `Origin` differs, and if a
//! name of its own leads to this machine, that name is in `Host`. Cookies are shared by all ports of a machine, so the
//! browser's word on pages from other ports (`Sec-Fetch-Site`) is checked as well.

use std::net::SocketAddr;

use axum::Extension;
use axum::extract::{Request, State};
use axum::http::header::{self, HeaderName};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use grader::{Error, Result};

use super::Trust;

/// What a request needs to be answered.
#[derive(Debug, Clone)]
pub struct Access {
    /// The address of the lab: `127.0.0.1:51723`.
    host: String,
    /// The key, 32 hexadecimal digits.
    key: String,
    /// The name of the cookie: each lab on this machine has its own.
    cookie: String,
}

/// The headers of every response. Scripts, styles and pictures come from the lab alone, and nothing is requested from
/// another host; no other page may embed the lab, and only one place of the script turns text into HTML.
const HEADERS: [(HeaderName, &str); 6] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; \
         trusted-types lab",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::CACHE_CONTROL, "no-store"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// The answer to a request without the key.
const NO_KEY: &str = "This page needs the address with the key that `cargo xtask lab` printed. The key changes each time \
                      that the lab starts.\n";

impl Access {
    /// Access with a new key.
    ///
    /// # Errors
    /// If the system has no random numbers.
    pub fn new(address: SocketAddr) -> Result<Self> {
        let mut random = [0; 16];
        getrandom::fill(&mut random)
            .map_err(|error| Error::Program(format!("there are no random numbers: {error}")))?;
        let key = random.iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Self { host: address.to_string(), key, cookie: format!("lab-{}", address.port()) })
    }

    /// The address with the key, which the student opens first; at a step if one is given.
    pub fn address(&self, step: Option<u32>) -> String {
        let step = step.map(|number| format!("#step={number}")).unwrap_or_default();
        format!("http://{}/?key={}{step}", self.host, self.key)
    }

    fn origin(&self) -> String {
        format!("http://{}", self.host)
    }

    /// Why a request is refused although it may have the key; none if it comes from the lab's own page, or from an
    /// address that a person typed.
    fn objection(&self, request: &Request) -> Option<&'static str> {
        let headers = request.headers();
        if only(headers, &header::HOST) != Some(self.host.as_str()) || !self.is_host(request.uri()) {
            return Some("This host is not the lab's.\n");
        }
        let origin = headers.get_all(header::ORIGIN).iter().next().map(HeaderValue::as_bytes);
        let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
        if origin.is_some_and(|origin| origin != self.origin().as_bytes()) || origin.is_none() && !is_read {
            return Some("This request comes from a page that is not the lab's.\n");
        }
        let site = headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
        if site.is_some_and(|site| site != b"same-origin" && site != b"none") {
            return Some("This request comes from another page.\n");
        }
        None
    }

    /// Whether a request's address names this host, if it names one.
    fn is_host(&self, uri: &Uri) -> bool {
        uri.authority().is_none_or(|authority| authority.as_str() == self.host)
    }

    fn has_cookie(&self, headers: &HeaderMap) -> bool {
        let cookies = headers.get_all(header::COOKIE).iter().filter_map(|cookies| cookies.to_str().ok());
        let mut pairs = cookies.flat_map(|cookies| cookies.split(';')).filter_map(|pair| pair.trim().split_once('='));
        pairs.any(|(name, value)| name == self.cookie && self.is_key(value))
    }

    /// Compares the whole key, so that the time it takes reveals nothing.
    fn is_key(&self, tried: &str) -> bool {
        let differences = tried.bytes().zip(self.key.bytes()).map(|(tried, right)| tried ^ right);
        tried.len() == self.key.len() && differences.fold(0, |all, bits| all | bits) == 0
    }

    /// Answers a visit with the key: sets the cookie, and redirects to the address without the key.
    fn welcome(&self) -> Response {
        let cookie = format!("{}={}; HttpOnly; SameSite=Strict; Path=/", self.cookie, self.key);
        ([(header::SET_COOKIE, cookie)], Redirect::to("/")).into_response()
    }
}

/// Passes a request on, or refuses it.
pub(super) async fn guard(
    State(access): State<Access>,
    Extension(trust): Extension<Trust>,
    request: Request,
    next: Next,
) -> Response {
    let refuse = |why: &'static str| (StatusCode::FORBIDDEN, why).into_response();
    let key =
        request.uri().query().and_then(|query| query.strip_prefix("key=")).filter(|_| request.uri().path() == "/");
    let mut response = match (access.objection(&request), key) {
        (Some(why), _) => refuse(why),
        (None, Some(key)) if request.method() == Method::GET => {
            if access.is_key(key) {
                access.welcome()
            } else {
                refuse(NO_KEY)
            }
        }
        (None, _) if access.has_cookie(request.headers()) => {
            trust.give();
            next.run(request).await
        }
        (None, _) => refuse(NO_KEY),
    };
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// The value of a header, if the request has it exactly once.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let first = values.next()?.to_str().ok()?;
    values.next().is_none().then_some(first)
}
