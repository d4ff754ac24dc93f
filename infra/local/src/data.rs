//! The folder that keeps the local stack's state between starts.

use aws_lc_rs::{
    encoding::AsDer,
    rsa::{KeyPair, KeySize},
    signature::KeyPair as _,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// The layout this version writes. A folder with a higher number was written by a newer Chatlink.
const FORMAT: u32 = 1;
/// The simulated world stands still between starts, so that a second start finds nothing to do; when its present is
/// older than this, it moves on.
const WORLD_STANDS_STILL: SignedDuration = SignedDuration::from_hours(12);
const PRIVATE_KEY: &str = "sync-user.key.pem";

/// The folder.
#[derive(Clone, Debug)]
pub struct DataFolder {
    path: PathBuf,
}

/// Why the folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    /// Written by a newer version.
    #[error(
        "the data folder {path} has format {found}, and this Chatlink knows formats up to {FORMAT}; use the newer Chatlink that wrote it, or give another folder with --data"
    )]
    Newer {
        /// The folder.
        path: PathBuf,
        /// The number found.
        found: u32,
    },
    /// Not one of ours.
    #[error(
        "{file} is not what Chatlink writes there: {reason}; give another folder with --data, or delete this one to start anew"
    )]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The system refused.
    #[error("cannot use {file}: {source}")]
    Io {
        /// The file.
        file: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

/// What the simulated LivePerson account holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct WorldFile {
    pub(crate) seed: u64,
    pub(crate) conversations: u64,
    pub(crate) days: u32,
    /// The world's present.
    pub(crate) now: Timestamp,
}

/// The key pair with which the local sync user signs in to the local org.
#[derive(Clone)]
pub(crate) struct SigningKey {
    pub(crate) private_pem: String,
    pub(crate) public_pem: String,
}

impl DataFolder {
    /// Opens the folder, and makes it when there is none.
    ///
    /// # Errors
    /// [`DataError`]; a folder of a newer version is left as it is.
    pub fn open(path: &Path) -> Result<DataFolder, DataError> {
        let folder = DataFolder { path: path.to_owned() };
        fs::create_dir_all(path).map_err(|source| DataError::Io { file: path.to_owned(), source })?;
        match folder.read("format")? {
            None => folder.write("format", &FORMAT.to_string())?,
            Some(text) => match text.trim().parse::<u32>() {
                Ok(found) if found > FORMAT => return Err(DataError::Newer { path: path.to_owned(), found }),
                Ok(_) => {}
                Err(_) => {
                    let reason = "it should hold one number".to_owned();
                    return Err(DataError::Unreadable { file: folder.file("format"), reason });
                }
            },
        }
        Ok(folder)
    }

    /// The environment of functions that run elsewhere, as a file of `NAME="value"` lines; answers the file.
    ///
    /// # Errors
    /// [`DataError`].
    pub(crate) fn environment(&self, variables: &[(&str, String)]) -> Result<PathBuf, DataError> {
        let lines: String = variables.iter().map(|(name, value)| format!("{name}=\"{value}\"\n")).collect();
        self.write("functions.env", &lines)?;
        Ok(self.file("functions.env"))
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    fn read(&self, name: &str) -> Result<Option<String>, DataError> {
        match fs::read_to_string(self.file(name)) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(DataError::Io { file: self.file(name), source }),
        }
    }

    /// Written beside and renamed, so that a kill leaves the old file or the new one.
    pub(crate) fn write(&self, name: &str, text: &str) -> Result<(), DataError> {
        let (file, new) = (self.file(name), self.file(&format!("{name}.new")));
        let io = |source| DataError::Io { file: file.clone(), source };
        fs::write(&new, text).map_err(io)?;
        fs::rename(&new, &file).map_err(|source| DataError::Io { file, source })
    }

    /// The world as it was left, moved on when it is old; `new` when there is none.
    pub(crate) fn world(&self, now: Timestamp, new: WorldFile) -> Result<WorldFile, DataError> {
        let world = match self.read("world.json")? {
            None => new,
            Some(json) => {
                let mut kept: WorldFile = self.parse("world.json", &json)?;
                if now.duration_since(kept.now) > WORLD_STANDS_STILL {
                    kept.now = now;
                }
                kept
            }
        };
        self.write("world.json", &serde_json::to_string_pretty(&world).unwrap_or_default())?;
        Ok(world)
    }

    /// The secrets the stack's Secrets Manager serves, by name; `new` when there are none yet.
    pub(crate) fn secrets(
        &self,
        new: impl FnOnce() -> serde_json::Map<String, serde_json::Value>,
    ) -> Result<serde_json::Map<String, serde_json::Value>, DataError> {
        if let Some(json) = self.read("secrets.json")? {
            return self.parse("secrets.json", &json);
        }
        let secrets = new();
        self.write("secrets.json", &serde_json::to_string_pretty(&secrets).unwrap_or_default())?;
        Ok(secrets)
    }

    /// Where the private key lies.
    pub(crate) fn signing_key_file(&self) -> PathBuf {
        let file = self.file(PRIVATE_KEY);
        file.canonicalize().unwrap_or(file)
    }

    /// The key pair, made at the first start.
    pub(crate) fn signing_key(&self) -> Result<SigningKey, DataError> {
        let (private, public) = (self.read(PRIVATE_KEY)?, self.read("sync-user.pub.pem")?);
        if let (Some(private_pem), Some(public_pem)) = (private, public) {
            return Ok(SigningKey { private_pem, public_pem });
        }
        let unusable = |_| DataError::Unreadable {
            file: self.file(PRIVATE_KEY),
            reason: "no key could be made".to_owned(),
        };
        let pair = KeyPair::generate(KeySize::Rsa2048).map_err(unusable)?;
        let private = AsDer::<aws_lc_rs::encoding::Pkcs8V1Der<'_>>::as_der(&pair).map_err(unusable)?;
        let public = AsDer::<aws_lc_rs::encoding::PublicKeyX509Der<'_>>::as_der(pair.public_key())
            .map_err(unusable)?;
        let key = SigningKey {
            private_pem: pem("PRIVATE KEY", private.as_ref()),
            public_pem: pem("PUBLIC KEY", public.as_ref()),
        };
        self.write("sync-user.pub.pem", &key.public_pem)?;
        self.write(PRIVATE_KEY, &key.private_pem)?;
        Ok(key)
    }

    fn parse<T: serde::de::DeserializeOwned>(&self, name: &str, json: &str) -> Result<T, DataError> {
        serde_json::from_str(json)
            .map_err(|error| DataError::Unreadable { file: self.file(name), reason: error.to_string() })
    }
}

fn pem(label: &str, der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let lines: Vec<&str> = (0..text.len()).step_by(64).map(|at| &text[at..text.len().min(at + 64)]).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_of_a_newer_version_is_refused_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("format"), "2").unwrap();
        let error = DataFolder::open(folder.path()).unwrap_err().to_string();
        assert!(error.contains("format 2") && error.contains("--data"), "{error}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing was added");
        fs::write(folder.path().join("format"), "soon").unwrap();
        assert!(DataFolder::open(folder.path()).is_err());
    }

    #[test]
    fn the_world_stands_still_for_hours_and_then_moves_on() {
        let folder = tempfile::tempdir().unwrap();
        let data = DataFolder::open(folder.path()).unwrap();
        let at = |hour: i64| Timestamp::from_second(hour * 3_600).unwrap();
        let new = WorldFile { seed: 7, conversations: 10, days: 1, now: at(100) };
        assert_eq!(data.world(at(100), new.clone()).unwrap().now, at(100));
        assert_eq!(data.world(at(112), new.clone()).unwrap().now, at(100));
        let later = WorldFile { seed: 8, ..new };
        let moved = data.world(at(113), later).unwrap();
        assert_eq!((moved.now, moved.seed), (at(113), 7), "its seed stays");
    }

    #[test]
    fn the_key_pair_is_made_once() {
        let folder = tempfile::tempdir().unwrap();
        let data = DataFolder::open(folder.path()).unwrap();
        let first = data.signing_key().unwrap();
        assert_eq!(data.signing_key().unwrap().private_pem, first.private_pem);
        assert!(jsonwebtoken::EncodingKey::from_rsa_pem(first.private_pem.as_bytes()).is_ok());
        assert!(jsonwebtoken::DecodingKey::from_rsa_pem(first.public_pem.as_bytes()).is_ok());
    }
}
