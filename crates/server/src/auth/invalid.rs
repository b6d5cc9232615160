//! Why a token is not taken. For the log alone: but for a wrong audience, whoever shows a token is told one and the same.

/// What is wrong with a token.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Invalid {
    /// It has not the form of a token.
    #[error("it is malformed: {0}")]
    Malformed(&'static str),
    /// Its algorithm is not among those taken from this provider.
    #[error("its algorithm is not taken")]
    Algorithm,
    /// Its header has a member that is never taken, or lacks one.
    #[error("the header's {0} is not taken")]
    Header(&'static str),
    /// It is another kind of token.
    #[error("it is another kind of token: {0}")]
    Kind(&'static str),
    /// No provider of ours issued it.
    #[error("its issuer is not trusted here")]
    Issuer,
    /// The provider has no such key.
    #[error("the provider has no such key")]
    Key,
    /// The signature does not fit.
    #[error("its signature does not fit")]
    Signature,
    /// It was issued for others. They are told, so that the fault can be put right: the signature was good.
    #[error("it is for another audience")]
    Audience(Vec<String>),
    /// Its time is over.
    #[error("it has expired")]
    Expired,
    /// Its time has not come.
    #[error("it is not valid yet")]
    TooEarly,
    /// A claim is missing or malformed.
    #[error("the claim {0} is missing or malformed")]
    Claim(&'static str),
    /// It is bound to a key or certificate that the connection does not show.
    #[error("it is bound to a key that was not shown")]
    Bound,
    /// The provider cannot be asked for its keys, and none are known yet.
    #[error("the keys of the provider {0} are not known")]
    NoKeys(String),
}
