//! A server that may be called, a canary that may not, and a name server.

use async_trait::async_trait;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, Request};
use axum::http::header::{CONTENT_LENGTH, LOCATION};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use futures::StreamExt;
use http::{HeaderMap, StatusCode};
use parking_lot::Mutex;
use portal::outbound::{Limits, Outbound, Resolve};
use portal_core::guard::{Policy, Scheme};
use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::net::{TcpListener, UdpSocket};
use tokio::task::JoinSet;

/// Where the server is.
pub const SERVER: &str = "127.0.0.1";
/// Where the canary is.
pub const CANARY: &str = "127.0.0.2";

/// For each name its answers, one after the other; the last one stays.
type Answers = Arc<Mutex<HashMap<String, Vec<Vec<Ipv4Addr>>>>>;

/// All of it; ends with the test.
pub struct Lab {
    /// Port of server and canary.
    pub port: u16,
    answers: Answers,
    queries: Arc<AtomicUsize>,
    canary: Arc<AtomicUsize>,
    name_server: SocketAddr,
    _tasks: JoinSet<()>,
}

impl Lab {
    pub async fn start() -> Self {
        let (server, canary) = listeners().await;
        let port = server.local_addr().unwrap().port();
        let mut tasks = JoinSet::new();
        tasks.spawn(async move { axum::serve(server, routes()).await.unwrap() });
        let seen = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&seen);
        tasks.spawn(async move {
            while canary.accept().await.is_ok() {
                counter.fetch_add(1, Ordering::SeqCst);
            }
        });
        let (answers, queries) = (Answers::default(), Arc::new(AtomicUsize::new(0)));
        let socket = UdpSocket::bind((SERVER, 0)).await.unwrap();
        let name_server = socket.local_addr().unwrap();
        tasks.spawn(serve_names(socket, Arc::clone(&answers), Arc::clone(&queries)));
        Self { port, answers, queries, canary: seen, name_server, _tasks: tasks }
    }

    /// What the name server answers.
    pub fn name(&self, name: &str, answers: &[&[&str]]) {
        let answers = answers.iter().map(|ips| ips.iter().map(|ip| ip.parse().unwrap()).collect()).collect();
        self.answers.lock().insert(name.to_owned(), answers);
    }

    /// Questions that the name server got.
    pub fn queries(&self) -> usize {
        self.queries.load(Ordering::SeqCst)
    }

    /// Connections that the canary got.
    pub fn canary(&self) -> usize {
        self.canary.load(Ordering::SeqCst)
    }

    /// The policy under test: one address, the port of both.
    pub fn policy(&self) -> Policy {
        Policy {
            allow_private: vec!["127.0.0.1/32".parse().unwrap()],
            ports: vec![self.port, 443, 80],
            schemes: vec![Scheme::Https, Scheme::Http],
            ..Policy::default()
        }
    }

    pub fn resolver(&self) -> Arc<dyn Resolve> {
        Arc::new(Asks(self.name_server))
    }

    pub fn client(&self, limits: Limits) -> Outbound {
        Outbound::with(self.policy(), limits, self.resolver(), rustls::RootCertStore::empty()).unwrap()
    }

    pub fn client_that_may_call_both(&self) -> Outbound {
        let policy = Policy { allow_private: vec!["127.0.0.0/8".parse().unwrap()], ..self.policy() };
        Outbound::with(policy, Limits::default(), self.resolver(), rustls::RootCertStore::empty()).unwrap()
    }

    pub fn at(&self, name: &str, path: &str) -> String {
        format!("http://{name}:{}{path}", self.port)
    }

    /// A path that answers with a redirect.
    pub fn redirect_path(&self, location: &str) -> String {
        format!("/to/x{}", hex::encode(location))
    }

    pub fn redirect(&self, name: &str, location: &str) -> String {
        self.at(name, &self.redirect_path(location))
    }
}

/// Both on the same port, which is free at both addresses.
async fn listeners() -> (TcpListener, TcpListener) {
    for _ in 0..50 {
        let server = TcpListener::bind((SERVER, 0)).await.unwrap();
        let port = server.local_addr().unwrap().port();
        if let Ok(canary) = TcpListener::bind((CANARY, port)).await {
            return (server, canary);
        }
    }
    panic!("no port is free at {SERVER} and {CANARY}")
}

fn routes() -> Router {
    Router::new()
        .route("/echo", any(echo))
        .route("/teapot", get(|| async { StatusCode::IM_A_TEAPOT }))
        .route("/to/{location}", any(redirect))
        .route("/bytes/{n}", get(|Path(n): Path<usize>| async move { vec![b'x'; n] }))
        .route("/announced", get(|| async { ([(CONTENT_LENGTH, "1000000000")], stream(1)) }))
        .route("/endless", get(|| async { stream(usize::MAX) }))
        .route("/never", get(|| async { futures::future::pending::<()>().await }))
        .route("/drip", get(|| async { stream(2) }))
        .route("/many-headers", get(many_headers))
}

/// So many pieces, then silence.
fn stream(pieces: usize) -> Body {
    let piece = |_| Ok::<_, io::Error>(Bytes::from_static(&[b'x'; 1_000]));
    Body::from_stream(futures::stream::iter(0..pieces).map(piece).chain(futures::stream::pending()))
}

async fn many_headers() -> HeaderMap {
    (0..300).map(|i| (format!("x-{i}").parse().unwrap(), "y".parse().unwrap())).collect()
}

async fn redirect(Path(location): Path<String>) -> Response {
    let location = hex::decode(&location[1..]).unwrap();
    match http::HeaderValue::from_bytes(&location) {
        Ok(value) => (StatusCode::FOUND, [(LOCATION, value)]).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

async fn echo(request: Request) -> String {
    let (head, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 10_000).await.unwrap();
    let headers = head.headers.iter().map(|(name, value)| format!("{name}: {}\n", value.to_str().unwrap()));
    format!("{} {}\n{}\n{}", head.method, head.uri, headers.collect::<String>(), String::from_utf8_lossy(&body))
}

/// Answers questions for A records (RFC 1035, 4.1): the question comes back, with an answer for each address.
async fn serve_names(socket: UdpSocket, answers: Answers, queries: Arc<AtomicUsize>) {
    let mut buffer = [0; 512];
    while let Ok((length, from)) = socket.recv_from(&mut buffer).await {
        queries.fetch_add(1, Ordering::SeqCst);
        let question = &buffer[12..length];
        let ips = next_answer(&answers, &read_name(question));
        let count = u8::try_from(ips.len()).unwrap();
        let mut reply = [&buffer[..2], &[0x81, 0x80, 0, 1, 0, count, 0, 0, 0, 0], question].concat();
        for ip in ips {
            // The name by reference, type A, class IN, not to be kept, four bytes.
            reply.extend([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4]);
            reply.extend(ip.octets());
        }
        socket.send_to(&reply, from).await.unwrap();
    }
}

fn next_answer(answers: &Answers, name: &str) -> Vec<Ipv4Addr> {
    match answers.lock().get_mut(name) {
        Some(list) if list.len() > 1 => list.remove(0),
        Some(list) => list[0].clone(),
        None => Vec::new(),
    }
}

fn read_name(question: &[u8]) -> String {
    let (mut at, mut labels) = (0, Vec::new());
    while question[at] != 0 {
        let end = at + 1 + usize::from(question[at]);
        labels.push(String::from_utf8_lossy(&question[at + 1..end]).into_owned());
        at = end;
    }
    labels.join(".")
}

/// Asks the name server, with nothing kept in between.
struct Asks(SocketAddr);

#[async_trait]
impl Resolve for Asks {
    async fn resolve(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        let socket = UdpSocket::bind((SERVER, 0)).await?;
        let mut query = vec![0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0];
        for label in host.split('.') {
            query.push(u8::try_from(label.len()).unwrap());
            query.extend(label.as_bytes());
        }
        query.extend([0, 0, 1, 0, 1]);
        socket.send_to(&query, self.0).await?;
        let mut buffer = [0; 512];
        let (length, _) = socket.recv_from(&mut buffer).await?;
        let answers = buffer[query.len()..length].chunks_exact(16);
        Ok(answers.map(|a| Ipv4Addr::new(a[12], a[13], a[14], a[15]).into()).collect())
    }
}
