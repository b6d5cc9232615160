//! Addresses of databases that hold a password.

use secrecy::{ExposeSecret as _, SecretString};
use url::Url;
use zeroize::Zeroizing;

use super::fault::Fault;

fn parse(address: &SecretString) -> Result<Url, Fault> {
    let url = Url::parse(address.expose_secret().trim()).map_err(|_| Fault::Address)?;
    let fits = ["postgres", "postgresql"].contains(&url.scheme()) && url.has_host() && !url.username().is_empty();
    if fits { Ok(url) } else { Err(Fault::Address) }
}

/// The role in an address.
pub(in crate::rotation) fn role_of(address: &SecretString) -> Result<String, Fault> {
    let url = parse(address)?;
    let name = percent_encoding::percent_decode_str(url.username()).decode_utf8().map_err(|_| Fault::Address)?;
    Ok(name.into_owned())
}

/// The password in an address.
pub(in crate::rotation) fn password_of(address: &SecretString) -> Result<SecretString, Fault> {
    let url = parse(address)?;
    let encoded = url.password().ok_or(Fault::Address)?;
    let bytes = Zeroizing::new(percent_encoding::percent_decode_str(encoded).collect::<Vec<u8>>());
    std::str::from_utf8(&bytes).map(SecretString::from).map_err(|_| Fault::Address)
}

/// The same address with another role and password.
pub(in crate::rotation) fn with_role(
    address: &SecretString,
    role: &str,
    password: &SecretString,
) -> Result<SecretString, Fault> {
    let mut url = parse(address)?;
    url.set_username(role).map_err(|()| Fault::Address)?;
    url.set_password(Some(password.expose_secret())).map_err(|()| Fault::Address)?;
    let text = Zeroizing::new(String::from(url));
    Ok(SecretString::from(text.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_role_and_password_are_replaced() {
        let address = SecretString::from("postgres://app%40x:old@db.example:5433/shop?application_name=a%20b");
        assert_eq!(role_of(&address).unwrap(), "app@x");
        let new = with_role(&address, "two:x", &SecretString::from("p@ss/w:rd")).unwrap();
        let shown = new.expose_secret();
        assert_eq!(shown, "postgres://two%3Ax:p%40ss%2Fw%3Ard@db.example:5433/shop?application_name=a%20b");
        assert_eq!(password_of(&new).unwrap().expose_secret(), "p@ss/w:rd");
        let read: tokio_postgres::Config = shown.parse().unwrap();
        assert_eq!((read.get_user(), read.get_password()), (Some("two:x"), Some(b"p@ss/w:rd".as_slice())));
    }

    #[test]
    fn other_addresses_are_refused() {
        for text in ["", "mysql://a:b@c/d", "postgres:///db", "postgres://db.example/x", "host=x user=y"] {
            assert!(role_of(&SecretString::from(text)).is_err(), "{text}");
        }
    }
}
