//! Tokens for tests, made as an operator makes them.

use app::{Call, NewToken, Quiet};
use domain::RequestId;
use secrecy::ExposeSecret as _;

use crate::running::{House, data_owner};

pub(crate) struct Token {
    pub(crate) value: String,
    pub(crate) id: String,
}

impl Token {
    pub(crate) fn revoke(&self, house: &House) {
        let (caller, request) = (data_owner(), RequestId::random().unwrap());
        let call = Call { caller: &caller, request: &request, watch: &Quiet };
        app::revoke_token(&house.services, &call, &self.id).unwrap();
    }
}

/// A token of `principal`, a member.
pub(crate) fn member_token(house: &House, principal: &str, label: &str) -> Token {
    token(house, principal, label, &["member"])
}

pub(crate) fn token(house: &House, principal: &str, label: &str, roles: &[&str]) -> Token {
    let (caller, request) = (data_owner(), RequestId::random().unwrap());
    let call = Call { caller: &caller, request: &request, watch: &Quiet };
    let wanted = NewToken {
        label: label.to_owned(),
        principal: Some(principal.to_owned()),
        roles: roles.iter().map(|role| (*role).to_owned()).collect(),
        projects: Vec::new(),
        lifetime_days: 30,
    };
    let made = app::create_token(&house.services, &call, wanted).unwrap();
    Token { value: made.token.expose_secret().to_owned(), id: made.summary.id }
}
