//! Certificates are checked. They are made by openssl for each run, since no private key belongs into the repository; where it
//! is not installed, only the first test has something to do.

use crate::code;
use crate::lab::{Lab, SERVER};
use portal::outbound::{Call, Limits, Outbound};
use portal_core::guard::Policy;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::process::Command;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

#[tokio::test]
async fn what_does_not_speak_tls_is_refused() {
    let lab = Lab::start().await;
    lab.name("hook.example.org", &[&[SERVER]]);
    let address = lab.at("hook.example.org", "/echo").replace("http://", "https://");
    assert_eq!(code(lab.client(Limits::default()).send(Call::get(address)).await), "outbound_tls");
}

/// Certificate and key for `hook.example.org`, signed by themselves.
fn certificate() -> Option<(CertificateDer<'static>, PrivateKeyDer<'static>)> {
    let folder = tempfile::tempdir().unwrap();
    let arguments = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout key.pem -out cert.pem -days 2 \
                     -subj /CN=hook -addext subjectAltName=DNS:hook.example.org -addext basicConstraints=critical,CA:FALSE";
    let ran = Command::new("openssl").args(arguments.split_whitespace()).current_dir(folder.path()).output();
    if !ran.is_ok_and(|output| output.status.success()) {
        eprintln!("openssl is not installed: no certificate to check");
        return None;
    }
    let certificate = CertificateDer::from_pem_file(folder.path().join("cert.pem")).unwrap();
    let key = PrivateKeyDer::from_pem_file(folder.path().join("key.pem")).unwrap();
    Some((certificate, key))
}

#[tokio::test]
async fn only_a_trusted_certificate_for_the_name_will_do() {
    let Some((certificate, key)) = certificate() else { return };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.clone()], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind((SERVER, 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let mut request = [0; 4_096];
            let _ = stream.read(&mut request).await;
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nja").await;
            let _ = stream.shutdown().await;
        }
    });

    let lab = Lab::start().await;
    lab.name("hook.example.org", &[&[SERVER]]);
    lab.name("other.example.org", &[&[SERVER]]);
    let client = |roots| {
        let policy = Policy { ports: vec![port], ..lab.policy() };
        Outbound::with(policy, Limits::default(), lab.resolver(), roots).unwrap()
    };
    let mut trusted = rustls::RootCertStore::empty();
    trusted.add(certificate).unwrap();
    let hook = format!("https://hook.example.org:{port}/");
    let answer = client(trusted.clone()).send(Call::get(&hook)).await.unwrap();
    assert_eq!(&answer.body[..], b"ja");
    let other = format!("https://other.example.org:{port}/");
    assert_eq!(code(client(trusted).send(Call::get(other)).await), "outbound_tls", "another name");
    let nobody = rustls::RootCertStore::empty();
    assert_eq!(code(client(nobody).send(Call::get(hook)).await), "outbound_tls", "nobody trusts it");
    server.abort();
}
