//! A small client: keeps connections open and asks for the same page again and again. Blocking threads, one per connection,
//! which cost less than anything that would be measured along with the server.

use anyhow::{Context, Result, bail, ensure};
use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    time::{Duration, Instant},
};

/// Longest head of an answer.
const MAX_HEAD: usize = 64 * 1024;

/// An open connection.
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    /// Opens one.
    pub fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect_timeout(&address, Duration::from_secs(5))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        Ok(Self { stream, buffer: vec![0; 256 * 1024] })
    }

    /// Sends a request; gives the body of a 200.
    pub fn ask(&mut self, request: &[u8]) -> Result<&[u8]> {
        self.stream.write_all(request)?;
        let (mut filled, head) = (0, b"\r\n\r\n");
        let begin = loop {
            filled += self.read(filled)?;
            if let Some(end) = self.buffer[..filled].windows(4).position(|w| w == head) {
                break end + 4;
            }
            ensure!(filled < MAX_HEAD, "no end of the head");
        };
        let text = std::str::from_utf8(&self.buffer[..begin])?;
        ensure!(text.starts_with("HTTP/1.1 200"), "not 200: {}", text.lines().next().unwrap_or_default());
        let length = text.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
        });
        let end = begin + length.context("no Content-Length")?;
        if self.buffer.len() < end {
            self.buffer.resize(end, 0);
        }
        while filled < end {
            filled += self.read(filled)?;
        }
        Ok(&self.buffer[begin..end])
    }

    fn read(&mut self, at: usize) -> Result<usize> {
        match self.stream.read(&mut self.buffer[at..])? {
            0 => bail!("the connection was closed"),
            n => Ok(n),
        }
    }
}

/// A GET that keeps the connection open.
pub fn get(path: &str, headers: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: portal.test\r\n{headers}\r\n").into_bytes()
}

/// The answer to one request.
pub fn once(address: SocketAddr, request: &[u8]) -> Result<Vec<u8>> {
    Ok(Connection::open(address)?.ask(request)?.to_vec())
}

/// Asks over several connections for some time; requests per second. Every answer is as long as `expected`, and the first
/// of each connection equals it.
pub fn rate(address: SocketAddr, request: &[u8], expected: &[u8], connections: usize, time: Duration) -> Result<f64> {
    let counts = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..connections)
            .map(|_| {
                scope.spawn(move || -> Result<(u64, f64)> {
                    let mut connection = Connection::open(address)?;
                    ensure!(connection.ask(request)? == expected, "not the same page");
                    let (begin, mut count) = (Instant::now(), 0);
                    while begin.elapsed() < time {
                        ensure!(connection.ask(request)?.len() == expected.len(), "not the same page");
                        count += 1;
                    }
                    Ok((count, begin.elapsed().as_secs_f64()))
                })
            })
            .collect();
        threads.into_iter().map(|t| t.join().map_err(|_| anyhow::anyhow!("a client died"))?).collect::<Result<Vec<_>>>()
    })?;
    Ok(counts.into_iter().map(|(count, seconds)| count as f64 / seconds).sum())
}
