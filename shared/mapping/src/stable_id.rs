//! Survey questions by id, which stays when somebody rewords the question.

use crate::address::{Address, Locator, Segment};

/// The id of a survey's question, in all surveys of both APIs.
const ID: &str = "questionId";

/// Where surveys lie, with `*` for any name, and the property that holds a question's text.
const SURVEYS: &[([&str; 2], &str)] = &[
    (["surveys", "*"], "displayName"),
    (["conversationSurveys", "surveyData"], "question"),
    (["latestAgentSurvey", "submittedAnswers"], "questionText"),
    (["previouslySubmittedAgentSurveys", "submittedAnswers"], "questionText"),
];

/// For an address that finds a survey's answer by the question's text, the address of that question's id. `None` for
/// any other address, those of the widget SDK among them, which tells no ids.
///
/// ```
/// let id = mapping::stable_id_address("surveys.preChat[displayName=Order no.?].value");
/// assert_eq!(id.as_deref(), Some("surveys.preChat[displayName=Order no.?].questionId"));
/// ```
#[must_use]
pub fn stable_id_address(address: &str) -> Option<String> {
    let mut address: Address = address.parse().ok()?;
    question(&mut address)?;
    address.segments.truncate(2);
    address.segments.push(Segment { name: ID.to_owned(), locators: Vec::new() });
    Some(address.to_string())
}

/// The address that finds the same answer by the question's id, as [`stable_id_address`] read it. `None` for an
/// address that does not go by a question's text, and for an id that cannot stand in one.
///
/// ```
/// let by_id = mapping::by_stable_id("surveys.preChat[displayName=Order no.?].value", "14");
/// assert_eq!(by_id.as_deref(), Some("surveys.preChat[questionId=14].value"));
/// ```
#[must_use]
pub fn by_stable_id(address: &str, id: &str) -> Option<String> {
    let mut address: Address = address.parse().ok()?;
    *question(&mut address)? = Locator::Filter { property: ID.to_owned(), text: id.trim().to_owned() };
    let text = address.to_string();
    // An id that holds a bracket or nothing would make it another address.
    (text.parse() == Ok(address)).then_some(text)
}

/// The locator that finds a survey's question by its text.
fn question(address: &mut Address) -> Option<&mut Locator> {
    let [survey, list, _answer, ..] = address.segments.as_mut_slice() else { return None };
    let is = |name: &str, segment: &Segment| name == "*" || name == segment.name;
    let (_, text_property) = SURVEYS.iter().find(|([a, b], _)| is(a, survey) && is(b, list))?;
    list.locators
        .iter_mut()
        .find(|locator| matches!(locator, Locator::Filter { property, .. } if property == text_property))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_by_question_has_an_id_and_an_address_by_it() {
        for (address, id_at, by_id) in [
            (
                "surveys.preChat[displayName=Which shop?].value",
                "surveys.preChat[displayName=Which shop?].questionId",
                "surveys.preChat[questionId=Q-7].value",
            ),
            (
                " surveys.operator[displayName=Done\\].values[0]",
                "surveys.operator[displayName=Done].questionId",
                "surveys.operator[questionId=Q-7].values[0]",
            ),
            (
                "conversationSurveys[surveyType=CSAT].surveyData[question=Solved?].answer",
                "conversationSurveys[surveyType=CSAT].surveyData[question=Solved?].questionId",
                "conversationSurveys[surveyType=CSAT].surveyData[questionId=Q-7].answer",
            ),
            (
                "latestAgentSurvey.submittedAnswers[questionText=Reason?].answers.answer",
                "latestAgentSurvey.submittedAnswers[questionText=Reason?].questionId",
                "latestAgentSurvey.submittedAnswers[questionId=Q-7].answers.answer",
            ),
            (
                "previouslySubmittedAgentSurveys[0].submittedAnswers[questionText=Reason?].answers.answer",
                "previouslySubmittedAgentSurveys[0].submittedAnswers[questionText=Reason?].questionId",
                "previouslySubmittedAgentSurveys[0].submittedAnswers[questionId=Q-7].answers.answer",
            ),
        ] {
            assert_eq!(stable_id_address(address).as_deref(), Some(id_at), "{address}");
            assert_eq!(by_stable_id(address, " Q-7 ").as_deref(), Some(by_id), "{address}");
        }
    }

    #[test]
    fn other_addresses_have_none() {
        for address in [
            "info.skillName",
            "surveys.preChat.value",
            "surveys.preChat[0].value",
            "surveys.preChat[name=Pre-Chat Survey].value",
            "surveys.preChat[questionId=14].value",
            "surveys.preChat[displayName=Which shop?]",
            "surveyQuestions.preChat.customizedQuestions[displayName=Which shop?].value",
            "surveyQuestions.postChat[displayName=Which shop?].value",
            "conversationSurveys.surveyData[displayName=Solved?].answer",
            "not[an address",
        ] {
            assert_eq!(stable_id_address(address), None, "{address}");
            assert_eq!(by_stable_id(address, "14"), None, "{address}");
        }
    }

    #[test]
    fn an_id_that_would_change_the_address_is_refused() {
        for id in ["", "  ", "a]b", "1].x[y=2"] {
            assert_eq!(by_stable_id("surveys.preChat[displayName=Which shop?].value", id), None, "{id:?}");
        }
    }
}
