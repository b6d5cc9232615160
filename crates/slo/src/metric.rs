//! Samples of metrics, and what picks some of them.

use std::collections::{BTreeMap, BTreeSet};

/// Names with their values, such as those of a series. One that is missing is the same as an empty one, as in Prometheus.
pub type Labels = BTreeMap<String, String>;

/// What one series says now.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// The name as it is exposed, endings such as `_total` and `_bucket` included.
    pub name: String,
    /// Its labels, without those that a scraper adds.
    pub labels: Labels,
    /// The value.
    pub value: f64,
}

impl Sample {
    /// A sample of the series with these labels.
    #[must_use]
    pub fn new(name: &str, labels: &[(&str, &str)], value: f64) -> Self {
        let labels = labels.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Self { name: name.to_owned(), labels, value }
    }
}

/// The series of one name whose labels have one of the values.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Selector {
    /// The name of the metric.
    pub metric: String,
    /// For each label the values that it may have.
    pub labels: BTreeMap<String, BTreeSet<String>>,
}

impl Selector {
    /// Whether it picks this sample.
    #[must_use]
    pub fn picks(&self, sample: &Sample) -> bool {
        let value = |label: &String| sample.labels.get(label).map_or("", String::as_str);
        self.metric == sample.name && self.labels.iter().all(|(label, values)| values.contains(value(label)))
    }
}

/// The labels of a sample that stay when it is taken together with others.
pub(crate) fn kept(labels: &Labels, by: &[String]) -> Labels {
    let kept = by.iter().filter_map(|name| labels.get(name).map(|value| (name.clone(), value.clone())));
    kept.filter(|(_, value)| !value.is_empty()).collect()
}
