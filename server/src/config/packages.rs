//! Where packages lie: a folder, or a bucket of a store that speaks S3.

use std::{
    fmt,
    path::{Path, PathBuf},
};
use zeroize::Zeroizing;

/// Where packages lie. The same for every process on one database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PackagePlace {
    /// A folder; made if it is not there.
    Folder(PathBuf),
    /// A bucket.
    Bucket(Bucket),
}

/// A bucket of a store that speaks S3.
#[derive(Clone, PartialEq, Eq)]
pub struct Bucket {
    /// Address of the store.
    pub endpoint: String,
    /// Region.
    pub region: String,
    /// Name of the bucket.
    pub bucket: String,
    /// Access key.
    pub key: String,
    /// The secret that belongs to it.
    pub secret: Zeroizing<String>,
}

/// Without the secret.
impl fmt::Debug for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bucket")
            .field("endpoint", &self.endpoint)
            .field("region", &self.region)
            .field("bucket", &self.bucket)
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for PackagePlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PackagePlace::Folder(folder) => write!(f, "folder {}", folder.display()),
            PackagePlace::Bucket(b) => write!(f, "bucket {} at {}", b.bucket, b.endpoint),
        }
    }
}

/// The settings beside the place, as they were written; empty if nobody set them.
pub(super) struct Written<'a> {
    pub place: &'a str,
    pub endpoint: &'a str,
    pub region: &'a str,
    pub key: &'a str,
    pub secret_file: &'a str,
    pub secret: &'a str,
}

/// A problem: the key of the setting and what is wrong with it.
pub(super) type Wrong = (&'static str, String);

/// The place that these settings mean, or everything that is wrong with them.
pub(super) fn read(written: &Written<'_>) -> Result<PackagePlace, Vec<Wrong>> {
    let Some(bucket) = written.place.strip_prefix("s3://") else {
        return match written.place {
            "" => Err(vec![("packages", "must name a folder, or s3://BUCKET".to_owned())]),
            place if place.contains("://") => {
                Err(vec![("packages", "must name a folder, or s3://BUCKET; nothing else is reached".to_owned())])
            }
            folder => Ok(PackagePlace::Folder(PathBuf::from(folder))),
        };
    };
    let mut wrong = Vec::new();
    if cfg!(not(feature = "s3")) {
        wrong.push(("packages", "this program was built without S3 (feature s3)".to_owned()));
    }
    if bucket.is_empty() || bucket.contains('/') {
        wrong.push(("packages", "must be s3://BUCKET, without a path".to_owned()));
    }
    let host = written.endpoint.strip_prefix("https://").or_else(|| written.endpoint.strip_prefix("http://"));
    if !host.is_some_and(|host| !host.is_empty() && !host.contains('@')) {
        let what = "must be https://HOST or http://HOST, because packages are to lie in a bucket";
        wrong.push(("s3_endpoint", what.to_owned()));
    }
    if written.key.is_empty() {
        wrong.push(("s3_key", "is needed, because packages are to lie in a bucket".to_owned()));
    }
    let secret = secret(written).unwrap_or_else(|problem| {
        wrong.push(problem);
        Zeroizing::new(String::new())
    });
    if !wrong.is_empty() {
        return Err(wrong);
    }
    Ok(PackagePlace::Bucket(Bucket {
        endpoint: written.endpoint.trim_end_matches('/').to_owned(),
        region: written.region.to_owned(),
        bucket: bucket.to_owned(),
        key: written.key.to_owned(),
        secret,
    }))
}

fn secret(written: &Written<'_>) -> Result<Zeroizing<String>, Wrong> {
    match (written.secret, written.secret_file) {
        ("", "") => {
            Err(("s3_secret_file", "is needed, or s3_secret, because packages are to lie in a bucket".to_owned()))
        }
        ("", file) => {
            let text = std::fs::read_to_string(Path::new(file)).map(Zeroizing::new);
            let text = text.map_err(|e| ("s3_secret_file", format!("{file} cannot be read: {e}")))?;
            let secret = Zeroizing::new(text.trim().to_owned());
            if secret.is_empty() { Err(("s3_secret_file", format!("{file} is empty"))) } else { Ok(secret) }
        }
        (secret, "") => Ok(Zeroizing::new(secret.to_owned())),
        _ => Err(("s3_secret", "is set, and so is s3_secret_file: only one of them".to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTHING: Written<'_> =
        Written { place: "daten/pakete", endpoint: "", region: "us-east-1", key: "", secret_file: "", secret: "" };

    #[test]
    fn a_folder_needs_nothing_else() {
        assert_eq!(read(&NOTHING), Ok(PackagePlace::Folder(PathBuf::from("daten/pakete"))));
        for place in ["", "ftp://pakete", "file:///pakete"] {
            assert_eq!(read(&Written { place, ..NOTHING }).unwrap_err()[0].0, "packages", "{place}");
        }
    }

    #[test]
    fn a_bucket_says_everything_that_is_missing() {
        let keys = |w: Written<'_>| read(&w).unwrap_err().into_iter().map(|(key, _)| key).collect::<Vec<_>>();
        let bare = Written { place: "s3://pakete", ..NOTHING };
        assert!(keys(bare).ends_with(&["s3_endpoint", "s3_key", "s3_secret_file"]));
        let whole = Written {
            place: "s3://pakete",
            endpoint: "https://s3.example",
            key: "portal",
            secret: "geheim",
            ..NOTHING
        };
        assert!(keys(Written { place: "s3://a/b", ..whole }).contains(&"packages"));
        let twice = Written { secret_file: "/nowhere", secret: "geheim", place: "s3://pakete", ..NOTHING };
        assert!(keys(twice).contains(&"s3_secret"));
        let unreadable = Written { place: "s3://pakete", secret_file: "/nowhere/secret", ..NOTHING };
        assert!(keys(unreadable).contains(&"s3_secret_file"));
    }

    #[cfg(feature = "s3")]
    #[test]
    fn the_secret_comes_from_a_file_and_is_never_shown() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "geheim\n").unwrap();
        let path = file.path().display().to_string();
        let place = read(&Written {
            place: "s3://pakete",
            endpoint: "https://s3.example/",
            key: "portal",
            secret_file: &path,
            ..NOTHING
        });
        let PackagePlace::Bucket(bucket) = place.unwrap() else { panic!("a bucket") };
        assert_eq!((bucket.secret.as_str(), bucket.endpoint.as_str()), ("geheim", "https://s3.example"));
        assert!(!format!("{bucket:?}{}", PackagePlace::Bucket(bucket.clone())).contains("geheim"));
    }
}
