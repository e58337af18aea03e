//! The one endpoint of a kubelet that an API server needs here: `/containerLogs/<namespace>/<pod>/<container>` over TLS.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::wire::Wire;

/// Serves logs from the pods' termination messages until the process ends; gives the port.
pub fn serve_logs(kubeconfig: &str) -> u16 {
    let config = Arc::new(config());
    let listener = TcpListener::bind("127.0.0.1:0").expect("port");
    let port = listener.local_addr().expect("address").port();
    let kubeconfig = kubeconfig.to_owned();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (config, kubeconfig) = (Arc::clone(&config), kubeconfig.clone());
            std::thread::spawn(move || answer(stream, config, &kubeconfig));
        }
    });
    port
}

/// A certificate of its own; API servers don't check it unless they are told to.
fn config() -> ServerConfig {
    let folder = tempfile::tempdir().expect("folder");
    let (key, certificate) = (folder.path().join("key.pem"), folder.path().join("cert.pem"));
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "7"])
        .args(["-subj", "/CN=ersatz-1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout"])
        .arg(&key)
        .arg("-out")
        .arg(&certificate)
        .output()
        .expect("openssl");
    assert!(made.status.success(), "openssl: {}", String::from_utf8_lossy(&made.stderr));
    let certificate = CertificateDer::from_pem_file(certificate).expect("certificate");
    let key = PrivateKeyDer::from_pem_file(key).expect("key");
    ServerConfig::builder().with_no_client_auth().with_single_cert(vec![certificate], key).expect("TLS")
}

/// One request per connection. A connection that breaks is the client's to notice.
fn answer(stream: TcpStream, config: Arc<ServerConfig>, kubeconfig: &str) {
    let Ok(connection) = ServerConnection::new(config) else { return };
    let mut stream = StreamOwned::new(connection, stream);
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && head.len() < 16 << 10 {
        match stream.read(&mut byte) {
            Ok(1) => head.push(byte[0]),
            _ => return,
        }
    }
    let head = String::from_utf8_lossy(&head);
    let path = head.split(' ').nth(1).unwrap_or_default().split('?').next().unwrap_or_default().to_owned();
    let log = log(&path, kubeconfig);
    let status = if log.is_some() { "200 OK" } else { "404 Not Found" };
    let body = log.unwrap_or_default();
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/plain\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
    );
    let sent = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes()));
    if sent.and_then(|()| stream.flush()).is_ok() {
        stream.conn.send_close_notify();
        drop(stream.flush());
    }
}

fn log(path: &str, kubeconfig: &str) -> Option<String> {
    let mut parts = path.strip_prefix("/containerLogs/")?.split('/');
    let (namespace, pod, container) = (parts.next()?, parts.next()?, parts.next()?);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
    let found = runtime.block_on(async {
        Wire::new(kubeconfig).await.get(&format!("/api/v1/namespaces/{namespace}/pods/{pod}")).await.1
    });
    let mut statuses = found["status"]["containerStatuses"].as_array()?.iter();
    let status = statuses.find(|status| status["name"] == container)?;
    Some(status["state"]["terminated"]["message"].as_str()?.to_owned())
}
