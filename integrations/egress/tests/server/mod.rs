//! Servers of one answer on the loopback interface, gone with their handle.

use std::sync::{Arc, Mutex};

use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpListener,
    task::JoinHandle,
    time::{Duration, sleep},
};
use tokio_rustls::TlsAcceptor;

type Answer = Arc<dyn Fn(&str) -> String + Send + Sync>;

pub(crate) struct Server {
    pub(crate) port: u16,
    seen: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Server {
    pub(crate) async fn answering(answer: &str) -> Self {
        let answer = answer.to_owned();
        Self::start(move |_| answer.clone()).await
    }

    pub(crate) async fn start(answer: impl Fn(&str) -> String + Send + Sync + 'static) -> Self {
        Self::listen(Arc::new(answer), None, None).await
    }

    /// Sends the head and then one chunk after the other, for ever.
    pub(crate) async fn dripping(head: &str, chunk: &'static str) -> Self {
        let head = head.to_owned();
        Self::listen(Arc::new(move |_| head.clone()), Some(chunk), None).await
    }

    /// The same by TLS, as `calendar.test`, by the authority in `tls/ca.pem`.
    pub(crate) async fn tls(answer: &str) -> Self {
        let certificate = CertificateDer::from_pem_slice(include_bytes!("../tls/server.pem"));
        let key = PrivateKeyDer::from_pem_slice(include_bytes!("../tls/server.key"));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(vec![certificate.expect("a certificate")], key.expect("a key"))
            .expect("a configuration");
        let answer = answer.to_owned();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        Self::listen(Arc::new(move |_| answer.clone()), None, Some(acceptor)).await
    }

    async fn listen(answer: Answer, drip: Option<&'static str>, tls: Option<TlsAcceptor>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let requests = seen.clone();
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (answer, requests, tls) = (answer.clone(), requests.clone(), tls.clone());
                tokio::spawn(async move {
                    match tls {
                        Some(tls) => {
                            if let Ok(stream) = tls.accept(stream).await {
                                serve(stream, &answer, drip, &requests).await;
                            }
                        }
                        None => serve(stream, &answer, drip, &requests).await,
                    }
                });
            }
        });
        Self { port, seen, task }
    }

    pub(crate) fn url(&self, host: &str, path: &str) -> String {
        format!("http://{host}:{}{path}", self.port)
    }

    /// The requests so far, as they came.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.seen.lock().expect("a lock").clone()
    }
}

/// One request a connection.
async fn serve(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    answer: &Answer,
    drip: Option<&'static str>,
    requests: &Mutex<Vec<String>>,
) {
    let mut request = Vec::new();
    while !whole(&request) {
        let mut part = [0; 4096];
        match stream.read(&mut part).await {
            Ok(length) if length > 0 => request.extend_from_slice(&part[..length]),
            _ => return,
        }
    }
    let request = String::from_utf8_lossy(&request).into_owned();
    let text = answer(&request);
    requests.lock().expect("a lock").push(request);
    let _ = stream.write_all(text.as_bytes()).await;
    while let Some(chunk) = drip {
        sleep(Duration::from_millis(20)).await;
        if stream.write_all(chunk.as_bytes()).await.is_err() {
            return;
        }
    }
    let _ = stream.shutdown().await;
}

fn whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request).to_lowercase();
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    body.len() >= length.and_then(|length| length.parse().ok()).unwrap_or(0)
}
