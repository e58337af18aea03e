//! Query strings.

use crate::simulator::error::{ApiError, ApiResult};
use crate::simulator::logs::LogQuery;

/// The parameters of a request, in order.
#[derive(Debug, Default)]
pub(super) struct Query(Vec<(String, String)>);

impl Query {
    /// Reads the text behind the question mark.
    pub fn parse(text: Option<&str>) -> Self {
        let pairs = text.unwrap_or_default().split('&').filter(|pair| !pair.is_empty());
        Self(
            pairs
                .map(|pair| {
                    let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
                    (decode(key), decode(value))
                })
                .collect(),
        )
    }

    /// A parameter, if it is there and not empty.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.iter().find(|(known, value)| known == key && !value.is_empty()).map(|(_, value)| value.as_str())
    }

    /// A switch.
    pub fn flag(&self, key: &str) -> bool {
        matches!(self.get(key), Some("true" | "1" | "True"))
    }

    /// A number.
    pub fn number<T: std::str::FromStr>(&self, key: &str) -> ApiResult<Option<T>> {
        self.get(key)
            .map(|text| text.parse().map_err(|_| ApiError::bad_request(format!("invalid value {text:?} for {key}"))))
            .transpose()
    }

    /// `dryRun`, of which only `All` exists.
    pub fn dry_run(&self) -> ApiResult<bool> {
        match self.get("dryRun") {
            None => Ok(false),
            Some("All") => Ok(true),
            Some(other) => {
                let message = format!("dryRun: Unsupported value: {other:?}: supported values: \"All\"");
                Err(ApiError::new(422, "Invalid", message))
            }
        }
    }

    /// The parameters of a log request.
    pub fn logs(&self) -> ApiResult<LogQuery> {
        Ok(LogQuery {
            container: self.get("container").map(str::to_owned),
            previous: self.flag("previous"),
            tail_lines: self.number("tailLines")?,
            limit_bytes: self.number("limitBytes")?,
            timestamps: self.flag("timestamps"),
        })
    }
}

fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = (bytes[at] == b'%').then(|| text.get(at + 1..at + 3)).flatten();
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                decoded.push(byte);
                at += 3;
            }
            None => {
                decoded.push(if bytes[at] == b'+' { b' ' } else { bytes[at] });
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes() {
        let query = Query::parse(Some("labelSelector=a%3Db%2Cc+in+%28d%29&watch=true&leer=&limit=x"));
        assert_eq!(query.get("labelSelector"), Some("a=b,c in (d)"));
        assert!(query.flag("watch"));
        assert_eq!(query.get("leer"), None);
        assert!(query.number::<u64>("limit").is_err());
    }
}
