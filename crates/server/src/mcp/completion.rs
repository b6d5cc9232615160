//! Completion of the prompt's arguments and of the gaps in resource addresses.

use std::sync::Arc;

use app::Services;
use rmcp::ErrorData;
use rmcp::model::*;

use super::blocking::{self, Line};
use super::start_a_project;
use crate::call::Identity;
use crate::fault;

/// Suggests values for the argument that is being typed.
pub(crate) async fn complete(
    services: &Arc<Services>,
    identity: &Identity,
    line: Line,
    params: CompleteRequestParams,
) -> Result<CompleteResult, ErrorData> {
    let ArgumentInfo { name, value, .. } = params.argument;
    let found = match params.r#ref {
        Reference::Prompt(prompt) if prompt.name == start_a_project::NAME => {
            Ok(app::complete_argument(services, &name, &value))
        }
        Reference::Prompt(prompt) => {
            return Err(ErrorData::invalid_params(format!("There is no prompt {}.", prompt.name), None));
        }
        Reference::Resource(_) if name == "id" => {
            let work = move |services: &Services, call: &app::Call<'_>| {
                let projects = app::list_projects(services, call, Some(100), None)?.projects;
                Ok(projects.into_iter().map(|project| project.id).filter(|id| id.starts_with(&value)).collect())
            };
            blocking::run(services, identity, line, work).await
        }
        Reference::Resource(_) => Ok(Vec::new()),
        _ => Ok(Vec::new()),
    };
    let mut values = found.map_err(|error| fault::error_data(&error, ("argument", &name), &identity.request))?;
    let total = u32::try_from(values.len()).ok();
    let more = values.len() > CompletionInfo::MAX_VALUES;
    values.truncate(CompletionInfo::MAX_VALUES);
    let info = CompletionInfo::with_pagination(values, total, more);
    info.map(CompleteResult::new).map_err(|error| ErrorData::internal_error(error, None))
}
