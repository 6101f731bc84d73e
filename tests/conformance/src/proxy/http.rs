//! As much of HTTP/1.1 as a proxy needs that wants to see every message whole.

use std::fmt::Write as _;
use std::io::{Error, ErrorKind, Result};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// More than any message in these tests; a peer that sends more is broken.
const LONGEST: usize = 64 * 1024 * 1024;

/// A request or a reply, with its body unchunked.
#[derive(Debug, Clone, Default)]
pub(super) struct Message {
    /// The request line or the status line.
    pub(super) first: String,
    /// Names as they came.
    pub(super) fields: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

impl Message {
    pub(super) fn reply(status: u16, content_type: &str, body: &str) -> Self {
        Self {
            first: format!("HTTP/1.1 {status} As Told"),
            fields: vec![("Content-Type".to_owned(), content_type.to_owned())],
            body: body.as_bytes().to_vec(),
        }
    }

    pub(super) fn field(&self, name: &str) -> Option<&str> {
        let found = self
            .fields
            .iter()
            .find(|(other, _)| other.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    pub(super) fn remove(&mut self, name: &str) {
        self.fields.retain(|(other, _)| !other.eq_ignore_ascii_case(name));
    }

    pub(super) fn status(&self) -> u16 {
        let status = self.first.split(' ').nth(1);
        status.and_then(|status| status.parse().ok()).unwrap_or_default()
    }

    /// The message as it goes out, its length told plainly.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = self.head();
        bytes.extend_from_slice(format!("Content-Length: {}\r\n\r\n", self.body.len()).as_bytes());
        bytes.extend_from_slice(&self.body);
        bytes
    }

    /// First line and fields, without the empty line that ends them.
    pub(super) fn head(&self) -> Vec<u8> {
        let mut text = format!("{}\r\n", self.first);
        for (name, value) in &self.fields {
            let _ = write!(text, "{name}: {value}\r\n");
        }
        text.into_bytes()
    }
}

/// One end of a connection, and what was read of it beyond the last message.
#[derive(Debug)]
pub(super) struct Peer<S> {
    pub(super) stream: S,
    pub(super) ahead: Vec<u8>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Peer<S> {
    pub(super) fn new(stream: S) -> Self {
        Self {
            stream,
            ahead: Vec::new(),
        }
    }

    /// The next request; nothing where the peer has closed between two.
    pub(super) async fn request(&mut self) -> Result<Option<Message>> {
        let Some(mut message) = self.read_head().await? else {
            return Ok(None);
        };
        self.read_body(&mut message, false).await?;
        Ok(Some(message))
    }

    /// The reply to the last request.
    pub(super) async fn reply(&mut self) -> Result<Message> {
        let mut message = self
            .read_head()
            .await?
            .ok_or_else(|| Error::from(ErrorKind::UnexpectedEof))?;
        if message.status() != 101 {
            self.read_body(&mut message, true).await?;
        }
        Ok(message)
    }

    pub(super) async fn send(&mut self, bytes: &[u8]) -> Result<()> {
        self.stream.write_all(bytes).await?;
        self.stream.flush().await
    }

    async fn read_head(&mut self) -> Result<Option<Message>> {
        let end = loop {
            if let Some(at) = self.ahead.windows(4).position(|window| window == b"\r\n\r\n") {
                break at;
            }
            if !self.more().await? {
                return if self.ahead.is_empty() {
                    Ok(None)
                } else {
                    Err(ErrorKind::UnexpectedEof.into())
                };
            }
        };
        let head: Vec<u8> = self.ahead.drain(..end + 4).collect();
        let text = String::from_utf8_lossy(&head);
        let mut lines = text.trim_end().split("\r\n");
        let first = lines.next().unwrap_or_default().to_owned();
        let fields = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_owned(), value.trim().to_owned()));
        Ok(Some(Message {
            first,
            fields: fields.collect(),
            body: Vec::new(),
        }))
    }

    async fn read_body(&mut self, message: &mut Message, may_end_with_the_connection: bool) -> Result<()> {
        let length = message
            .field("content-length")
            .and_then(|length| length.parse().ok());
        let chunked = message
            .field("transfer-encoding")
            .is_some_and(|coding| coding.eq_ignore_ascii_case("chunked"));
        message.body = if chunked {
            self.read_chunks().await?
        } else if let Some(length) = length {
            self.take(length).await?
        } else if may_end_with_the_connection && message.status() != 204 && message.status() != 304 {
            while self.more().await? {}
            std::mem::take(&mut self.ahead)
        } else {
            Vec::new()
        };
        message.remove("transfer-encoding");
        message.remove("content-length");
        Ok(())
    }

    async fn read_chunks(&mut self) -> Result<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let line = self.line().await?;
            let size = line.split(';').next().unwrap_or_default().trim();
            let size =
                usize::from_str_radix(size, 16).map_err(|error| Error::new(ErrorKind::InvalidData, error))?;
            if size == 0 {
                // Trailers, of which there are none here, end with an empty line.
                while !self.line().await?.is_empty() {}
                return Ok(body);
            }
            body.extend(self.take(size).await?);
            self.line().await?;
        }
    }

    async fn line(&mut self) -> Result<String> {
        loop {
            if let Some(at) = self.ahead.windows(2).position(|window| window == b"\r\n") {
                let line: Vec<u8> = self.ahead.drain(..at + 2).collect();
                return Ok(String::from_utf8_lossy(&line).trim_end().to_owned());
            }
            self.more_or_fail().await?;
        }
    }

    async fn take(&mut self, length: usize) -> Result<Vec<u8>> {
        while self.ahead.len() < length {
            self.more_or_fail().await?;
        }
        Ok(self.ahead.drain(..length).collect())
    }

    async fn more_or_fail(&mut self) -> Result<()> {
        if self.more().await? {
            Ok(())
        } else {
            Err(ErrorKind::UnexpectedEof.into())
        }
    }

    async fn more(&mut self) -> Result<bool> {
        if self.ahead.len() > LONGEST {
            return Err(ErrorKind::InvalidData.into());
        }
        Ok(self.stream.read_buf(&mut self.ahead).await? > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn read(bytes: &[u8], reply: bool) -> Result<Message> {
        let (near, mut far) = tokio::io::duplex(1024);
        far.write_all(bytes).await.unwrap();
        drop(far);
        let mut peer = Peer::new(near);
        if reply {
            peer.reply().await
        } else {
            Ok(peer.request().await?.unwrap())
        }
    }

    #[tokio::test]
    async fn bodies_are_read_whatever_way_their_length_is_told() {
        let plain = read(b"POST /a HTTP/1.1\r\nContent-Length: 2\r\n\r\n[]", false)
            .await
            .unwrap();
        assert_eq!(plain.body, b"[]");
        let chunked = b"POST /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n[\r\nA;x=y\r\n0123456789\r\n0\r\n\r\n";
        assert_eq!(read(chunked, false).await.unwrap().body, b"[0123456789");
        let closed = read(b"HTTP/1.1 200 OK\r\nX: y\r\n\r\nabc", true).await.unwrap();
        assert_eq!((closed.status(), closed.body.as_slice()), (200, &b"abc"[..]));
        assert!(
            read(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", true)
                .await
                .is_err()
        );
    }

    #[tokio::test]
    async fn what_goes_out_tells_its_length_once() {
        let message = read(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX: y\r\n\r\n2\r\n[]\r\n0\r\n\r\n",
            true,
        );
        let bytes = message.await.unwrap().to_bytes();
        assert_eq!(
            String::from_utf8(bytes).unwrap(),
            "HTTP/1.1 200 OK\r\nX: y\r\nContent-Length: 2\r\n\r\n[]"
        );
    }
}
