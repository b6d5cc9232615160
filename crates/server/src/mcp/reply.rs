//! Answers of MCP, as far as all of them are alike: room for metadata, and a word for the log.

use rmcp::model::*;
use serde_json::Value;

use crate::fault;

const SERVER_INFO_KEY: &str = "io.modelcontextprotocol/serverInfo";

/// An answer that can carry metadata.
pub(crate) trait Reply {
    /// Where the answer keeps its metadata, if it has any.
    fn meta(&mut self) -> Option<&mut Option<MetaObject>>;

    /// How the call went, for the log.
    fn outcome(&self) -> &str {
        "ok"
    }

    /// Names the server in the answer's metadata.
    fn stamp(&mut self, server_info: &Value) {
        if let Some(meta) = self.meta() {
            meta.get_or_insert_default().insert(SERVER_INFO_KEY.to_owned(), server_info.clone());
        }
    }
}

macro_rules! with_meta {
    ($($reply:ty)*) => {
        $(impl Reply for $reply {
            fn meta(&mut self) -> Option<&mut Option<MetaObject>> {
                Some(&mut self.meta)
            }
        })*
    };
}

with_meta!(DiscoverResult ListToolsResult ListResourcesResult ListResourceTemplatesResult ListPromptsResult CompleteResult);

impl Reply for () {
    fn meta(&mut self) -> Option<&mut Option<MetaObject>> {
        None
    }
}

impl Reply for CustomResult {
    fn meta(&mut self) -> Option<&mut Option<MetaObject>> {
        None
    }
}

/// Names the server in a member of its own.
impl Reply for InitializeResult {
    fn meta(&mut self) -> Option<&mut Option<MetaObject>> {
        None
    }
}

impl Reply for CallToolResponse {
    fn meta(&mut self) -> Option<&mut Option<MetaObject>> {
        match self {
            Self::Complete(result) => Some(&mut result.meta),
            Self::InputRequired(result) => Some(&mut result.meta),
            _ => None,
        }
    }

    fn outcome(&self) -> &str {
        match self {
            Self::Complete(result) if result.is_error == Some(true) => fault::kind_of(result).unwrap_or("tool-error"),
            Self::InputRequired(_) => "input-required",
            _ => "ok",
        }
    }
}

impl Reply for GetPromptResponse {
    fn meta(&mut self) -> Option<&mut Option<MetaObject>> {
        match self {
            Self::Complete(result) => Some(&mut result.meta),
            Self::InputRequired(result) => Some(&mut result.meta),
            _ => None,
        }
    }
}

impl Reply for ReadResourceResponse {
    fn meta(&mut self) -> Option<&mut Option<MetaObject>> {
        match self {
            Self::Complete(result) => Some(&mut result.meta),
            Self::InputRequired(result) => Some(&mut result.meta),
            _ => None,
        }
    }
}
