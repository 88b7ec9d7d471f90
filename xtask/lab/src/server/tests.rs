//! Attacks on the server, byte by byte: it answers only the page that has the key.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use testkit::{PATIENCE, wait_until};
use tokio::net::TcpListener;
use tokio::runtime;
use worker::fixture::{course, workspace};

use super::*;

/// A lab with a small course.
struct Lab {
    address: SocketAddr,
    key: String,
}

impl Lab {
    fn start() -> Self {
        let (sender, started) = std::sync::mpsc::channel();
        thread::spawn(move || {
            let runtime = runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
                let address = listener.local_addr().unwrap();
                let access = Access::new(address).unwrap();
                let key = access.address(None).split_once("key=").unwrap().1.to_owned();
                sender.send(Self { address, key }).unwrap();
                serve(listener, access, LabState::new(workspace(), course()).unwrap()).await
            })
        });
        started.recv().unwrap()
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream
    }

    /// The headers of the page's own requests.
    fn page_headers(&self) -> String {
        let Self { address, key } = self;
        format!("Host: {address}\r\nOrigin: http://{address}\r\nCookie: other=1; lab-{}={key}\r\n", address.port())
    }

    /// The answer to one request.
    fn ask(&self, line: &str, headers: &str, body: &str) -> Answer {
        let mut stream = self.connect();
        let length = body.len();
        let head = format!("{line} HTTP/1.1\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n");
        // The server may close the connection before it has read everything.
        let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes()));
        Answer::read(stream)
    }

    fn status(&self, line: &str, headers: &str) -> u16 {
        self.ask(line, headers, "").status
    }

    fn post(&self, path: &str, body: &str) -> Answer {
        self.ask(&format!("POST {path}"), &self.page_headers(), body)
    }
}

struct Answer {
    status: u16,
    head: String,
    body: String,
}

impl Answer {
    fn read(mut stream: TcpStream) -> Self {
        let mut bytes = Vec::new();
        // If the connection is reset, what has arrived is the answer.
        let _ = stream.read_to_end(&mut bytes);
        let text = String::from_utf8_lossy(&bytes);
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
        Self { status, head: head.to_lowercase(), body: body.to_owned() }
    }
}

#[test]
fn nothing_is_to_be_had_without_the_key() {
    let lab = Lab::start();
    let host = format!("Host: {}\r\n", lab.address);
    for path in ["/", "/lab.js", "/events", "/lesson/1", "/no/such"] {
        assert_eq!(lab.status(&format!("GET {path}"), &host), 403, "{path}");
    }
    let wrong = "0".repeat(32);
    for key in ["", "x", &lab.key[1..], &wrong, &format!("{}0", lab.key)] {
        assert_eq!(lab.status(&format!("GET /?key={key}"), &host), 403, "{key}");
        let cookie = format!("{host}Cookie: lab-{}={key}\r\n", lab.address.port());
        assert_eq!(lab.status("GET /", &cookie), 403, "{key}");
    }
    let refused = lab.ask("GET /", &host, "");
    assert!(refused.body.contains("`cargo xtask lab` printed"), "{}", refused.body);
}

#[test]
fn the_key_is_turned_into_a_cookie_that_scripts_and_other_sites_do_not_have() {
    let lab = Lab::start();
    let host = format!("Host: {}\r\n", lab.address);
    let welcome = lab.ask(&format!("GET /?key={}", lab.key), &host, "");
    assert_eq!(welcome.status, 303);
    assert!(welcome.head.contains("\r\nlocation: /\r\n"), "{}", welcome.head);
    assert!(welcome.head.contains("; httponly; samesite=strict; path=/"), "{}", welcome.head);
    let page = lab.ask("GET /", &lab.page_headers(), "");
    assert_eq!(page.status, 200);
    assert!(page.head.contains("content-security-policy: default-src 'none'"), "{}", page.head);
    assert!(page.head.contains("cache-control: no-store"), "{}", page.head);
    // Nothing on the page needs an exception from that policy.
    assert!(!page.body.contains("<style") && !page.body.contains(" style=") && !page.body.contains("<script>"));
    assert!(!page.body.contains("http:") && !page.body.contains("https:"));
}

#[test]
fn a_name_that_leads_here_is_not_the_labs() {
    let lab = Lab::start();
    let cookie = format!("Cookie: lab-{}={}\r\n", lab.address.port(), lab.key);
    let port = lab.address.port();
    for host in ["evil.example".to_owned(), format!("evil.example:{port}"), "127.0.0.1".to_owned(), String::new()] {
        assert_eq!(lab.status("GET /", &format!("Host: {host}\r\n{cookie}")), 403, "{host}");
        assert_eq!(lab.status(&format!("GET /?key={}", lab.key), &format!("Host: {host}\r\n")), 403, "{host}");
    }
    let host = format!("Host: {}\r\n", lab.address);
    assert_eq!(lab.status("GET /", &cookie), 403, "without a host");
    assert_ne!(lab.status("GET /", &format!("{host}Host: evil.example\r\n{cookie}")), 200, "two hosts");
    assert_eq!(lab.status("GET http://evil.example/", &format!("{host}{cookie}")), 403);
}

#[test]
fn a_page_of_another_origin_is_refused_and_so_is_a_form_that_names_none() {
    let lab = Lab::start();
    let with_key = format!("Host: {0}\r\nCookie: lab-{1}={2}\r\n", lab.address, lab.address.port(), lab.key);
    let request = r#"{"step":1,"one_more":true}"#;
    for origin in ["http://evil.example", "null", "http://127.0.0.1", "http://localhost:1", ""] {
        let headers = format!("{with_key}Origin: {origin}\r\n");
        assert_eq!(lab.ask("POST /hints", &headers, request).status, 403, "{origin}");
        assert_eq!(lab.status("GET /lesson/1", &headers), 403, "{origin}");
    }
    assert_eq!(lab.ask("POST /hints", &with_key, request).status, 403, "without an origin");
    for site in ["cross-site", "same-site"] {
        assert_eq!(lab.status("GET /", &format!("{with_key}Sec-Fetch-Site: {site}\r\n")), 403, "{site}");
    }
    assert_eq!(lab.status("GET /", &format!("{with_key}Sec-Fetch-Site: none\r\n")), 200);
    assert_eq!(lab.post("/hints", request).status, 200);
}

#[test]
fn no_path_is_read_that_a_request_names() {
    let lab = Lab::start();
    let paths = [
        "/../../etc/passwd",
        "/..%2f..%2fetc%2fpasswd",
        "/lesson/..%2f..%2f..%2fetc%2fpasswd",
        "/lesson/1/../../../etc/passwd",
        "/still/1/..%2f..%2f..%2fCargo",
        "/still/1/%2fetc%2fpasswd%00",
        "/page/..%2f..%2fREADME",
        "/page/README",
        "/page/CONTRIBUTING",
        "/page/%2e%2e%2fsolutions",
        "/lesson/99999999999999999999",
        "/lesson/-1",
        "//etc/passwd",
    ];
    for path in paths {
        let answer = lab.ask(&format!("GET {path}"), &lab.page_headers(), "");
        assert!(matches!(answer.status, 400 | 404), "{path}: {}", answer.status);
        assert!(!answer.body.contains("root:") && !answer.body.contains("[package]"), "{path}");
    }
}

#[test]
fn what_is_asked_for_is_checked() {
    let lab = Lab::start();
    let asked = [
        ("/hints", r#"{"step":9,"one_more":true}"#, 404),
        ("/hints", r#"{"step":1}"#, 400),
        ("/hints", r#"{"step":1e999,"one_more":true}"#, 400),
        ("/hints", r#"{"step":1,"one_more":true,"path":"/etc/passwd"}"#, 400),
        ("/open", r#"{"step":1,"file":"/etc/passwd"}"#, 400),
        ("/open", "not json", 400),
        ("/draw", r#"{"step":1,"name":"loss-by-weight","target":"everywhere"}"#, 400),
        ("/draw", r#"{"step":1,"name":"loss-by-weight","target":"page"}"#, 409),
    ];
    for (path, body, status) in asked {
        let answer = lab.post(path, body);
        assert_eq!(answer.status, status, "{path} {body}: {}", answer.body);
        assert!(!answer.body.is_empty());
    }
    assert_eq!(lab.status("GET /hints", &lab.page_headers()), 405);
    assert_eq!(lab.post("/lesson/1", "").status, 405);
}

#[test]
fn a_body_of_ten_megabytes_is_not_taken() {
    let lab = Lab::start();
    let body = format!("{{\"step\":1,\"one_more\":true,\"filler\":\"{}\"}}", "x".repeat(10 << 20));
    let status = lab.post("/hints", &body).status;
    // The answer may be lost if the server closes the connection while we are still writing.
    assert!(matches!(status, 413 | 0), "{status}");
    assert_eq!(lab.post("/hints", r#"{"step":1,"one_more":false}"#).status, 200);
}

#[test]
fn a_thousand_silent_connections_do_not_keep_the_page_waiting() {
    let lab = Lab::start();
    let silent: Vec<Option<TcpStream>> =
        (0..1000).map(|_| TcpStream::connect_timeout(&lab.address, Duration::from_millis(200)).ok()).collect();
    let began = Instant::now();
    let answer = lab.ask("GET /lesson/2", &lab.page_headers(), "");
    assert!(began.elapsed() < PATIENCE);
    // The server says that the fixture has no README.
    assert_eq!((answer.status, answer.body.contains("README")), (500, true), "{}", answer.body);
    // The oldest were closed: no more are open than the lab allows.
    let is_open = |stream: &TcpStream| {
        stream.set_nonblocking(true).unwrap();
        matches!(stream.peek(&mut [0]), Err(error) if error.kind() == std::io::ErrorKind::WouldBlock)
    };
    wait_until("the oldest have been closed", || {
        silent.iter().flatten().filter(|stream| is_open(stream)).count() <= MOST_CONNECTIONS
    });
}

#[test]
fn every_stream_of_events_begins_with_the_whole_course() {
    let lab = Lab::start();
    let first_event = || {
        let mut stream = lab.connect();
        stream.write_all(format!("GET /events HTTP/1.1\r\n{}\r\n", lab.page_headers()).as_bytes()).unwrap();
        let mut text = String::new();
        while !text.contains("\n\n") || !text.contains("data: ") {
            let mut part = [0; 4096];
            let read = stream.read(&mut part).unwrap();
            assert!(read > 0, "{text}");
            text += &String::from_utf8_lossy(&part[..read]);
        }
        (stream, text)
    };
    // The first one stays open while the second begins.
    let (first, second) = (first_event(), first_event());
    for (_, text) in [first, second] {
        assert!(text.contains("content-type: text/event-stream"), "{text}");
        assert!(text.contains("event: overview\ndata: {"), "{text}");
        assert!(text.contains("\"title\":\"Down, step by step\""), "{text}");
    }
}
