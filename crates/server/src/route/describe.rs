//! What the OpenAPI document says of one method at one path. What all have in common is added here: the refusals of the
//! layers around them.

use std::collections::BTreeMap;

use utoipa::openapi::path::{OperationBuilder, ParameterBuilder, ParameterIn};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::schema::{KnownFormat, SchemaFormat, Type};
use utoipa::openapi::security::SecurityRequirement;
use utoipa::openapi::{
    ContentBuilder, HttpMethod, ObjectBuilder, Ref, RefOr, Required, ResponseBuilder, ResponsesBuilder, Schema,
};

/// The name of the schema of refusals.
pub(crate) const PROBLEM: &str = "Problem";

/// The name of the way to sign in.
pub(crate) const BEARER: &str = "bearer";

const JSON: &str = "application/json";

/// The answers that a layer may give to every request.
const BY_LAYERS: [(u16, &str); 11] = [
    (400, "The request is not well-formed."),
    (403, "The `Host` or `Origin` is not served, or the caller may not do this."),
    (408, "The request took too long to arrive."),
    (413, "The body is too large."),
    (414, "The path with its query is too long."),
    (415, "The body is encoded in a way that is not read here."),
    (429, "Too many requests; `Retry-After` tells how long to wait."),
    (431, "The headers are too large."),
    (500, "A fault of this server; the log names the request."),
    (503, "The server is busy or lacks something that it needs; `Retry-After` tells when to try again."),
    (504, "There was no answer in time."),
];

/// What is said of one method at one path.
#[derive(Clone)]
pub(crate) struct Doc {
    id: &'static str,
    summary: &'static str,
    parameters: Vec<(ParameterIn, &'static str, &'static str)>,
    form: Vec<(&'static str, &'static str)>,
    answers: BTreeMap<u16, (&'static str, Vec<&'static str>)>,
}

impl Doc {
    /// An operation with an id of its own and what it does in a sentence.
    pub(crate) fn of(id: &'static str, summary: &'static str) -> Self {
        Self { id, summary, parameters: Vec::new(), form: Vec::new(), answers: BTreeMap::new() }
    }

    /// It answers `status` with a body of one of the types in `media` (none: without a body) when `about`.
    pub(crate) fn answers(mut self, status: u16, media: &[&'static str], about: &'static str) -> Self {
        self.answers.insert(status, (about, media.to_vec()));
        self
    }

    /// The parameter `{name}` of the path.
    pub(crate) fn path(mut self, name: &'static str, about: &'static str) -> Self {
        self.parameters.push((ParameterIn::Path, name, about));
        self
    }

    /// A parameter of the query, which may be left out.
    pub(crate) fn query(mut self, name: &'static str, about: &'static str) -> Self {
        self.parameters.push((ParameterIn::Query, name, about));
        self
    }

    /// A field of the form that it takes.
    pub(crate) fn field(mut self, name: &'static str, about: &'static str) -> Self {
        self.form.push((name, about));
        self
    }

    /// The operation for the document. An answer to HEAD has no body.
    pub(crate) fn operation(&self, method: &HttpMethod, signed_in: bool) -> OperationBuilder {
        let head = *method == HttpMethod::Head;
        let id = if head { format!("{}Head", self.id) } else { self.id.to_owned() };
        let mut operation = OperationBuilder::new().operation_id(Some(id)).summary(Some(self.summary));
        for (place, name, about) in &self.parameters {
            operation = operation.parameter(parameter(place.clone(), name, about));
        }
        if !self.form.is_empty() {
            operation = operation.request_body(Some(form(&self.form)));
        }
        if signed_in {
            operation = operation.security(SecurityRequirement::new::<_, [&str; 0], &str>(BEARER, []));
        }
        operation.responses(self.responses(head, signed_in))
    }

    fn responses(&self, head: bool, signed_in: bool) -> ResponsesBuilder {
        let mut all: BTreeMap<u16, (&str, Vec<&str>)> =
            BY_LAYERS.map(|(status, about)| (status, (about, vec![JSON]))).into();
        if signed_in {
            all.insert(401, ("Sign in; `WWW-Authenticate` tells how.", vec![JSON]));
        }
        for (status, (about, media)) in &self.answers {
            let mut media = media.clone();
            // What the layers around it answer stays JSON, even where there are pages.
            if all.contains_key(status) && !media.contains(&JSON) {
                media.push(JSON);
            }
            all.insert(*status, (about, media));
        }
        all.into_iter().fold(ResponsesBuilder::new(), |responses, (status, (about, media))| {
            let mut response = ResponseBuilder::new().description(about);
            for media in media.into_iter().filter(|_| !head) {
                let content = ContentBuilder::new().schema(Some(schema(status, media)));
                response = response.content(media, content.build());
            }
            responses.response(status.to_string(), response.build())
        })
    }
}

fn parameter(place: ParameterIn, name: &str, about: &str) -> ParameterBuilder {
    let required = if matches!(place, ParameterIn::Path) { Required::True } else { Required::False };
    let text = ObjectBuilder::new().schema_type(Type::String);
    ParameterBuilder::new()
        .name(name)
        .parameter_in(place)
        .required(required)
        .description(Some(about))
        .schema(Some(text.build()))
}

fn form(fields: &[(&str, &str)]) -> utoipa::openapi::request_body::RequestBody {
    let whole = fields.iter().fold(ObjectBuilder::new(), |whole, (name, about)| {
        whole.property(*name, ObjectBuilder::new().schema_type(Type::String).description(Some(*about)))
    });
    let content = ContentBuilder::new().schema(Some(whole.build())).build();
    RequestBodyBuilder::new()
        .content("application/x-www-form-urlencoded", content)
        .required(Some(Required::True))
        .build()
}

fn schema(status: u16, media: &str) -> RefOr<Schema> {
    match media {
        JSON if status >= 400 => Ref::from_schema_name(PROBLEM).into(),
        JSON => ObjectBuilder::new().schema_type(Type::Object).build().into(),
        text if text.starts_with("text/") => ObjectBuilder::new().schema_type(Type::String).build().into(),
        _ => ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Binary)))
            .build()
            .into(),
    }
}
