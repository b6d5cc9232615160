//! A real S3 server (`s3s` on a folder) within the test.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use delivery::{Destination, Patience, S3, S3Config};
use http::Response;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use outbound::Rules;
use s3s::Body;
use s3s::auth::SimpleAuth;
use s3s::service::S3ServiceBuilder;
use tokio::net::TcpListener;

use crate::samples::PATIENCE;

pub(crate) const BUCKET: &str = "anchors";
pub(crate) const KEY_ID: &str = "test-key-id";

pub(crate) struct Bucket {
    pub(crate) address: SocketAddr,
    pub(crate) secret: String,
    /// How many requests are answered with a fault before one reaches the server.
    pub(crate) faults: Arc<AtomicUsize>,
    /// The bucket is gone; else the fault is one of the server's own.
    pub(crate) bucket_gone: Arc<AtomicBool>,
}

impl Bucket {
    pub(crate) async fn start(folder: &Path) -> Self {
        std::fs::create_dir_all(folder.join(BUCKET)).unwrap();
        let secret = testkit_secret();
        let mut builder = S3ServiceBuilder::new(s3s_fs::FileSystem::new(folder).unwrap());
        builder.set_auth(SimpleAuth::from_single(KEY_ID, secret.as_str()));
        let service = builder.build();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let faults = Arc::new(AtomicUsize::new(0));
        let left = Arc::clone(&faults);
        let bucket_gone = Arc::new(AtomicBool::new(false));
        let gone = Arc::clone(&bucket_gone);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (service, left, gone) = (service.clone(), Arc::clone(&left), Arc::clone(&gone));
                let service = service_fn(move |request: http::Request<hyper::body::Incoming>| {
                    let (service, left, gone) = (service.clone(), Arc::clone(&left), Arc::clone(&gone));
                    async move {
                        let fails = left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
                        if fails.is_ok() {
                            return Ok(fault(gone.load(Ordering::SeqCst)));
                        }
                        service.call(request.map(Body::from)).await
                    }
                });
                tokio::spawn(async move {
                    let connection = hyper::server::conn::http1::Builder::new();
                    let _ = connection.serve_connection(TokioIo::new(stream), service).await;
                });
            }
        });
        Self { address, secret, faults, bucket_gone }
    }

    pub(crate) fn config(&self) -> S3Config {
        S3Config {
            bucket: BUCKET.to_owned(),
            region: "eu-central-1".to_owned(),
            endpoint: Some(format!("http://{}", self.address)),
            prefix: "logs/test".to_owned(),
            access_key_id: KEY_ID.to_owned(),
            secret_access_key: self.secret.as_str().into(),
        }
    }
}

/// As Amazon answers; the server of this test makes buckets that are not there.
fn fault(bucket_gone: bool) -> Response<Body> {
    let gone = "<?xml version=\"1.0\"?><Error><Code>NoSuchBucket</Code></Error>";
    let (status, body) = if bucket_gone { (404, gone) } else { (500, "") };
    Response::builder().status(status).body(Body::from(body.to_owned())).unwrap()
}

pub(crate) fn destination(config: &S3Config, rules: &Rules) -> Destination {
    let patience = Patience { attempts: 3, ..PATIENCE };
    Destination::S3(S3::new(config, rules, patience).unwrap())
}

/// Made at run time, so that no scanner takes it for a real one.
pub(crate) fn testkit_secret() -> String {
    let mut bytes = [0; 30];
    getrandom::fill(&mut bytes).unwrap();
    data_encoding::BASE64.encode(&bytes)
}
