//! What a half-typed argument may become.

use blueprint::{LICENSES, QUALITY_LEVELS, ROLES, TARGET_USERS, TEMPLATES};

use crate::services::Services;

/// The values of `argument` (its name in `smart_begin`) that begin with what was `typed`; none for free text.
#[must_use]
pub fn complete_argument(services: &Services, argument: &str, typed: &str) -> Vec<String> {
    let typed = typed.trim().to_lowercase();
    let values: Vec<&str> = match argument {
        "stack" | "techStack" => services.catalogue.stacks(crate::answers::DEFAULT_TEMPLATE),
        // Only what can be begun: a completion that is refused afterwards helps nobody.
        "projectTemplate" | "template" => {
            TEMPLATES.into_iter().filter(|template| !services.catalogue.stacks(template).is_empty()).collect()
        }
        "role" => ROLES.to_vec(),
        "qualityLevel" => QUALITY_LEVELS.to_vec(),
        "targetUsers" => TARGET_USERS.to_vec(),
        "license" => LICENSES.to_vec(),
        _ => Vec::new(),
    };
    values.into_iter().filter(|value| value.to_lowercase().starts_with(&typed)).map(str::to_owned).collect()
}
