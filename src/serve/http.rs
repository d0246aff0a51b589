//! HTTP/1.0 and 1.1 for phones: GET and HEAD, a length, an ETag; no chunks, no compression, no redirects. I/O.
//!
//! Unknown and denied names get the same short answer. Not supported: range requests, authentication, TLS.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::Response;
use http_body::{Frame, SizeHint};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};

use super::events::Report;
use super::file_store::{FileStore, Reply};
use super::served_file::ServedFile;
use model::serve::{FetchEvent, FetchProtocol, FetchResult};

/// An open, idle listener.
#[derive(Debug)]
pub(super) struct Listener {
    listener: TcpListener,
    address: SocketAddr,
}

impl Listener {
    pub fn bind(address: SocketAddr) -> io::Result<Self> {
        let listener = std::net::TcpListener::bind(address)?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        Ok(Self { listener: TcpListener::from_std(listener)?, address })
    }

    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn serve(self, files: Arc<FileStore>, events: mpsc::Sender<FetchEvent>, mut stopped: watch::Receiver<()>) {
        let router = Router::new().fallback(answer).with_state(Arc::new(HttpState { files, events }));
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        let stop = async move { drop(stopped.changed().await) };
        tokio::spawn(async move { axum::serve(self.listener, service).with_graceful_shutdown(stop).await });
    }
}

struct HttpState {
    files: Arc<FileStore>,
    events: mpsc::Sender<FetchEvent>,
}

async fn answer(
    State(state): State<Arc<HttpState>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let decoded = percent_decoded(uri.path());
    let mut report = Report::new(FetchProtocol::Http, peer, decoded.as_deref().unwrap_or(uri.path()), state.events.clone());
    if method != Method::GET && method != Method::HEAD {
        report.end(FetchResult::Refused, 0, Some(format!("method {method} is not supported")));
        return plain(StatusCode::METHOD_NOT_ALLOWED, "method not allowed\n");
    }
    let Some(name) = decoded else {
        report.end(FetchResult::Refused, 0, Some("the path is not percent-encoded UTF-8".to_owned()));
        return plain(StatusCode::BAD_REQUEST, "bad request\n");
    };
    let files = Arc::clone(&state.files);
    let Ok(answer) = tokio::task::spawn_blocking(move || files.ask(peer.ip(), &name)).await else {
        report.end(FetchResult::Refused, 0, Some("the answer could not be made: this is a bug in voiceport".into()));
        return not_found();
    };
    report.identify(&answer);
    match answer.reply {
        Reply::Contents(contents) => with_contents(&method, &headers, contents, report),
        Reply::NotFound => told_not_found(report, FetchResult::NotFound, None),
        Reply::Denied(reason) => told_not_found(report, FetchResult::Denied, Some(reason)),
        Reply::Failed(reason) => told_not_found(report, FetchResult::Refused, Some(reason)),
    }
}

fn with_contents(method: &Method, headers: &HeaderMap, file: ServedFile, report: Report) -> Response {
    let tag = format!("\"{}\"", file.sha256);
    match asked_with_tag(headers, &tag) {
        Tag::Other => {}
        known => {
            // an asker that names this content has had it; `*` names nothing
            let result = if known == Tag::This { FetchResult::NotModified } else { FetchResult::HeadersOnly };
            report.end(result, 0, None);
            return tagged(response(StatusCode::NOT_MODIFIED, Body::empty()), &tag);
        }
    }
    let length = file.bytes.len();
    let body = if *method == Method::HEAD {
        report.end(FetchResult::HeadersOnly, 0, None);
        Body::empty()
    } else {
        Body::new(Watched { rest: Some(Bytes::from_owner(file.bytes)), total: length as u64, report: Some(report) })
    };
    let mut response = tagged(response(StatusCode::OK, body), &tag);
    response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    response
}

fn told_not_found(report: Report, result: FetchResult, reason: Option<String>) -> Response {
    report.end(result, 0, reason);
    not_found()
}

fn not_found() -> Response {
    plain(StatusCode::NOT_FOUND, "not found\n")
}

fn plain(status: StatusCode, text: &'static str) -> Response {
    let mut response = response(status, Body::from(text));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain"));
    response
}

fn response(status: StatusCode, body: Body) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response
}

fn tagged(mut response: Response, tag: &str) -> Response {
    if let Ok(tag) = HeaderValue::from_str(tag) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}

/// What `If-None-Match` names (RFC 9110 §13.1.2, weak comparison).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tag {
    /// This content.
    This,
    /// Whatever there is.
    Any,
    /// Something else, or it is not there.
    Other,
}

fn asked_with_tag(headers: &HeaderMap, tag: &str) -> Tag {
    let values = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let named: Vec<&str> = values.flat_map(|value| value.split(',')).map(str::trim).collect();
    match () {
        () if named.iter().any(|one| one.trim_start_matches("W/") == tag) => Tag::This,
        () if named.contains(&"*") => Tag::Any,
        () => Tag::Other,
    }
}

/// `%41` → `A`; `None` where a `%` is not followed by two hexadecimal digits, or what is meant is not UTF-8 (RFC 3986 §2.1).
fn percent_decoded(path: &str) -> Option<String> {
    let is_escape = |rest: &str| rest.get(..2).is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
    if !path.split('%').skip(1).all(is_escape) {
        return None;
    }
    percent_encoding::percent_decode_str(path).decode_utf8().ok().map(Into::into)
}

/// A body that reports when the connection has taken it, or went away before.
struct Watched {
    rest: Option<Bytes>,
    total: u64,
    report: Option<Report>,
}

impl http_body::Body for Watched {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        Poll::Ready(self.rest.take().map(|rest| Ok(Frame::data(rest))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(if self.rest.is_some() { self.total } else { 0 })
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        let Some(report) = self.report.take() else { return };
        match self.rest {
            None => report.end(FetchResult::Served, self.total, None),
            Some(_) => report.end(FetchResult::TimedOut, 0, Some("the asker is gone".into())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::percent_decoded;

    #[test]
    fn escapes_are_decoded_and_broken_ones_refused() {
        assert_eq!(percent_decoded("/%41b%2ecfg%25").as_deref(), Some("/Ab.cfg%"));
        assert_eq!(percent_decoded("/%c3%bc").as_deref(), Some("/ü"));
        for broken in ["/a%zz", "/a%4", "/%", "/%+1", "/%fc", "/%ü"] {
            assert_eq!(percent_decoded(broken), None, "{broken}");
        }
    }
}
