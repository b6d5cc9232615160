//! The values that labels can have.

use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue, LabelValueEncoder};

/// Gives each value of an enum its name in the metrics.
macro_rules! label {
    ($(#[$about:meta])* $name:ident { $($(#[$of_value:meta])* $value:ident => $text:literal,)+ }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$of_value])* $value,)+
        }

        impl $name {
            /// All values, so that each counter is there from the start.
            pub const ALL: &[Self] = &[$(Self::$value,)+];

            /// The value as the metrics and the log say it.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$value => $text,)+ }
            }
        }

        impl EncodeLabelValue for $name {
            fn encode(&self, encoder: &mut LabelValueEncoder<'_>) -> Result<(), std::fmt::Error> {
                self.as_str().encode(encoder)
            }
        }
    };
}

label! {
    /// The method of an HTTP request.
    HttpMethod {
        /// `GET`
        Get => "GET",
        /// `HEAD`
        Head => "HEAD",
        /// `POST`
        Post => "POST",
        /// `PUT`
        Put => "PUT",
        /// `PATCH`
        Patch => "PATCH",
        /// `DELETE`
        Delete => "DELETE",
        /// `OPTIONS`
        Options => "OPTIONS",
        /// Any other that a client may make up.
        Other => "(other)",
    }
}

label! {
    /// Why a connection was closed before it was of use.
    ConnectionRefused {
        /// There are as many as may be, and each has a request in flight.
        Full => "full",
        /// There are as many as may be, and this one was idle longest.
        MadeWay => "made_way",
        /// There are as many from its address as may be.
        Address => "address",
        /// It comes from outside the private networks, which this listener is for.
        NotPrivate => "not_private",
        /// The TLS handshake took too long.
        HandshakeTimeout => "handshake_timeout",
        /// The TLS handshake failed.
        HandshakeFailed => "handshake_failed",
    }
}

label! {
    /// Why a request was refused before a use case saw it.
    RequestRefused {
        /// Its address makes too many.
        AddressRate => "address_rate",
        /// Its caller makes too many.
        CallerRate => "caller_rate",
        /// Its head or body is too large, too deep or too long.
        Size => "size",
        /// It took too long to arrive.
        Slow => "slow",
        /// The server is working on as many as it may.
        Busy => "busy",
        /// Its `Host` is not served.
        Host => "host",
        /// A web page of an `Origin` that is not allowed made it.
        Origin => "origin",
        /// Its body is compressed, or encoded in another way that is not read here.
        Encoding => "encoding",
        /// It is no HTTP that can be read.
        Unreadable => "unreadable",
        /// It shows no credential that is good.
        SignIn => "sign_in",
        /// Its caller may not do this.
        Forbidden => "forbidden",
        /// Its caller or address has failed to sign in too often.
        Lockout => "lockout",
    }
}

label! {
    /// How somebody signs in.
    SignInMethod {
        /// With an access token of an identity provider.
        AccessToken => "access_token",
        /// With an API token of this server.
        ApiToken => "api_token",
        /// With a client certificate.
        Certificate => "certificate",
        /// With the cookie of a session.
        Session => "session",
        /// Through an identity provider's page, to the dashboard.
        Provider => "provider",
        /// With nothing: in development, on this machine.
        Local => "local",
    }
}

label! {
    /// How a sign-in ended.
    SignInOutcome {
        /// The credential is good.
        Accepted => "accepted",
        /// The credential is not good.
        Refused => "refused",
        /// The caller or address has to wait.
        LockedOut => "locked_out",
        /// It could not be told, because the provider or the store did not answer.
        Unavailable => "unavailable",
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct OfAnswer {
    pub(crate) route: &'static str,
    pub(crate) method: HttpMethod,
    pub(crate) status: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct OfRoute {
    pub(crate) route: &'static str,
    pub(crate) method: HttpMethod,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct OfConnection {
    pub(crate) reason: ConnectionRefused,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct OfRefusal {
    pub(crate) reason: RequestRefused,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct OfReload {
    pub(crate) outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct OfSignIn {
    pub(crate) method: SignInMethod,
    pub(crate) outcome: SignInOutcome,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct OfBuild {
    pub(crate) version: &'static str,
}
