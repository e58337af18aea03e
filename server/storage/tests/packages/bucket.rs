//! A bucket of its own for each test, in the store that `PORTAL_TEST_S3` names (`.ci/s3.sh start`).

use object_store::{ObjectStore, aws::AmazonS3Builder, path::Path, signer::Signer};
use portal_storage::Packages;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

const REGION: &str = "us-east-1";

/// Where the store is, and how it is opened.
pub struct Server {
    address: String,
    key: String,
    secret: String,
}

impl Server {
    /// The store for tests; without one the tests say so and leave it out.
    pub fn named() -> Option<Self> {
        let Ok(url) = std::env::var("PORTAL_TEST_S3") else {
            eprintln!("no store that speaks S3 here: PORTAL_TEST_S3 is not set (.ci/s3.sh start)");
            return None;
        };
        let rest = url.strip_prefix("http://").expect("PORTAL_TEST_S3 is http://KEY:SECRET@HOST:PORT");
        let (login, address) = rest.split_once('@').expect("PORTAL_TEST_S3 names key and secret");
        let (key, secret) = login.split_once(':').expect("PORTAL_TEST_S3 names key and secret");
        // The client takes the provider of the process; whoever is second finds the same one.
        drop(rustls::crypto::ring::default_provider().install_default());
        Some(Self { address: address.to_owned(), key: key.to_owned(), secret: secret.to_owned() })
    }

    fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// A new bucket as the portal opens it, and what lies below.
    pub async fn bucket(&self) -> (Packages, Arc<dyn ObjectStore>) {
        let name = format!("pakete-{}", uuid::Uuid::now_v7());
        let below = AmazonS3Builder::new()
            .with_endpoint(self.endpoint())
            .with_region(REGION)
            .with_bucket_name(&name)
            .with_access_key_id(&self.key)
            .with_secret_access_key(&self.secret)
            .with_allow_http(true)
            .build()
            .unwrap();
        let made = below.signed_url(http::Method::PUT, &Path::default(), Duration::from_secs(60)).await.unwrap();
        let made = self.put(&made.as_str()[self.endpoint().len()..]).await;
        assert!(made.starts_with("HTTP/1.1 200"), "the bucket was not made: {made}");
        (self.open(&name), Arc::new(below))
    }

    /// A bucket as the portal opens it.
    pub fn open(&self, name: &str) -> Packages {
        Packages::in_bucket(&self.endpoint(), REGION, name, &self.key, &self.secret).unwrap()
    }

    /// The client of `object_store` makes no buckets.
    async fn put(&self, target: &str) -> String {
        let mut line = tokio::net::TcpStream::connect(&self.address).await.unwrap();
        let head = format!(
            "PUT {target} HTTP/1.1\r\nHost: {}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
            self.address
        );
        line.write_all(head.as_bytes()).await.unwrap();
        let mut answer = String::new();
        line.read_to_string(&mut answer).await.unwrap();
        answer
    }
}
