//! What minutes begin with, where the organization has no template of its own.

use crate::organization::Locale;

/// A template that is shipped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BuiltIn {
    /// What was discussed, next actions, next time.
    Standard,
    /// About a person's career.
    Career,
    /// The first 1on1 of two people.
    First,
}

/// Its text in one language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BuiltInTemplate {
    /// Which.
    pub key: BuiltIn,
    /// What it is called.
    pub name: &'static str,
    /// Markdown.
    pub markdown: &'static str,
}

/// What is shipped, in a language; the first is taken unless another is asked for.
pub fn built_in(locale: Locale) -> [BuiltInTemplate; 3] {
    let template = |key, name, markdown| BuiltInTemplate { key, name, markdown };
    match locale {
        Locale::Ja => [
            template(
                BuiltIn::Standard,
                "標準",
                "## 話したこと\n\n## 次のアクション\n\n## 次回に話すこと\n",
            ),
            template(
                BuiltIn::Career,
                "キャリア",
                "## いま力を発揮できていること\n\n## これから試してみたいこと\n\n\
                 ## 後押しになること\n\n## 次のアクション\n\n## 次回に話すこと\n",
            ),
            template(
                BuiltIn::First,
                "はじめての1on1",
                "## お互いについて知ったこと\n\n## この時間の使い方\n\n## 期待していること\n\n\
                 ## 次のアクション\n\n## 次回に話すこと\n",
            ),
        ],
        Locale::En => [
            template(
                BuiltIn::Standard,
                "Standard",
                "## What we discussed\n\n## Next actions\n\n## Next time\n",
            ),
            template(
                BuiltIn::Career,
                "Career",
                "## Where I am at my best now\n\n## What I would like to try\n\n\
                 ## What would help\n\n## Next actions\n\n## Next time\n",
            ),
            template(
                BuiltIn::First,
                "First 1on1",
                "## What we learned about each other\n\n## How we want to use this time\n\n\
                 ## What we hope for\n\n## Next actions\n\n## Next time\n",
            ),
        ],
    }
}
