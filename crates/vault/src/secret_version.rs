//! What a sealed value belongs to, and how that is bound into it.

use crate::error::Error;
use crate::kek_id::KekId;

/// Longest name of a project, an environment or a secret.
const MAX_NAME_BYTES: usize = 512;

/// One version of one secret: what a sealed value belongs to. It opens as nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SecretVersion<'a> {
    /// The id of the project, or `None` for a secret of no project.
    pub project: Option<&'a str>,
    /// The environment.
    pub environment: &'a str,
    /// The name of the secret.
    pub name: &'a str,
    /// The number of the version.
    pub version: u64,
}

impl SecretVersion<'_> {
    /// What is authenticated with the value.
    pub(crate) fn binds_value(&self, format: u8, algorithm: u8) -> Result<Vec<u8>, Error> {
        self.bind("smart-begin vault: value", &[format, algorithm])
    }

    /// What is authenticated with the data key. The id of the key-encryption key is part of it where it is known
    /// before the data key is wrapped.
    pub(crate) fn binds_data_key(&self, format: u8, algorithm: u8, kek: Option<&KekId>) -> Result<Vec<u8>, Error> {
        let mut bound = self.bind("smart-begin vault: data key", &[format, algorithm])?;
        put_optional(&mut bound, kek.map(KekId::as_str));
        Ok(bound)
    }

    /// Each field with its length, in one fixed order: no two sets of fields give the same bytes.
    fn bind(&self, purpose: &str, kind: &[u8; 2]) -> Result<Vec<u8>, Error> {
        let names = [("the project's id", self.project.unwrap_or_default()), ("the environment", self.environment)];
        for (what, name) in names.into_iter().chain([("the secret's name", self.name)]) {
            if name.len() > MAX_NAME_BYTES {
                return Err(Error::TooLarge(what, MAX_NAME_BYTES));
            }
        }
        let mut bound = Vec::with_capacity(128);
        put(&mut bound, purpose.as_bytes());
        put(&mut bound, kind);
        put_optional(&mut bound, self.project);
        put(&mut bound, self.environment.as_bytes());
        put(&mut bound, self.name.as_bytes());
        put(&mut bound, &self.version.to_be_bytes());
        Ok(bound)
    }
}

fn put(bound: &mut Vec<u8>, field: &[u8]) {
    bound.extend_from_slice(&(field.len() as u64).to_be_bytes());
    bound.extend_from_slice(field);
}

fn put_optional(bound: &mut Vec<u8>, field: Option<&str>) {
    bound.push(u8::from(field.is_some()));
    put(bound, field.unwrap_or_default().as_bytes());
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    type Fields = (Option<String>, String, String, u64, u8, u8);

    fn bound((project, environment, name, version, format, algorithm): &Fields) -> Vec<u8> {
        let of = SecretVersion { project: project.as_deref(), environment, name, version: *version };
        of.binds_value(*format, *algorithm).unwrap()
    }

    fn fields() -> impl Strategy<Value = Fields> {
        // Few characters, so that fields which would run together do so often.
        let text = || "[ab\\x00]{0,3}";
        (proptest::option::of(text()), text(), text(), 0..3_u64, 0..2_u8, 0..2_u8)
    }

    proptest! {
        #[test]
        fn no_two_sets_of_fields_are_bound_alike(one in fields(), other in fields()) {
            prop_assert_eq!(one == other, bound(&one) == bound(&other));
        }
    }

    #[test]
    fn a_value_and_its_data_key_are_bound_differently() {
        let of = SecretVersion { project: None, environment: "production", name: "DATABASE_URL", version: 1 };
        let id: KekId = "local:00".parse().unwrap();
        let (none, some) = (of.binds_data_key(1, 1, None).unwrap(), of.binds_data_key(1, 1, Some(&id)).unwrap());
        assert!(of.binds_value(1, 1).unwrap() != none && none != some);
    }

    #[test]
    fn names_have_a_limit() {
        let name = "n".repeat(MAX_NAME_BYTES + 1);
        let of = SecretVersion { project: None, environment: "production", name: &name, version: 1 };
        assert!(matches!(of.binds_value(1, 1), Err(Error::TooLarge("the secret's name", MAX_NAME_BYTES))));
    }
}
