//! Who may come in: the browser that was given the key, on the lab's own page.
//!
//! A page of another host can send a browser here, too. It does not know the key, its `Origin` is another one, and a name
//! of its own that leads to this machine is in `Host`. Cookies do not tell ports apart, so what a browser says of a page on
//! another port of this machine (`Sec-Fetch-Site`) counts as well.

use std::net::SocketAddr;

use axum::Extension;
use axum::extract::{Request, State};
use axum::http::header::{self, HeaderName};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use grader::{Error, Result};

use super::Trust;

/// What opens the lab.
#[derive(Debug, Clone)]
pub struct Door {
    /// `127.0.0.1:51723`
    host: String,
    /// The key, 32 hexadecimal digits.
    key: String,
    /// What the cookie is called: each lab on this machine has its own.
    cookie: String,
}

/// What every answer says to the browser. Scripts, styles and pictures are the lab's own files, and nothing is asked of any
/// other host; no other page may show the lab within itself, and text becomes HTML in one place of the script alone.
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

/// What is said to whoever has no key.
const NO_KEY: &str = "This page needs the address with the key that `cargo xtask lab` printed. The key changes each time \
                      that the lab starts.\n";

impl Door {
    /// A door with a new key.
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

    /// The address to visit first, at a step if one is named.
    pub fn address(&self, step: Option<u32>) -> String {
        let step = step.map(|number| format!("#step={number}")).unwrap_or_default();
        format!("http://{}/?key={}{step}", self.host, self.key)
    }

    fn origin(&self) -> String {
        format!("http://{}", self.host)
    }

    /// Why a request is not the lab's own page's, or the visit that a person types; nothing if it is.
    fn objection(&self, request: &Request) -> Option<&'static str> {
        let headers = request.headers();
        if only(headers, &header::HOST) != Some(self.host.as_str()) || !self.is_own(request.uri()) {
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

    /// A request may name its host once more.
    fn is_own(&self, uri: &Uri) -> bool {
        uri.authority().is_none_or(|authority| authority.as_str() == self.host)
    }

    fn has_cookie(&self, headers: &HeaderMap) -> bool {
        let cookies = headers.get_all(header::COOKIE).iter().filter_map(|cookies| cookies.to_str().ok());
        let mut pairs = cookies.flat_map(|cookies| cookies.split(';')).filter_map(|pair| pair.trim().split_once('='));
        pairs.any(|(name, value)| name == self.cookie && self.is_key(value))
    }

    /// Compares all of it, so that the time does not tell how much is right.
    fn is_key(&self, tried: &str) -> bool {
        let differences = tried.bytes().zip(self.key.bytes()).map(|(one, other)| one ^ other);
        tried.len() == self.key.len() && differences.fold(0, |all, one| all | one) == 0
    }

    /// Gives a visitor with the key a cookie, and the address without the key.
    fn welcome(&self) -> Response {
        let cookie = format!("{}={}; HttpOnly; SameSite=Strict; Path=/", self.cookie, self.key);
        ([(header::SET_COOKIE, cookie)], Redirect::to("/")).into_response()
    }
}

/// Lets a request in, or answers it here.
pub(super) async fn guard(
    State(door): State<Door>,
    Extension(trust): Extension<Trust>,
    request: Request,
    next: Next,
) -> Response {
    let refuse = |why: &'static str| (StatusCode::FORBIDDEN, why).into_response();
    let key =
        request.uri().query().and_then(|query| query.strip_prefix("key=")).filter(|_| request.uri().path() == "/");
    let mut response = match (door.objection(&request), key) {
        (Some(why), _) => refuse(why),
        (None, Some(key)) if request.method() == Method::GET => {
            if door.is_key(key) {
                door.welcome()
            } else {
                refuse(NO_KEY)
            }
        }
        (None, _) if door.has_cookie(request.headers()) => {
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

/// The value of a header that is there once.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let first = values.next()?.to_str().ok()?;
    values.next().is_none().then_some(first)
}
